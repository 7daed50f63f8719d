package berth.driver.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Copies of a store as it was at its last syncs, for tests that cut the power: {@code N.db} and {@code N.db-wal}, the
 * latter complete as soon as it is there. The highest N is the newest.
 */
final class KeptCopies {
    private static final String LOG = "-wal";

    private final Path store;
    private final Path directory;
    private long last;

    KeptCopies(Path store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** To be called by the one who writes, between two commits. */
    void keep() {
        last++;
        Path copy = directory.resolve(last + ".db");
        Path part = directory.resolve(last + ".part");
        try {
            Files.createDirectories(directory);
            Files.copy(store, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(log(store), part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, log(copy), StandardCopyOption.ATOMIC_MOVE);
            Path old = directory.resolve((last - 1) + ".db");
            Files.deleteIfExists(log(old));
            Files.deleteIfExists(old);
        } catch (IOException trouble) {
            throw new UncheckedIOException("copying " + store + " to " + copy, trouble);
        }
    }

    private static Path log(Path database) {
        return database.resolveSibling(database.getFileName() + LOG);
    }
}
