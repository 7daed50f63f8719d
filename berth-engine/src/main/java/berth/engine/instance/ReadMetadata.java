package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.image.ImageMetadata;
import berth.engine.record.Shelves;
import berth.host.Errno;
import berth.host.file.Beneath;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an instance keeps of its image beside the root: {@code metadata.yaml} and the templates. */
public final class ReadMetadata {
    private static final int LARGEST = 1024 * 1024;
    private static final String FILE = "metadata.yaml";
    private static final String TEMPLATES = "templates";

    private final Shelves shelves;
    private final Drivers drivers;

    /** Reads from those. */
    public ReadMetadata(Shelves shelves, Drivers drivers) {
        this.shelves = shelves;
        this.drivers = drivers;
    }

    /** What its image said of itself; empty for one that was made without an image. */
    public Optional<ImageMetadata> metadata(Instance instance) {
        Path directory = directory(instance);
        if (!directory.toFile().isDirectory()) {
            return Optional.empty();
        }
        try (Beneath own = Beneath.own(directory)) {
            return own.exists(FILE) ? Optional.of(ImageMetadata.of(own.text(FILE, LARGEST))) : Optional.empty();
        }
    }

    /** The names of its templates. */
    public List<String> templates(Instance instance) {
        Path directory = directory(instance);
        if (!directory.toFile().isDirectory()) {
            return List.of();
        }
        try (Beneath own = Beneath.own(directory)) {
            return own.exists(TEMPLATES) ? own.list(TEMPLATES) : List.of();
        }
    }

    /** A template's text; refuses a name that is not in {@link #templates}. */
    public byte[] template(Instance instance, String name) {
        if (!templates(instance).contains(name)) {
            throw Refused.missing("Not Found");
        }
        try (Beneath own = Beneath.own(directory(instance))) {
            return own.read(TEMPLATES + "/" + name, LARGEST);
        } catch (Errno failed) {
            throw Refused.invalid(String.valueOf(failed.getMessage()));
        }
    }

    private Path directory(Instance instance) {
        Pool pool = shelves.pools()
                .find(instance.pool().text())
                .orElseThrow(() -> Refused.missing("Storage pool not found: " + instance.pool()));
        return drivers.keeping(pool).directory(pool, Roots.volume(instance));
    }
}
