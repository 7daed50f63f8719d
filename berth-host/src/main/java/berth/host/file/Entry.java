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
        return Channels.newInputStream(channel(StandardOpenOption.READ));
    }

    /** A plain file to read or write at any place; goes on when this is closed. */
    public FileChannel channel(StandardOpenOption how) {
        checkPlain();
        try {
            return FileChannel.open(Path.of("/proc/self/fd/" + fd), how);
        } catch (IOException failed) {
            throw new UncheckedIOException(tried + ": " + failed.getMessage(), failed);
        }
    }

    /** Refuses what is no plain file, and what the kernel would speak through. */
    public void checkPlain() {
        if (!stat.isFile()) {
            throw new Errno(tried, stat.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
        }
        Kernel.checkNoInterface(tried, fd);
    }

    /** Makes a plain file that long: cuts it, or adds zeros. */
    public void resize(long size) {
        checkPlain();
        Kernel.truncate(tried, fd, size);
    }

    /** Sets the permission bits; a link has none (ELOOP). */
    public void chmod(int mode) {
        if (stat.isLink()) {
            throw new Errno(tried, Errno.ELOOP);
        }
        Kernel.checkNoInterface(tried, fd);
        Kernel.chmod(tried, fd, mode);
    }

    /** Sets owner and group; -1 leaves one. */
    public void chown(long uid, long gid) {
        Kernel.checkNoInterface(tried, fd);
        Kernel.chown(tried, fd, uid, gid);
    }

    /** Sets when it was read and changed last, in seconds since 1970. */
    public void touch(long accessed, long modified) {
        Kernel.checkNoInterface(tried, fd);
        Kernel.touch(tried, fd, accessed, modified);
    }

    /** Bytes and inodes of the file system that it lies on. */
    public Beneath.Space space() {
        return Beneath.Space.of(tried, fd);
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
