package berth.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of the host to run, with its arguments as a list: never a shell. Each run has a time limit after which it and
 * its children are killed (reliability R10). Only a small fixed environment is passed on.
 */
public final class Program {
    private static final int KEPT = 64 * 1024;
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

    private final List<String> argv;
    private final Map<String, String> environment = new HashMap<>();
    private Duration limit = Duration.ofSeconds(30);
    private byte[] input = {};
    private @Nullable Path directory;

    private Program(List<String> argv) {
        for (String word : argv) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument of " + argv.get(0) + " holds a NUL");
            }
        }
        this.argv = List.copyOf(argv);
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
    }

    /** The program and its arguments. */
    public static Program of(String program, String... arguments) {
        var argv = new ArrayList<String>();
        argv.add(program);
        argv.addAll(List.of(arguments));
        return new Program(argv);
    }

    /** The program and its arguments. */
    public static Program of(List<String> argv) {
        return new Program(argv);
    }

    /** Where it lies on this host, if it is installed. */
    public static Optional<Path> find(String name) {
        return PLACES.stream()
                .map(it -> it.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Kills it after so long; 30 seconds unless told. */
    public Program within(Duration limit) {
        this.limit = limit;
        return this;
    }

    /** What it reads on its standard input; nothing unless told. */
    public Program reading(String text) {
        this.input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** One more environment variable; an existing one is replaced. */
    public Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Its working directory. */
    public Program in(Path directory) {
        this.directory = directory;
        return this;
    }

    /** Runs it to its end, whatever its exit code. Throws {@link Failed} when it cannot start or takes too long. */
    public Result run() {
        Process process = start();
        var out = new Tail();
        var err = new Tail();
        Thread outReader = Thread.ofVirtual().start(() -> out.drain(process.getInputStream()));
        Thread errReader = Thread.ofVirtual().start(() -> err.drain(process.getErrorStream()));
        // One that reads nothing must not hold us up either.
        Thread.ofVirtual().start(() -> feed(process));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                throw new Failed(
                        this.toString() + " took longer than " + limit.toSeconds() + " s and was killed",
                        -1,
                        err.text());
            }
            outReader.join(1000);
            errReader.join(1000);
            return new Result(process.exitValue(), out.text(), err.text());
        } catch (InterruptedException interrupted) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new Failed(this + " was interrupted", -1, "");
        }
    }

    /** Runs it; throws {@link Failed} with its own words when it exits with anything but 0. */
    public Result must() {
        Result result = run();
        if (result.exit() != 0) {
            String said = result.err().isBlank() ? result.out() : result.err();
            throw new Failed(this + " exited with " + result.exit() + ": " + said.strip(), result.exit(), result.err());
        }
        return result;
    }

    /** Starts it and leaves its streams to the caller. */
    public Process start() {
        var builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment().putAll(environment);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        try {
            return builder.start();
        } catch (IOException notStarted) {
            throw new Failed("cannot run " + argv.get(0) + ": " + notStarted.getMessage(), -1, "");
        }
    }

    private void feed(Process process) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException closedEarly) {
            // It did not want to read; its exit code tells the rest.
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return String.join(" ", argv);
    }

    /**
     * How a run ended.
     *
     * @param out what it printed, the last 64 KiB at least when that was more than 8 MiB
     * @param err what it complained, likewise
     */
    public record Result(int exit, String out, String err) {}

    /** A program that could not be run, or failed. */
    public static final class Failed extends RuntimeException {
        private final int exit;
        private final String complaint;

        Failed(String text, int exit, String complaint) {
            super(text);
            this.exit = exit;
            this.complaint = complaint;
        }

        /** Its exit code; -1 when there was none. */
        public int exit() {
            return exit;
        }

        /** What it printed on standard error. */
        public String complaint() {
            return complaint;
        }
    }

    /** Keeps what a stream says, up to 8 MiB, then only the newest 64 KiB. */
    private static final class Tail {
        private static final int MOST = 8 * 1024 * 1024;
        private byte[] bytes = new byte[4096];
        private int length;

        void drain(InputStream stream) {
            var buffer = new byte[8192];
            try {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    add(buffer, n);
                }
            } catch (IOException closed) {
                // The process is gone.
            }
        }

        private synchronized void add(byte[] more, int n) {
            if (length + n > MOST) {
                int keep = Math.min(length, KEPT);
                System.arraycopy(bytes, length - keep, bytes, 0, keep);
                length = keep;
            }
            if (length + n > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + n));
            }
            System.arraycopy(more, 0, bytes, length, n);
            length += n;
        }

        synchronized String text() {
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }
}
