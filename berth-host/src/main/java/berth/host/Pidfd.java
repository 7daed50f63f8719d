package berth.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process that need not be our child, held by a descriptor (pidfd_open(2)): a signal reaches this very process or
 * nobody, even when its number has been given to another one.
 */
public final class Pidfd implements AutoCloseable {
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

    private final long pid;
    private final long fd;
    private boolean closed;

    private Pidfd(long pid, long fd) {
        this.pid = pid;
        this.fd = fd;
    }

    /** Takes hold of a process; empty when there is none of that number. */
    public static Optional<Pidfd> of(long pid) {
        long fd = Libc.call(PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
        if (fd == -Errno.ESRCH || fd == -Errno.EINVAL) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw new Errno("pidfd_open of process " + pid, (int) -fd);
        }
        return Optional.of(new Pidfd(pid, fd));
    }

    /** Its number. */
    public long pid() {
        return pid;
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

    /** Sends a signal; false when the process has ended. */
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

    /** Whether it has ended by now. */
    public boolean ended() {
        return awaitEnd(Duration.ZERO);
    }

    /**
     * Waits for its end, at most so long; true when it has ended. On a platform thread the kernel wakes it; a virtual one
     * must not block there and looks every 2 ms.
     */
    public boolean awaitEnd(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        boolean virtual = Thread.currentThread().isVirtual();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(JAVA_INT, 0, (int) fd);
            poll.set(JAVA_SHORT, 4, POLLIN);
            while (true) {
                long left =
                        virtual ? 0 : Math.clamp((end - System.nanoTime() + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
                long result = Libc.call(POLL, poll.address(), 1, left, 0, 0, 0);
                if (result == 1) {
                    return true;
                }
                if (result == 0 && System.nanoTime() >= end) {
                    return false;
                }
                if (result == 0 && virtual && !nap()) {
                    return false;
                }
                if (result < 0 && result != -Errno.EINTR) {
                    throw new Errno("waiting for process " + pid, (int) -result);
                }
            }
        }
    }

    private static boolean nap() {
        try {
            Thread.sleep(2);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets go of it; the process is not touched. Not while another thread waits for its end. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
