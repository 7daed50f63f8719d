package berth.driver.btrfs;

import berth.model.Pool;
import berth.model.Refused;
import berth.spi.PoolLayout;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a pool stands on, told from its completed configuration. */
sealed interface Ground {
    /** The file system's UUID, in the only spelling that blkid(8) uses. */
    Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** A file that Berth makes, on a loop device. */
    record LoopFile(Path file) implements Ground {}

    /** A block device of the host, found by the UUID of the file system that Berth made on it. */
    record Device(String uuid, Path first) implements Ground {}

    /** A subvolume of a btrfs that is there already. */
    record Subvolume(Path path) implements Ground {}

    static Ground of(Pool pool, PoolLayout layout) {
        String source = pool.config().getOrDefault("source", "");
        if (source.isEmpty() || source.equals(layout.loopFile().toString())) {
            return new LoopFile(layout.loopFile());
        }
        if (UUID.matcher(source).matches()) {
            return new Device(source, Path.of(pool.config().getOrDefault("volatile.initial_source", "")));
        }
        Path path = Path.of(source);
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw Refused.invalid("Source path '" + source + "' isn't an absolute, plain path");
        }
        return path.startsWith("/dev") ? new Device("", path) : new Subvolume(path);
    }
}
