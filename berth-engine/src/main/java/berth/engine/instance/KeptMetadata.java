package berth.engine.instance;

import berth.engine.image.ImageMetadata;
import berth.host.Errno;
import berth.host.file.Beneath;
import berth.model.Quoted;
import berth.model.Refused;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A volume's directory, with what it keeps of an image: {@code metadata.yaml} and the templates.
 *
 * @param directory need not be there
 */
record KeptMetadata(Path directory) {
    static final int LARGEST = 1024 * 1024;
    static final String FILE = "metadata.yaml";
    static final String TEMPLATES = "templates";

    private boolean there() {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    /** It held open, to be written into. */
    Beneath own() {
        if (!there()) {
            throw Refused.failed("The root volume is not there: " + directory);
        }
        return Beneath.own(directory);
    }

    /** What the image said of itself. */
    Optional<ImageMetadata> metadata() {
        if (!there()) {
            return Optional.empty();
        }
        try (Beneath own = own()) {
            return own.exists(FILE) ? Optional.of(ImageMetadata.of(own.text(FILE, LARGEST))) : Optional.empty();
        }
    }

    /** The names of the templates. */
    List<String> templates() {
        if (!there()) {
            return List.of();
        }
        try (Beneath own = own()) {
            return own.exists(TEMPLATES) ? own.list(TEMPLATES) : List.of();
        }
    }

    /** A template's text; refuses a name that is not in {@link #templates}. */
    byte[] template(String name) {
        if (!templates().contains(name)) {
            throw missing(name);
        }
        try (Beneath own = own()) {
            return own.read(TEMPLATES + "/" + name, LARGEST);
        } catch (Errno failed) {
            throw Refused.invalid(String.valueOf(failed.getMessage()));
        }
    }

    static Refused missing(String name) {
        return Refused.missing("Template " + Quoted.of(name) + " not found");
    }
}
