package berth.driver.lxc;

import berth.host.Errno;
import berth.host.process.Spawn;
import berth.host.process.Spawned;
import berth.model.Refused;
import berth.spi.Execution;
import berth.spi.Handle;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The console of a container by {@code lxc-console}, which asks LXC's monitor for a terminal that the monitor copies to and
 * from the guest's. It has no key of its own here: every byte is passed on. The monitor's terminal and ours each put a
 * carriage return before a line feed; both are taken out again.
 *
 * <p>LXC passes no size on to the guest's terminal; the guest's own {@code stty} is asked to set it.
 */
final class LxcConsole implements Execution {
    private static final Path PROGRAM = Path.of("/usr/bin/lxc-console");
    private static final int SIGTERM = 15;

    private final Spawned program;
    private final Size size;
    private final InputStream output;

    /** Tells the guest's console how big it is; returns at once. */
    interface Size {
        void set(int columns, int rows);
    }

    private LxcConsole(Spawned program, Size size) {
        this.program = program;
        this.size = size;
        this.output = new LineEnds(new LineEnds(program.output()));
    }

    static LxcConsole attach(Places places, Handle handle, int columns, int rows, Size size) {
        try {
            var console = new LxcConsole(
                    Spawn.of(List.of(
                                    PROGRAM.toString(),
                                    "--lxcpath=" + places.lxcPath(),
                                    "--name=" + handle.key(),
                                    "--rcfile=" + places.conf(handle),
                                    "--tty=0",
                                    "--escape=-1",
                                    "--quiet"))
                            .environment(Map.of("LC_ALL", "C.UTF-8", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                            .in(Path.of("/"))
                            .rawTerminal(columns, rows)
                            .start(),
                    size);
            console.resize(columns, rows);
            return console;
        } catch (Errno failed) {
            throw Refused.driver(
                    "lxc", "attach to the console of " + handle.key(), String.valueOf(failed.getMessage()));
        }
    }

    @Override
    public long pid() {
        return program.pid();
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
        return InputStream.nullInputStream();
    }

    @Override
    public void resize(int columns, int rows) {
        if (columns > 0 && rows > 0) {
            program.resize(columns, rows);
            size.set(columns, rows);
        }
    }

    /** The guest is not signalled: whoever wants that types. */
    @Override
    public void signal(int number) {}

    @Override
    public int await() throws InterruptedException {
        return program.await();
    }

    @Override
    public Outcome outcome() {
        return Outcome.RAN;
    }

    @Override
    public void close() {
        program.signal(SIGTERM);
        program.close();
    }
}
