package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/** A hold on one process that its number being used again cannot fool (pidfd_open(2)). */
public final class PidFd implements AutoCloseable {
    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long IOCTL = 16;
    private static final long PIDFD_GET_INFO = 0xC040_FF0BL;
    private static final long INFO_EXIT = 1L << 3;
    private static final int EXIT_CODE = 60;

    private final long pid;
    private final int fd;
    private boolean closed;
    private long ticket;

    private PidFd(long pid, int fd) {
        this.pid = pid;
        this.fd = fd;
    }

    /** Takes hold of a process; empty when there is none of that number (any more). */
    public static Optional<PidFd> open(long pid) {
        long fd = Libc.call(PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
        if (fd == -Errno.ESRCH || fd == -Errno.EINVAL) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw new Errno("pidfd_open " + pid, (int) -fd);
        }
        return Optional.of(new PidFd(pid, (int) fd));
    }

    /** Takes hold of the very process that started then; empty when it has gone, even if its number lives on. */
    public static Optional<PidFd> open(long pid, long startTicks) {
        Optional<PidFd> held = open(pid);
        boolean same =
                ProcessStat.of(pid).map(it -> it.startTicks() == startTicks).orElse(false);
        if (held.isPresent() && !same) {
            held.get().close();
            return Optional.empty();
        }
        return held;
    }

    /** Its number. */
    public long pid() {
        return pid;
    }

    /** Sends a signal; false when it has gone. */
    public synchronized boolean signal(int number) {
        if (closed) {
            return false;
        }
        long result = Libc.call(PIDFD_SEND_SIGNAL, fd, number, 0, 0, 0, 0);
        if (result < 0 && result != -Errno.ESRCH) {
            throw new Errno("signal " + number + " to process " + pid, (int) -result);
        }
        return result == 0;
    }

    /**
     * Calls back once when the process has ended, within a millisecond of it, by the kernel's own event; at once when it
     * has already. On the poller's thread: hand real work on. At most one call-back at a time.
     */
    public synchronized void onExit(Runnable listener) {
        if (closed) {
            throw new IllegalStateException("process " + pid + " is held no more");
        }
        ticket = Poller.one().watch(fd, Poller.READABLE, listener);
    }

    /**
     * How an ended process ended, as wait(2) encodes it. Known while its parent has not awaited it, and on Linux 6.15 and
     * later after that too; else empty.
     */
    public synchronized OptionalInt waitStatus() {
        Optional<ProcessStat> stat = ProcessStat.of(pid).filter(it -> it.state() == 'Z' || it.state() == 'X');
        if (closed) {
            return OptionalInt.empty();
        }
        if (stat.isPresent() && Libc.call(PIDFD_SEND_SIGNAL, fd, 0, 0, 0, 0, 0) == 0) {
            return OptionalInt.of(stat.get().waitStatus());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(64, 8);
            info.set(ValueLayout.JAVA_LONG, 0, INFO_EXIT);
            if (Libc.call(IOCTL, fd, PIDFD_GET_INFO, info.address(), 0, 0, 0) == 0
                    && (info.get(ValueLayout.JAVA_LONG, 0) & INFO_EXIT) != 0) {
                return OptionalInt.of(info.get(ValueLayout.JAVA_INT, EXIT_CODE));
            }
            return OptionalInt.empty();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            if (ticket != 0) {
                Poller.one().forget(fd, ticket);
            }
            closed = true;
            Libc.close(fd);
        }
    }
}
