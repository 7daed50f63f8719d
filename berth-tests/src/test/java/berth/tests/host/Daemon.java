package berth.tests.host;

import berth.tests.http.Answer;
import berth.tests.http.Api;
import berth.tests.http.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real berthd on a host of its own, with its state below {@code /tmp}. It can be stopped in good order, killed and
 * started again; the host and the guests on it stay.
 *
 * <p>{@code BERTHD} names the launcher to use (./check hands in the one ./build made, which starts faster); without it
 * the classes under test are run.
 */
public final class Daemon implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);

    private final HostOfItsOwn host;
    private final Path directory;
    private final Path log;
    private Process process;

    private Daemon(HostOfItsOwn host, Path directory) {
        this.host = host;
        this.directory = directory;
        this.log = host.directory().resolve("berthd.log");
        this.process = spawn(Map.of());
    }

    /** A host and a daemon with an empty state in it, ready to answer. */
    public static Daemon start(String name) {
        var host = HostOfItsOwn.start(name);
        return start(host, host.directory().resolve("berth"));
    }

    /** As {@link #start(String)}, with its state in another directory, which the caller takes away. */
    public static Daemon start(String name, Path directory) {
        return start(HostOfItsOwn.start(name), directory);
    }

    private static Daemon start(HostOfItsOwn host, Path directory) {
        try {
            var daemon = new Daemon(host, directory);
            daemon.awaitReady();
            return daemon;
        } catch (RuntimeException | Error failed) {
            host.close();
            throw failed;
        }
    }

    /** Starts the daemon again after it was stopped or died, and waits until it answers. */
    public void startAgain(Map<String, String> environment) {
        process = spawn(environment);
        awaitReady();
    }

    /** As if the machine had taken it away: SIGKILL, nothing is tidied up. */
    public void kill() {
        itself().ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    /** The orderly end; guests stay. */
    public void stop() {
        itself().ifPresent(ProcessHandle::destroy);
        awaitEnd();
    }

    /** Waits until the daemon has ended by itself, as it does at a halt; false after the time. */
    public boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the daemon's process is there. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Where it listens. */
    public Door door() {
        return new Door(directory.resolve("unix.socket"));
    }

    /** Its API, operations waited for. */
    public Api api() {
        return new Api(door());
    }

    /** Its state directory. */
    public Path directory() {
        return directory;
    }

    /** The Nix store of its host, which is empty at first. */
    public FakeNix nix() {
        return new FakeNix(nixRoot());
    }

    /** The directory that holds {@code nix}. */
    public Path nixRoot() {
        return host.directory().resolve("store");
    }

    /** The host it runs on. */
    public HostOfItsOwn host() {
        return host;
    }

    /**
     * Runs a command of the checkout on the host, as a user of this daemon.
     *
     * @param program its name in {@code bin/}
     */
    public HostOfItsOwn.Output command(String program, String... words) {
        return command(Map.of(), program, words);
    }

    /** The same with more variables in its environment. */
    public HostOfItsOwn.Output command(Map<String, String> environment, String program, String... words) {
        var line = new ArrayList<>(List.of("env", "BERTH_DIR=" + directory, "BERTH_NIX=" + nixRoot()));
        environment.forEach((name, value) -> line.add(name + "=" + value));
        line.add(Checkout.root().resolve("bin/" + program).toString());
        line.addAll(List.of(words));
        return host.run(line.toArray(String[]::new));
    }

    /** What a shell line prints in a guest. */
    public String inside(String guest, String line) {
        return command("berth", "exec", guest, "--", "sh", "-c", line).out();
    }

    /** Applies a site of one file; the operation when it has ended. */
    public Answer apply(String site) {
        String body = new JsonMapper()
                .writeValueAsString(Map.of("files", List.of(Map.of("name", "berth.yaml", "text", site))));
        return api().finished(door().ask("POST", "/1.0/sites/apply", body));
    }

    /** What it logged so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    @Override
    public void close() {
        host.close();
    }

    private Process spawn(Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        String launcher = System.getenv("BERTHD");
        if (launcher != null && !launcher.isBlank()) {
            command.add(launcher);
        } else {
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx96m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    "berth.daemon.Main"));
        }
        command.addAll(List.of("--dir", directory.toString()));
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("BERTH_DIR", directory.toString());
        all.put("BERTH_NIX", nixRoot().toString());
        return host.spawn(all, log.toFile(), command.toArray(String[]::new));
    }

    /** The daemon itself: what we started is the way into the host, and that waits for it. */
    private Optional<ProcessHandle> itself() {
        return process.toHandle()
                .children()
                .filter(it -> it.info().command().isPresent()) // not what has ended and waits to be reaped
                .findFirst();
    }

    private void awaitReady() {
        long until = System.nanoTime() + READY.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive()) {
                throw new AssertionError(
                        "berthd ended with " + process.exitValue() + " before it was ready:\n" + log());
            }
            try {
                if (Files.exists(door().socket()) && door().ask("GET", "/1.0").status() == 200) {
                    return;
                }
                Thread.sleep(20);
            } catch (UncheckedIOException notYet) {
                // The socket of the last daemon may still lie there.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", stopped);
            }
        }
        throw new AssertionError("berthd was not ready within " + READY + ":\n" + log());
    }

    private void awaitEnd() {
        if (!endsWithin(Duration.ofSeconds(60))) {
            throw new AssertionError("berthd did not end:\n" + log());
        }
    }
}
