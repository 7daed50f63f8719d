package berth.driver.lxc;

import berth.host.process.MemoryFile;
import berth.host.process.PidFd;
import berth.host.process.ProcessStat;
import berth.host.process.Spawn;
import berth.host.process.Spawned;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A command that {@code lxc-attach} runs. The attacher hands on exit code and streams and stays outside; its child is
 * the command. What the attacher itself has to say goes to a file in memory, so that its own failure can be told from a
 * command that exits with the same code. It says the same on the standard error, after which the stream ends.
 *
 * <p>With a terminal the attacher makes another one inside and copies between the two, so that no descriptor of the host
 * is ever in the guest's hands. Both terminals put a carriage return before each line feed; the outer one's is taken out.
 */
final class LxcExec implements Execution {
    private static final int NOT_EXECUTABLE_CODE = 126;
    private static final int NOT_FOUND_CODE = 127;
    private static final int SIGKILL = 9;
    private static final long STARTING_NANOS = 2_000_000_000L;

    private final Spawned attacher;
    private final MemoryFile log;
    private final InputStream output;
    private final InputStream errors;
    private Outcome outcome = Outcome.RAN;

    private LxcExec(Spawned attacher, MemoryFile log, boolean terminal) {
        this.attacher = attacher;
        this.output = terminal ? new LineEnds(attacher.output()) : attacher.output();
        this.errors =
                new WithoutAttachersWords(attacher.errors(), () -> log.text().contains("Failed to exec \""));
        this.log = log;
    }

    static LxcExec start(Path attach, Path lxcPath, String key, Path conf, ExecSetup setup) {
        var log = MemoryFile.create("lxc-attach");
        try {
            Optional<Path> directory = sameOnHost(setup.directory());
            Spawn spawn = Spawn.of(arguments(attach, lxcPath, key, conf, log.path(), setup, directory.isPresent()))
                    .environment(Map.of("LC_ALL", "C.UTF-8", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
            spawn.in(directory.orElse(Path.of("/")));
            if (setup.terminal()) {
                spawn.rawTerminal(setup.width(), setup.height());
            }
            return new LxcExec(spawn.start(), log, setup.terminal());
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    /**
     * The attacher goes, inside, to the directory whose name its own directory has outside. So a directory that is here
     * too, under no other name, needs nothing more.
     */
    private static Optional<Path> sameOnHost(String directory) {
        if (directory.isEmpty()) {
            return Optional.of(Path.of("/"));
        }
        try {
            Path path = Path.of(directory);
            return path.isAbsolute()
                            && Files.isDirectory(path)
                            && path.toRealPath().equals(path)
                    ? Optional.of(path)
                    : Optional.empty();
        } catch (IOException | java.nio.file.InvalidPathException unusable) {
            return Optional.empty();
        }
    }

    static List<String> arguments(
            Path attach, Path lxcPath, String key, Path conf, String log, ExecSetup setup, boolean directoryIsSet) {
        var words = new ArrayList<>(List.of(
                attach.toString(),
                "--lxcpath=" + lxcPath,
                "--name=" + key,
                "--rcfile=" + conf,
                "--logfile=" + log,
                "--logpriority=ERROR",
                "--quiet",
                "--clear-env",
                "--uid=" + setup.user(),
                "--gid=" + setup.group()));
        setup.environment().forEach((name, value) -> words.add("--set-var=" + name + "=" + value));
        words.add("--");
        if (!directoryIsSet) {
            // The guest's own shell goes there, if it can; directory and command are arguments, never text of the
            // script.
            words.addAll(
                    List.of("/bin/sh", "-c", "cd -- \"$1\" 2>/dev/null; shift; exec \"$@\"", "sh", setup.directory()));
        }
        words.addAll(setup.command());
        return words;
    }

    @Override
    public long pid() {
        return command().orElse(attacher.pid());
    }

    /** The command itself: the attacher's child in the container's pid namespace. */
    private Optional<Long> command() {
        return ProcessStat.children(attacher.pid()).stream()
                .filter(it -> ProcessStat.namespacedPids(it).size() > 1)
                .findFirst();
    }

    @Override
    public OutputStream input() {
        return attacher.input();
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
        attacher.resize(columns, rows);
    }

    @Override
    public void signal(int number) {
        long end = System.nanoTime() + STARTING_NANOS;
        while (attacher.signal(0)) {
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
                attacher.signal(number == SIGKILL ? SIGKILL : number);
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public int await() throws InterruptedException {
        int code = attacher.await();
        synchronized (this) {
            outcome = classify(code, log.text());
        }
        return code;
    }

    static Outcome classify(int code, String said) {
        if (code == 0 || said.isEmpty()) {
            return Outcome.RAN;
        }
        if (said.contains("Failed to exec \"")) {
            return switch (code) {
                case NOT_FOUND_CODE -> Outcome.COMMAND_NOT_FOUND;
                case NOT_EXECUTABLE_CODE -> Outcome.NOT_EXECUTABLE;
                default -> Outcome.FAILED;
            };
        }
        return LogLines.telling(said).isEmpty() ? Outcome.RAN : Outcome.FAILED;
    }

    @Override
    public synchronized Outcome outcome() {
        return outcome;
    }

    @Override
    public void close() {
        attacher.close();
        log.close();
    }
}
