package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What lies at a path, held open: what is told of it and what is read from it are the same thing, whatever a guest puts in
 * its place meanwhile. A link is held itself, not what it leads to.
 *
 * @param fd only names it (O_PATH); given back by {@link #close()}
 */
public record Entry(String tried, int fd, Stat stat) implements AutoCloseable {
    /** The bytes of a plain file; goes on when this is closed. Whoever reads sets the limit. */
    public InputStream input() {
        if (!stat.isFile()) {
            throw new Errno(tried, stat.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
        }
        Kernel.checkNoInterface(tried, fd);
        try {
            return Channels.newInputStream(FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ));
        } catch (IOException failed) {
            throw new UncheckedIOException(tried + ": " + failed.getMessage(), failed);
        }
    }

    /** The names in a directory, sorted; at most 100,000 of them, what comes later is left out. */
    public List<String> names() {
        int readable = Kernel.open(tried, fd, ".", Kernel.O_DIRECTORY, 0, Kernel.BENEATH | Kernel.NO_SYMLINKS);
        try {
            return Kernel.names(tried, readable, 100_000).stream()
                    .map(Kernel::text)
                    .sorted()
                    .toList();
        } finally {
            Libc.close(readable);
        }
    }

    /** What a symbolic link says. */
    public String target() {
        return Kernel.readlink(tried, fd, "");
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}
