package berth.driver.lxc;

import berth.host.process.MemoryFile;
import berth.host.process.PidFd;
import berth.host.process.ProcessStat;
import berth.host.process.Spawned;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A command that an {@link Attacher} took inside: it hands on exit code and streams and stays outside; its child is the
 * command.
 *
 * <p>With a terminal the attacher makes another one inside and copies between the two, so that no descriptor of the host
 * is ever in the guest's hands. Both terminals put a carriage return before each line feed; the outer one's is taken out.
 */
final class LxcExec implements Execution {
    private static final int SIGKILL = 9;
    private static final long STARTING_NANOS = 2_000_000_000L;

    private final Attacher attacher;
    private final Spawned program;
    private final MemoryFile log;
    private final InputStream output;
    private final InputStream errors;
    private Outcome outcome = Outcome.RAN;

    private LxcExec(Attacher attacher, Spawned program, MemoryFile log, boolean terminal) {
        this.attacher = attacher;
        this.program = program;
        this.output = terminal ? new LineEnds(program.output()) : program.output();
        this.errors = attacher.errors(program.errors(), log);
        this.log = log;
    }

    static LxcExec start(Attacher attacher, ExecSetup setup) {
        var log = MemoryFile.create("attach");
        try {
            return new LxcExec(attacher, attacher.spawn(setup, log).start(), log, setup.terminal());
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    @Override
    public long pid() {
        return command().orElse(program.pid());
    }

    /** The command itself: the attacher's child in the container's pid namespace. */
    private Optional<Long> command() {
        return ProcessStat.children(program.pid()).stream()
                .filter(it -> ProcessStat.namespacedPids(it).size() > 1)
                .findFirst();
    }

    @Override
    public OutputStream input() {
        return program.input();
    }

    @Override
    public InputStream output() {
        return output;
    }

    @Override
    public InputStream errors() {
        return errors;
    }

    @Override
    public void resize(int columns, int rows) {
        program.resize(columns, rows);
    }

    @Override
    public void signal(int number) {
        long end = System.nanoTime() + STARTING_NANOS;
        while (program.signal(0)) {
            Optional<Long> command = command();
            if (command.isPresent()) {
                PidFd.open(command.get()).ifPresent(it -> {
                    try (it) {
                        it.signal(number);
                    }
                });
                return;
            }
            if (System.nanoTime() > end) {
                // It never got as far as a command.
                program.signal(number == SIGKILL ? SIGKILL : number);
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public int await() throws InterruptedException {
        int code = program.await();
        synchronized (this) {
            outcome = attacher.outcome(code, log.text());
        }
        return code;
    }

    @Override
    public synchronized Outcome outcome() {
        return outcome;
    }

    @Override
    public void close() {
        program.close();
        log.close();
    }
}
