package berth.engine.instance;

import berth.engine.image.ImageMetadata;
import berth.engine.template.Template;
import berth.host.Errno;
import berth.host.file.ActingAs;
import berth.host.file.Beneath;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.Refused;
import berth.model.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fills in the templates that came with an instance's image, into its root, before its PID 1 runs. Neither the texts nor the
 * root are believed: a template sees only the instance's own keys, and a path never leads outside of the root (security C1).
 */
final class FillTemplates {
    /** What was done to an instance that its templates have not heard of yet. */
    static final String PENDING = "volatile.apply_template";

    private static final String START = "start";
    private static final int LARGEST = 8 * 1024 * 1024;

    private final InstanceMetadata metadata;
    private final Instances instances;
    private final Roots roots;

    FillTemplates(InstanceMetadata metadata, Instances instances, Roots roots) {
        this.metadata = metadata;
        this.instances = instances;
        this.roots = roots;
    }

    /** Whether a start has any to fill in. */
    boolean due(Instance instance) {
        String pending = pending(instance);
        return metadata.metadata(instance)
                .map(ImageMetadata::templates)
                .filter(it -> it.values().stream()
                        .anyMatch(template -> template.when().contains(START)
                                || template.when().contains(pending)))
                .isPresent();
    }

    static String pending(Instance instance) {
        return instance.config().getOrDefault(PENDING, "");
    }

    /** With what was done to it, unless something else is still to be heard of. */
    static Instance noting(String trigger, Instance instance) {
        return pending(instance).isEmpty() ? instance.with(PENDING, trigger) : instance;
    }

    /** Fills them in: those for what was done before, then those for each start. May be done again. */
    void fill(Instance instance, Path root) {
        var templates =
                metadata.metadata(instance).map(ImageMetadata::templates).orElseGet(TreeMap::new);
        SortedMap<String, String> config = instances.effective(instance).config();
        IdMap map = roots.idMap(instance, config);
        if (map == null) {
            fill(instance, root, templates, 0, 0);
            return;
        }
        long uid = rootOf(IdExtents.shown(map.users(IdExtent::new), 0));
        long gid = rootOf(IdExtents.shown(map.groups(IdExtent::new), 0));
        ActingAs.ids(uid, gid, () -> fill(instance, root, templates, uid, gid));
    }

    private static long rootOf(java.util.OptionalLong id) {
        return id.orElseThrow(
                () -> Refused.invalid("The templates of the image cannot be filled in: the id map has no id 0 inside"));
    }

    private void fill(
            Instance instance, Path root, SortedMap<String, ImageMetadata.Template> templates, long uid, long gid) {
        try (Beneath inside = Beneath.guest(root)) {
            for (String trigger : new String[] {pending(instance), START}) {
                templates.forEach((target, template) -> {
                    if (template.when().contains(trigger)
                            && !declared(instance, target)
                            && !(template.createOnly() && inside.exists(target))) {
                        put(inside, target, uid, gid, rendered(instance, trigger, target, template));
                    }
                });
            }
        }
    }

    /** What a site says about a file is worth more than what an image says. */
    private static boolean declared(Instance instance, String target) {
        var declared = instance.declared();
        return declared != null && declared.applied().containsKey("files." + target);
    }

    private byte[] rendered(Instance instance, String trigger, String target, ImageMetadata.Template template) {
        String name = template.template();
        byte[] text = metadata.template(instance, name);
        var config = instances.effective(instance).config();
        return Template.of(name, InstanceMetadata.decoded(name, text))
                .render(values(instance, trigger, target, template), (key, otherwise) -> {
                    String value = config.get(key);
                    return value == null ? otherwise : withoutLineEnds(value);
                })
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String withoutLineEnds(String text) {
        int end = text.length();
        while (end > 0 && "\r\n".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end);
    }

    private Map<String, Object> values(
            Instance instance, String trigger, String target, ImageMetadata.Template template) {
        var effective = instances.effective(instance);
        var facts = Map.of(
                "name", instance.name().text(),
                "type", instance.kind().text(),
                "architecture", instance.architecture(),
                "privileged", truth(Settings.truthy(effective.config().get("security.privileged"), false)),
                "ephemeral", truth(instance.ephemeral()));
        return Map.of(
                "trigger", trigger,
                "path", target,
                "container", facts,
                "instance", facts,
                "config", effective.config(),
                "devices", effective.devices(),
                "properties", template.properties());
    }

    private static String truth(boolean is) {
        return is ? "true" : "false";
    }

    /** A file that is there keeps its owner and mode, and is found through links as the guest would; a new one is root's. */
    private static void put(Beneath inside, String target, long uid, long gid, byte[] text) {
        try {
            int slash = target.lastIndexOf('/');
            if (slash > 0) {
                inside.makeDirectories(target.substring(0, slash), 0755);
            }
            if (!inside.writeInto(target, false, out -> out.write(text))) {
                inside.write(target, 0644, uid, gid, LARGEST, false, out -> out.write(text));
            }
        } catch (Errno failed) {
            throw Refused.failed("Filling in the template for " + target + " failed: " + failed.reason());
        }
    }
}
