package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that need not be our child, held by a descriptor (pidfd_open(2)): a signal reaches this very process or nobody,
 * even when its number has been given to another one.
 */
public final class PidFd implements AutoCloseable {
    /** Asks for an orderly end (signal(7)). */
    public static final int SIGTERM = 15;
    /** Ends at once. */
    public static final int SIGKILL = 9;
    /** By habit: read the configuration again. */
    public static final int SIGHUP = 1;

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long POLL = 7;
    private static final short POLLIN = 1;
    private static final long IOCTL = 16;
    private static final long PIDFD_GET_INFO = 0xC040_FF0BL;
    private static final long INFO_EXIT = 1L << 3;
    private static final int EXIT_CODE = 60;

    private final long pid;
    private final int fd;
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean closed;
    private boolean told;
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

    /** Takes over a descriptor of the process of that number. */
    static PidFd of(long pid, int fd) {
        return new PidFd(pid, fd);
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

    /** Its program and arguments as the kernel shows them; empty when it has ended. */
    public List<String> commandLine() {
        try {
            var text = new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")), StandardCharsets.UTF_8);
            return text.isEmpty()
                    ? List.of()
                    : List.of(text.substring(0, text.length() - 1).split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /**
     * Calls back once when the process has ended, within a millisecond of it, by the kernel's own event; at once when it
     * has already. On the poller's thread or the caller's: hand real work on.
     */
    public void onExit(Runnable listener) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("process " + pid + " is held no more");
            }
            if (!told) {
                listeners.add(listener);
                if (ticket == 0) {
                    ticket = Poller.one().watch(fd, Poller.READABLE, this::tell);
                }
                return;
            }
        }
        listener.run();
    }

    private void tell() {
        List<Runnable> all;
        synchronized (this) {
            told = true;
            all = List.copyOf(listeners);
            listeners.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Whether it has ended by now. */
    public synchronized boolean ended() {
        if (closed || told) {
            return told;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(ValueLayout.JAVA_INT, 0, fd);
            poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            long result;
            do {
                result = Libc.call(POLL, poll.address(), 1, 0, 0, 0, 0);
            } while (result == -Errno.EINTR);
            if (result < 0) {
                throw new Errno("looking at process " + pid, (int) -result);
            }
            return result == 1;
        }
    }

    /** Waits for its end, at most so long; true when it has ended, false too when the waiting is interrupted. */
    public boolean awaitEnd(Duration limit) {
        if (ended()) {
            return true;
        }
        var gone = new CountDownLatch(1);
        Runnable listener = gone::countDown;
        onExit(listener);
        try {
            return gone.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            synchronized (this) {
                listeners.remove(listener);
            }
        }
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

    /** Lets go of it; the process is not touched, and nobody who listens is called any more. */
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
