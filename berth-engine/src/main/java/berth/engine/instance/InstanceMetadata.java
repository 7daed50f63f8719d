package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.image.ImageMetadata;
import berth.engine.record.Turns;
import berth.engine.template.Template;
import berth.host.file.Beneath;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an instance keeps of its image beside the root: {@code metadata.yaml} and the templates. To be read, and changed
 * file by file: each is replaced as a whole.
 */
public final class InstanceMetadata {
    /** The most bytes that a template or a {@code metadata.yaml} may have. */
    public static final int LARGEST = KeptMetadata.LARGEST;

    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final Turns turns;
    private final Events events;

    /** Metadata of those. */
    public InstanceMetadata(Drivers drivers, Instances instances, Roots roots, Turns turns, Events events) {
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.turns = turns;
        this.events = events;
    }

    /** What its image said of itself; empty for one that was made without an image. */
    public Optional<ImageMetadata> metadata(Instance instance) {
        return kept(instance).metadata();
    }

    /** Changes it, from what it is when the instance's turn comes; it need not have been there. */
    public void change(ProjectName project, InstanceName name, UnaryOperator<Optional<ImageMetadata>> edit) {
        inTurn(project, name, instance -> {
            ImageMetadata after = edit.apply(metadata(instance)).orElseThrow();
            try (Beneath own = kept(instance).own()) {
                own.write(KeptMetadata.FILE, after.yaml().getBytes(StandardCharsets.UTF_8), 0600);
            }
            events.lifecycle(project, "instance-metadata-updated", Instances.url(instance) + "/metadata", Map.of());
        });
    }

    /** The names of its templates. */
    public List<String> templates(Instance instance) {
        return kept(instance).templates();
    }

    /** A template's text; refuses a name that is not in {@link #templates}. */
    public byte[] template(Instance instance, String name) {
        checkParts(name);
        return kept(instance).template(name);
    }

    /** Puts a template, new or in place of the one of that name; refuses a text that no template is. */
    public void putTemplate(ProjectName project, InstanceName name, String template, byte[] text) {
        check(template);
        if (text.length > LARGEST) {
            throw Refused.invalid("A template has 1 MiB at most");
        }
        var _ = Template.of(template, decoded(template, text));
        inTurn(project, name, instance -> {
            try (Beneath own = kept(instance).own()) {
                own.makeDirectories(KeptMetadata.TEMPLATES, 0700);
                own.write(KeptMetadata.TEMPLATES + "/" + template, text, 0600);
            }
            tell(instance, template, "created");
        });
    }

    /** Deletes a template; refuses a name that is not in {@link #templates}. */
    public void deleteTemplate(ProjectName project, InstanceName name, String template) {
        checkParts(template);
        inTurn(project, name, instance -> {
            if (!templates(instance).contains(template)) {
                throw KeptMetadata.missing(template);
            }
            try (Beneath own = kept(instance).own()) {
                own.unlink(KeptMetadata.TEMPLATES + "/" + template);
            }
            tell(instance, template, "deleted");
        });
    }

    /** The text of a template; refuses bytes that are none. */
    static String decoded(String template, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            throw Refused.invalid("Template " + template + " is no text in UTF-8");
        }
    }

    private interface Work {
        void on(Instance instance);
    }

    private void inTurn(ProjectName project, InstanceName name, Work work) {
        turns.take("instance " + project + "/" + name, () -> work.on(instances.require(project, name)));
    }

    private void tell(Instance instance, String template, String what) {
        events.lifecycle(
                instance.project(),
                "instance-metadata-template-" + what,
                Instances.url(instance) + "/metadata/templates",
                Map.of("path", template));
    }

    /** Those of an image may lie in folders; nothing is hidden. */
    private static void checkParts(String name) {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()) {
                throw invalid(name);
            }
            check(part);
        }
    }

    private static Refused invalid(String name) {
        return Refused.invalid("Invalid template filename: " + Quoted.of(name));
    }

    /** Those that are put by hand lie in one directory. */
    private static void check(String name) {
        if (name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0
                || name.startsWith(".")
                || name.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw invalid(name);
        }
    }

    private KeptMetadata kept(Instance instance) {
        var pool = roots.pool(instance);
        return new KeptMetadata(drivers.keeping(pool).directory(pool, Roots.volume(instance)));
    }
}
