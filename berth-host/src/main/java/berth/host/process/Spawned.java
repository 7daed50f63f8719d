package berth.host.process;

import berth.host.Libc;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A child that {@link Spawn} started. It is awaited by itself when it ends, so that it never stays a zombie; nobody needs
 * to call {@link #await}. The streams park and may be used on virtual threads. Closing kills nothing.
 */
public final class Spawned implements AutoCloseable {
    private static final long WAIT4 = 61;
    private static final int NO_HANG = 1;

    private final int pid;
    private final PidFd hold;
    private final List<Descriptor> ends;
    private final OutputStream input;
    private final InputStream output;
    private final InputStream errors;
    private final boolean terminal;
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    private Spawned(int pid, List<Descriptor> ends, boolean terminal) {
        this.pid = pid;
        this.ends = ends;
        this.terminal = terminal;
        this.input = ends.get(0).output();
        this.output = ends.get(1).input();
        this.errors = ends.size() > 2 ? ends.get(2).input() : InputStream.nullInputStream();
        this.hold =
                PidFd.open(pid).orElseThrow(() -> new IllegalStateException("child " + pid + " was reaped by another"));
        hold.onExit(this::reap);
    }

    static Spawned onPipes(int pid, int input, int output, int errors) {
        return new Spawned(pid, List.of(new Descriptor(input), new Descriptor(output), new Descriptor(errors)), false);
    }

    static Spawned onTerminal(int pid, int master, int masterAgain) {
        return new Spawned(pid, List.of(new Descriptor(masterAgain), new Descriptor(master)), true);
    }

    /** Process id. */
    public long pid() {
        return pid;
    }

    /** Its standard input, or the terminal. */
    public OutputStream input() {
        return input;
    }

    /** Its standard output, or the terminal. */
    public InputStream output() {
        return output;
    }

    /** Its standard error; at its end at once with a terminal. */
    public InputStream errors() {
        return errors;
    }

    /** Tells the terminal its size. No-op without one. */
    public void resize(int columns, int rows) {
        if (terminal) {
            ends.get(1).whileOpen(master -> Pty.resize(master, columns, rows));
        }
    }

    /** Sends it a signal; false when it has ended. */
    public boolean signal(int number) {
        return !status.isDone() && hold.signal(number);
    }

    /** Blocks until it has ended: its exit code, 128+n after signal n. */
    public int await() throws InterruptedException {
        try {
            return code(status.get());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Its exit code if it ends within the limit. */
    public OptionalInt await(Duration limit) throws InterruptedException {
        try {
            return OptionalInt.of(code(status.get(limit.toNanos(), TimeUnit.NANOSECONDS)));
        } catch (TimeoutException late) {
            return OptionalInt.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int code(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private void reap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
            Libc.must("wait4", WAIT4, pid, word.address(), NO_HANG, 0, 0);
            hold.close();
            status.complete(word.get(ValueLayout.JAVA_INT, 0));
        } catch (RuntimeException failed) {
            status.complete(255 << 8);
            throw failed;
        }
    }

    @Override
    public void close() {
        ends.forEach(Descriptor::close);
    }
}
