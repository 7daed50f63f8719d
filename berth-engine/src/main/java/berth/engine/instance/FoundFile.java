package berth.engine.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** What lies at a path in an instance. */
public sealed interface FoundFile {
    /** Who owns it and when it changed. */
    Facts facts();

    /**
     * Of everything.
     *
     * @param uid as the guest numbers it; 65534 for an owner that the guest does not know
     * @param mode permission bits with set-id and sticky
     */
    record Facts(long uid, long gid, int mode, Instant modified) {}

    /**
     * A plain file, held open: close it, or read it and close its content.
     *
     * @param size in bytes, as it was when it was found
     * @param content from the first byte on
     */
    record Plain(Facts facts, long size, InputStream content) implements FoundFile, AutoCloseable {
        @Override
        public void close() {
            try {
                content.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** A directory with the names in it. */
    record Directory(Facts facts, List<String> names) implements FoundFile {}

    /** A symbolic link and where it leads, as an absolute path inside. */
    record Link(Facts facts, String target) implements FoundFile {}
}
