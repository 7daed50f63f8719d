package berth.engine.image;

import berth.engine.event.Events;
import berth.engine.record.Shelves;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of images: each change is one document, so it is done or not done. */
public final class ImageAliases {
    private static final int LONGEST = 255;

    private final Shelves shelves;
    private final Images images;
    private final Events events;

    /** Aliases of those images. */
    public ImageAliases(Shelves shelves, Images images, Events events) {
        this.shelves = shelves;
        this.images = images;
        this.events = events;
    }

    /** All of a project, by name. */
    public List<ImageAlias> list(ProjectName project) {
        return shelves.aliases().under(project.text() + "/");
    }

    /** The alias of that name; refuses when there is none. */
    public ImageAlias require(ProjectName project, String name) {
        return shelves.aliases()
                .find(project.text() + "/" + name)
                .orElseThrow(() -> Refused.missing("Image alias not found"));
    }

    /** Names an image, given by its fingerprint or the beginning of it. */
    public ImageAlias create(ProjectName project, String name, String description, String target) {
        if (name.isEmpty() || target.isEmpty()) {
            throw Refused.invalid("name and target are required");
        }
        check(name);
        Image image = images.require(project, target);
        var alias = new ImageAlias(project, name, description, image.fingerprint(), image.kind());
        if (shelves.aliases().find(project.text() + "/" + name).isPresent()
                || !shelves.aliases().addIfAbsent(alias).equals(alias)) {
            throw taken(name);
        }
        tell(alias, "image-alias-created", Map.of("target", image.fingerprint().text()));
        return alias;
    }

    /** Changes description or target; null leaves them. */
    public ImageAlias update(ProjectName project, String name, @Nullable String description, @Nullable String target) {
        ImageAlias before = require(project, name);
        Image image = target == null || target.isEmpty()
                ? images.require(project, before.target())
                : images.require(project, target);
        ImageAlias after = shelves.aliases()
                .change(
                        project.text() + "/" + name,
                        it -> new ImageAlias(
                                project,
                                name,
                                description == null ? it.description() : description,
                                image.fingerprint(),
                                image.kind()))
                .orElseThrow(() -> Refused.missing("Image alias not found"));
        tell(after, "image-alias-updated", Map.of("target", image.fingerprint().text()));
        return after;
    }

    /** Makes a name point to an image, whatever it pointed to before; for imports that bring their aliases. */
    public ImageAlias point(ProjectName project, String name, String description, String target) {
        return shelves.aliases().find(project.text() + "/" + name).isPresent()
                ? update(project, name, description, target)
                : create(project, name, description, target);
    }

    /** Gives an alias another name. */
    public ImageAlias rename(ProjectName project, String name, String other) {
        check(other);
        ImageAlias before = require(project, name);
        if (shelves.aliases().find(project.text() + "/" + other).isPresent()) {
            throw taken(other);
        }
        var after = new ImageAlias(project, other, before.description(), before.target(), before.kind());
        shelves.aliases().rekey(project.text() + "/" + name, after);
        tell(after, "image-alias-renamed", Map.of("old_name", name));
        return after;
    }

    /** Takes a name away. */
    public void delete(ProjectName project, String name) {
        ImageAlias alias = require(project, name);
        shelves.aliases().remove(project.text() + "/" + name);
        tell(alias, "image-alias-deleted", Map.of());
    }

    /** Refuses what cannot be the name of an image. */
    public static void check(String name) {
        if (name.isBlank() || name.length() > LONGEST || name.chars().anyMatch(it -> Character.isISOControl(it))) {
            throw Refused.invalid("Invalid image alias name: " + Quoted.of(name));
        }
    }

    private static Refused taken(String name) {
        return new Refused(new Problem.Taken("Alias " + Quoted.of(name) + " already exists"));
    }

    private void tell(ImageAlias alias, String action, Map<String, Object> context) {
        String name = URLEncoder.encode(alias.name(), StandardCharsets.UTF_8).replace("+", "%20");
        events.lifecycle(alias.project(), action, Images.url(alias.project(), "/1.0/images/aliases/" + name), context);
    }
}
