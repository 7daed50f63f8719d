package berth.host.process;

import berth.host.OwnProgram;
import berth.host.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process that carries connections between the host and a guest ({@code native/berth-proxy.c}). It is no child of ours,
 * outlives us and ends with the guest; it is found again by the id in its arguments.
 */
public final class Relay {
    private static final String PROGRAM = "berth-proxy";
    private static final int SIGTERM = 15;

    private Relay() {}

    /** Whether the program was built for this host. */
    public static boolean isThere() {
        return OwnProgram.find(PROGRAM).isPresent();
    }

    /**
     * What it is to do.
     *
     * @param inside whether it listens in the guest and connects on the host, not the other way round
     * @param header whether connections to TCP servers begin with a PROXY header, version 1
     * @param uid owner of a unix socket that is listened on, as the host counts
     * @param gid its group, as the host counts
     * @param mode its permission bits
     * @param runUid what it runs as, as the host counts
     * @param runGid its group
     * @param pairs addresses to listen on, each followed by the one to connect to
     */
    public record Task(
            boolean inside,
            boolean header,
            long uid,
            long gid,
            int mode,
            long runUid,
            long runGid,
            List<String> pairs) {
        public Task {
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * Starts one; returns once it listens. Throws {@link Program.Failed} with its reason when it cannot.
     *
     * @param id names it among all of the host
     * @param pid the guest's first process
     * @param startTicks field 22 of {@code /proc/PID/stat}
     */
    public static void start(String id, long pid, long startTicks, Task task) {
        var words = new ArrayList<String>();
        words.add(OwnProgram.find(PROGRAM)
                .orElseThrow(() -> new IllegalStateException(PROGRAM + " was not built"))
                .toString());
        words.addAll(List.of(
                id,
                Long.toString(pid),
                Long.toString(startTicks),
                task.inside() ? "instance" : "host",
                task.header() ? "1" : "0",
                Long.toString(task.uid()),
                Long.toString(task.gid()),
                Integer.toOctalString(task.mode()),
                Long.toString(task.runUid()),
                Long.toString(task.runGid())));
        words.addAll(task.pairs());
        Program.of(words).must();
    }

    /** Whether one of that id runs. */
    public static boolean runs(String id) {
        return !find(id).isEmpty();
    }

    /** Ends those of that id; none is no error. Returns when they are gone. */
    public static void end(String id) {
        for (long pid : find(id)) {
            Optional<PidFd> held = PidFd.open(pid);
            if (held.isPresent()) {
                try (PidFd process = held.get()) {
                    if (isOne(pid, id)) {
                        process.signal(SIGTERM);
                        awaitEnd(process);
                    }
                }
            }
        }
    }

    private static void awaitEnd(PidFd process) {
        var gone = new java.util.concurrent.CountDownLatch(1);
        process.onExit(gone::countDown);
        try {
            gone.await(5, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Long> find(String id) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(it -> it.getFileName().toString())
                    .filter(it -> it.matches("[0-9]{1,9}"))
                    .map(Long::valueOf)
                    .filter(it -> isOne(it, id))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** A process of a guest may call itself anything; but it lives in a pid namespace below ours, and then it is none. */
    private static boolean isOne(long pid, String id) {
        try {
            String words = new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")), StandardCharsets.UTF_8);
            List<String> argv = List.of(words.split("\0"));
            return argv.size() > 2
                    && argv.get(0).endsWith("/" + PROGRAM)
                    && argv.get(1).equals(id)
                    && ProcessStat.namespacedPids(pid).size() == 1;
        } catch (IOException gone) {
            return false;
        }
    }
}
