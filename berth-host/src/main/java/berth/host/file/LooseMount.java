package berth.host.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A view of a directory or file of the host that is attached nowhere yet (open_tree(2)): it is made ready out of anybody's
 * sight, and then shown whole or not at all.
 */
public final class LooseMount implements AutoCloseable {
    private static final long READ_ONLY = 0x1;
    private static final long IDMAP = 0x100000;
    private static final long RECURSIVE = 0x8000;

    private final int fd;
    private final String tried;
    private final Stat shown;

    private LooseMount(int fd, String tried, Stat shown) {
        this.fd = fd;
        this.tried = tried;
        this.shown = shown;
    }

    /**
     * A view of what lies at the path; links in it are followed, those of /proc that lead into processes are not.
     *
     * @param recursive whether what is mounted below comes along
     */
    public static LooseMount of(Path source, boolean recursive) {
        String tried = "show " + source;
        int held = Kernel.open(tried, Kernel.HERE, source.toString(), Kernel.O_PATH, 0, Kernel.NO_MAGICLINKS);
        try {
            return of(tried, held, recursive);
        } finally {
            Libc.close(held);
        }
    }

    /** A view of what lies beneath a directory of ours. */
    public static LooseMount beneath(Beneath top, String path) {
        String tried = "show " + path + " beneath " + top;
        int held = Kernel.open(
                tried, top.fd(), path, Kernel.O_PATH | Kernel.O_NOFOLLOW, 0, Kernel.BENEATH | Kernel.NO_SYMLINKS);
        try {
            return of(tried, held, false);
        } finally {
            Libc.close(held);
        }
    }

    private static LooseMount of(String tried, int held, boolean recursive) {
        Stat shown = Kernel.stat(tried, held, "", false);
        return new LooseMount(Mounts.clone(tried, held, "", recursive), tried, shown);
    }

    /** What is shown. */
    public Stat shown() {
        return shown;
    }

    int fd() {
        return fd;
    }

    /** Nothing can be written through it. */
    public void makeReadOnly() {
        set(READ_ONLY, 0, 0, true);
    }

    /** Ids on it are seen as the map says (Linux 5.12; its file system must be able to). */
    public void mapIds(IdExtents map) {
        int namespace = UserNamespaces.of(map);
        try {
            set(IDMAP, 0, namespace, true);
        } catch (Errno failed) {
            throw failed.number() == Errno.EINVAL
                    ? new Errno(tried + " with mapped ids (its file system cannot)", Errno.EINVAL)
                    : failed;
        } finally {
            Libc.close(namespace);
        }
    }

    /** How mounts made later travel between it and where it was taken from (mount(2)); all below as well if recursive. */
    public void propagate(Spread spread, boolean recursive) {
        set(0, spread.flag, 0, recursive);
    }

    private void set(long attributes, long propagation, int userNamespace, boolean recursive) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(32, 8);
            attr.set(JAVA_LONG, 0, attributes);
            attr.set(JAVA_LONG, 16, propagation);
            attr.set(JAVA_LONG, 24, userNamespace);
            long empty = arena.allocateFrom("").address();
            long flags = Kernel.AT_EMPTY_PATH | (recursive ? RECURSIVE : 0);
            Libc.must(tried, 442, fd, empty, flags, attr.address(), 32);
        }
    }

    /** Shows it at a place of ours: an existing directory or file, as it is itself. A last link is not followed. */
    public void attach(Path target) {
        Mounts.attach(tried + " at " + target, fd, target);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }

    /** How mounts made later travel. */
    public enum Spread {
        /** Not at all. */
        PRIVATE(1 << 18),
        /** Both ways. */
        SHARED(1 << 20),
        /** From the host to here only. */
        SLAVE(1 << 19),
        /** Not at all, and it cannot be shown again elsewhere. */
        UNBINDABLE(1 << 17);

        private final long flag;

        Spread(long flag) {
            this.flag = flag;
        }
    }
}
