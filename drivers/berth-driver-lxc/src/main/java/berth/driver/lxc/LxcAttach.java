package berth.driver.lxc;

import berth.host.process.MemoryFile;
import berth.host.process.Spawn;
import berth.spi.ExecSetup;
import berth.spi.Execution.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code lxc-attach}, which knows every configuration. What it has to say itself goes to the log, so that its own failure
 * can be told from a command that exits with the same code. It says the same on the standard error, after which the
 * stream ends.
 *
 * @param lxcPath LXC's own directory
 * @param key the container's name there
 * @param conf the configuration of the running start
 */
record LxcAttach(Path lxcPath, String key, Path conf) implements Attacher {
    private static final Path PROGRAM = Path.of("/usr/bin/lxc-attach");
    private static final String NOT_EXECUTED = "Failed to exec \"";
    private static final int NOT_EXECUTABLE_CODE = 126;
    private static final int NOT_FOUND_CODE = 127;

    @Override
    public Spawn spawn(ExecSetup setup, MemoryFile log) {
        Optional<Path> directory = sameOnHost(setup.directory());
        Spawn spawn = Spawn.of(arguments(log.path(), setup, directory.isPresent()))
                .environment(Map.of("LC_ALL", "C.UTF-8", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                .in(directory.orElse(Path.of("/")));
        return setup.terminal() ? spawn.rawTerminal(setup.width(), setup.height()) : spawn;
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

    private List<String> arguments(String log, ExecSetup setup, boolean directoryIsSet) {
        var words = new ArrayList<>(List.of(
                PROGRAM.toString(),
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
    public InputStream errors(InputStream raw, MemoryFile log) {
        return new WithoutAttachersWords(raw, () -> log.text().contains(NOT_EXECUTED));
    }

    @Override
    public Outcome outcome(int code, String said) {
        if (code == 0 || said.isEmpty()) {
            return Outcome.RAN;
        }
        if (said.contains(NOT_EXECUTED)) {
            return switch (code) {
                case NOT_FOUND_CODE -> Outcome.COMMAND_NOT_FOUND;
                case NOT_EXECUTABLE_CODE -> Outcome.NOT_EXECUTABLE;
                default -> Outcome.FAILED;
            };
        }
        return LogLines.telling(said).isEmpty() ? Outcome.RAN : Outcome.FAILED;
    }
}
