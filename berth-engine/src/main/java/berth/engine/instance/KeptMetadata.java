package berth.engine.instance;

import berth.engine.image.ImageMetadata;
import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.Stat;
import berth.model.Quoted;
import berth.model.Refused;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume's directory, with what it keeps of an image: {@code metadata.yaml} and the templates.
 *
 * @param directory need not be there
 */
record KeptMetadata(Path directory) {
    static final int LARGEST = 1024 * 1024;
    /** What was read lately: instances of one image say the same, at each start. */
    private static final Parsed PARSED = new Parsed();

    static final String FILE = "metadata.yaml";
    static final String TEMPLATES = "templates";

    /** The documents of the last texts; a text that changed is another one. */
    private static final class Parsed {
        private static final int MOST = 64;
        private static final int LONG = 64 * 1024;
        private final Map<String, ImageMetadata> lately = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ImageMetadata> eldest) {
                return size() > MOST;
            }
        };

        synchronized ImageMetadata of(String text) {
            return text.length() > LONG ? ImageMetadata.of(text) : lately.computeIfAbsent(text, ImageMetadata::of);
        }
    }

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
            return own.exists(FILE) ? Optional.of(PARSED.of(own.text(FILE, LARGEST))) : Optional.empty();
        }
    }

    /** The names of the templates, of those in folders with the folder's: {@code etc/hosts.tpl}. */
    List<String> templates() {
        if (!there()) {
            return List.of();
        }
        try (Beneath own = own()) {
            var names = new ArrayList<String>();
            if (own.lstat(TEMPLATES).filter(Stat::isDirectory).isPresent()) {
                collect(own, "", names);
            }
            return names;
        }
    }

    private static void collect(Beneath own, String folder, List<String> names) {
        for (String name : own.list(TEMPLATES + "/" + folder)) {
            Optional<Stat> what = own.lstat(TEMPLATES + "/" + folder + name);
            if (what.filter(Stat::isFile).isPresent()) {
                names.add(folder + name);
            } else if (what.filter(Stat::isDirectory).isPresent()) {
                collect(own, folder + name + "/", names);
            }
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
