package berth.tests.host;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Namespaces with an own PID 1, network, mounts, {@code /run} and cgroups, made by {@code tools/host}; several live side
 * by side. Closing it ends everything in it and fails when something of it is left on the machine.
 */
public final class HostOfItsOwn implements AutoCloseable {
    private final String name;
    private final Path directory;

    private HostOfItsOwn(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    /** Starts a host; files that are its own go below {@link #directory()}. */
    public static HostOfItsOwn start(String kind) {
        try {
            String name = kind + "-" + ProcessHandle.current().pid();
            Path directory = Files.createTempDirectory(Path.of("/tmp"), "bt-");
            Files.setPosixFilePermissions(
                    directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            var host = new HostOfItsOwn(name, directory);
            Output.of(List.of(tool(), "start", name, "--owns", directory.toString()), Map.of(), Duration.ofSeconds(30))
                    .orFail();
            return host;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** A directory below {@code /tmp} that is removed with the host. Short, for unix sockets in it. */
    public Path directory() {
        return directory;
    }

    /** Runs a command in the host and waits at most a minute for it. */
    public Output run(String... command) {
        return run(Duration.ofMinutes(1), command);
    }

    /** Runs a command in the host; it is killed when the time is over. */
    public Output run(Duration limit, String... command) {
        return Output.of(within(Map.of(), List.of(command)), Map.of(), limit);
    }

    /** Starts a command in the host that goes on by itself; its output goes to the file. */
    public Process spawn(Map<String, String> environment, File log, String... command) {
        try {
            return new ProcessBuilder(within(environment, List.of(command)))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private List<String> within(Map<String, String> environment, List<String> command) {
        List<String> whole = new ArrayList<>(List.of(tool(), "exec", name));
        if (!environment.isEmpty()) {
            whole.add("env");
            environment.forEach((key, value) -> whole.add(key + "=" + value));
        }
        whole.addAll(command);
        return whole;
    }

    private static String tool() {
        return Checkout.root().resolve("tools/host").toString();
    }

    @Override
    public void close() {
        var stopped = Output.of(List.of(tool(), "stop", name), Map.of(), Duration.ofMinutes(5));
        Output.of(List.of("rm", "-rf", "--one-file-system", directory.toString()), Map.of(), Duration.ofMinutes(5));
        stopped.orFail();
    }

    /** What a program said and how it ended. */
    public record Output(int code, String out, String err) {
        static Output of(List<String> command, Map<String, String> environment, Duration limit) {
            try {
                var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
                builder.environment().putAll(environment);
                Path out = Files.createTempFile("out", "");
                Path err = Files.createTempFile("err", "");
                try {
                    var process = builder.redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
                    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        process.destroyForcibly().waitFor();
                        return new Output(
                                124, Files.readString(out), Files.readString(err) + "\nkilled after " + limit);
                    }
                    return new Output(process.exitValue(), lossy(out), lossy(err));
                } finally {
                    Files.deleteIfExists(out);
                    Files.deleteIfExists(err);
                }
            } catch (IOException trouble) {
                throw new UncheckedIOException("running " + command, trouble);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while running " + command, stopped);
            }
        }

        private static String lossy(Path file) throws IOException {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
        }

        /** Itself, when the program ended with 0. */
        public Output orFail() {
            if (code != 0) {
                throw new AssertionError("ended with " + code + ": " + out + err);
            }
            return this;
        }
    }
}
