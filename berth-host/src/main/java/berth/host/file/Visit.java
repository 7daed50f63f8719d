package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import berth.host.process.ProcessStat;
import java.lang.foreign.Arena;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Work done inside a namespace of another process, on a thread of its own that comes back before it ends (setns(2)). A
 * thread that shares its directories with others may not enter a mount namespace; a new one that has given that up may.
 */
public final class Visit {
    private static final long SETNS = 308;
    private static final long UNSHARE = 272;
    private static final long CLONE_FS = 0x200;

    private Visit() {}

    /** Kinds of namespaces. */
    public enum Namespace {
        MOUNTS("mnt", 0x20000),
        NETWORK("net", 0x40000000);

        private final String file;
        private final long flag;

        Namespace(String file, long flag) {
            this.file = file;
            this.flag = flag;
        }
    }

    /**
     * The result of the work, done in the namespace of that very process; what it throws is thrown here. ESRCH when the
     * process is gone, even if another one has its number by now.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}
     */
    public static <T> T in(Namespace namespace, long pid, long startTicks, Supplier<T> work) {
        int there = open(namespace, pid, startTicks);
        var task = new FutureTask<T>(() -> onThisThread(namespace, there, work));
        try {
            Thread.ofPlatform().name("in " + namespace.file + " of " + pid).start(task);
            return OwnThread.result(task);
        } finally {
            Libc.close(there);
        }
    }

    private static <T> T onThisThread(Namespace namespace, int there, Supplier<T> work) {
        int own = raw("/proc/thread-self/ns/" + namespace.file);
        try {
            if (namespace == Namespace.MOUNTS) {
                Libc.must("give up shared directories", UNSHARE, CLONE_FS, 0, 0, 0, 0);
            }
            Libc.must("enter a namespace", SETNS, there, namespace.flag, 0, 0, 0);
            try {
                return work.get();
            } finally {
                Libc.must("leave a namespace", SETNS, own, namespace.flag, 0, 0, 0);
            }
        } finally {
            Libc.close(own);
        }
    }

    private static int open(Namespace namespace, long pid, long startTicks) {
        int found;
        try {
            found = raw("/proc/" + pid + "/ns/" + namespace.file);
        } catch (Errno failed) {
            throw failed.number() == Errno.ENOENT ? gone(pid) : failed;
        }
        boolean same =
                ProcessStat.of(pid).filter(it -> it.startTicks() == startTicks).isPresent();
        if (!same) {
            Libc.close(found);
            throw gone(pid);
        }
        return found;
    }

    private static Errno gone(long pid) {
        return new Errno("enter the namespaces of process " + pid, Errno.ESRCH);
    }

    private static int raw(String path) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocateFrom(path).address();
            return (int) Libc.must("open " + path, 257, Kernel.HERE, at, Kernel.O_CLOEXEC, 0, 0);
        }
    }
}
