package berth.host.file;

import berth.host.Errno;
import java.nio.file.Path;

/** Directories of our own on the host, whose names no guest chose. */
public final class Places {
    private Places() {}

    /** Makes the directory, and those above it, with these permission bits; what is there already stays as it is. */
    public static void make(Path directory, int mode) {
        Path above = directory.getParent();
        if (above == null || isDirectory(directory)) {
            return;
        }
        make(above, mode);
        try (Beneath parent = Beneath.own(above.toAbsolutePath())) {
            parent.mkdir(directory.getFileName().toString(), mode);
        } catch (Errno failed) {
            if (failed.number() != Errno.EEXIST) {
                throw failed;
            }
        }
    }

    /** Whether it is a directory; a link as its last component is none. */
    public static boolean isDirectory(Path path) {
        Stat found = stat(path);
        return found != null && found.isDirectory();
    }

    /** What lies there, a last link not followed; null for nothing. */
    public static @org.jspecify.annotations.Nullable Stat stat(Path path) {
        try {
            return Kernel.stat("look at " + path, Kernel.HERE, path.toString(), false);
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT || failed.number() == Errno.ENOTDIR) {
                return null;
            }
            throw failed;
        }
    }
}
