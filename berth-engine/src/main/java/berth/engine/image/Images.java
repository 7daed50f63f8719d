package berth.engine.image;

import berth.engine.event.Events;
import berth.engine.record.Shelves;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The images that are here: list, look up, edit. */
public final class Images {
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{1,64}");

    private final Shelves shelves;
    private final Events events;

    /** Images of those shelves. */
    public Images(Shelves shelves, Events events) {
        this.shelves = shelves;
        this.events = events;
    }

    /** All of a project, by fingerprint. */
    public List<Image> list(ProjectName project) {
        return shelves.images().under(project.text() + "/");
    }

    /** The image of exactly that fingerprint. */
    public Optional<Image> find(ProjectName project, Fingerprint fingerprint) {
        return shelves.images().find(key(project, fingerprint));
    }

    /** The image of exactly that fingerprint; refuses when it is not here. */
    public Image require(ProjectName project, Fingerprint fingerprint) {
        return find(project, fingerprint).orElseThrow(() -> Refused.missing("Image not found"));
    }

    /** The image whose fingerprint begins so; refuses when there is none, or more than one. */
    public Image require(ProjectName project, String prefix) {
        List<Image> found =
                PREFIX.matcher(prefix).matches() ? shelves.images().under(project.text() + "/" + prefix) : List.of();
        if (found.size() > 1) {
            throw Refused.invalid("More than one image matches");
        }
        return found.stream().findFirst().orElseThrow(() -> Refused.missing("Image not found"));
    }

    /** The image that an alias names, or whose fingerprint begins so. */
    public Image resolve(ProjectName project, String aliasOrPrefix) {
        Optional<ImageAlias> alias = shelves.aliases().find(project.text() + "/" + aliasOrPrefix);
        if (alias.isPresent()) {
            return require(project, alias.get().target());
        }
        try {
            return require(project, aliasOrPrefix);
        } catch (Refused refused) {
            if (refused.problem() instanceof berth.model.Problem.Missing) {
                throw Refused.missing("Image not found: no alias is called " + Quoted.of(aliasOrPrefix)
                        + ", and no fingerprint begins so");
            }
            throw refused;
        }
    }

    /** Aliases of an image, by name. */
    public List<ImageAlias> aliases(Image image) {
        return shelves.aliases().under(image.project().text() + "/").stream()
                .filter(it -> it.target().equals(image.fingerprint()))
                .toList();
    }

    /** Changes what a user may change ({@link Image#edited}). */
    public Image update(Image image, UnaryOperator<Image> edit) {
        Image changed = shelves.images()
                .change(key(image.project(), image.fingerprint()), edit)
                .orElseThrow(() -> Refused.missing("Image not found"));
        tell(changed, "image-updated", Map.of());
        return changed;
    }

    /** Tells of an image in LXD's words. */
    void tell(Image image, String action, Map<String, Object> context) {
        events.lifecycle(image.project(), action, url(image.project(), "/1.0/images/" + image.fingerprint()), context);
    }

    /** Where an image is on its shelf. */
    static String key(ProjectName project, Fingerprint fingerprint) {
        return project.text() + "/" + fingerprint.text();
    }

    /** A URL, with the project where that is not the default one. */
    static String url(ProjectName project, String path) {
        return project.text().equals("default") ? path : path + "?project=" + project.text();
    }
}
