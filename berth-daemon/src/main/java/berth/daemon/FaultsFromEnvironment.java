package berth.daemon;

import berth.steps.Faults;
import berth.steps.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the crash tests ask of a daemon, by environment variables that nobody else sets:
 *
 * <ul>
 *   <li>{@code BERTH_STEP_TRACE=FILE}: every step that begins is appended to the file as {@code run kind TAB step}, so
 *       that the tests learn which steps there are without anyone listing them. {@code FILE.kinds} gets the names of all
 *       kinds of runs that the daemon knows: a run of any other kind is not carried out.
 *   <li>{@code BERTH_FAULT=WHAT,WHEN,RUN KIND,STEP}: WHAT is {@code halt} (the process is gone, nothing is tidied up),
 *       {@code fail} (the step throws) or {@code delay:MS}; WHEN is {@code before} or {@code after} the step's work.
 *       {@code fail} happens once in the life of the process. A step's name may hold commas: it is what follows the
 *       third.
 *   <li>{@code BERTH_FAULT=@FILE}: as if the variable said what stands in the file at the moment of a step; no file, no
 *       fault. It strikes once: the file is renamed to {@code FILE.struck} first. WHAT may then also be {@code hold}: the
 *       step waits until somebody removes {@code FILE.struck}.
 *   <li>{@code BERTH_STORE_SYNCED=DIRECTORY}, read by {@link House}: what a power cut would leave of the store is kept
 *       there at each sync.
 * </ul>
 */
final class FaultsFromEnvironment implements Faults {
    /** The exit status of a daemon that was halted on purpose. */
    static final int HALTED = 86;

    private final @Nullable Path trace;
    private final @Nullable Fault fault;
    private final @Nullable Path ordered;
    private final Runnable halt;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean failed;

    private FaultsFromEnvironment(@Nullable Path trace, @Nullable Fault fault, @Nullable Path ordered, Runnable halt) {
        this.trace = trace;
        this.fault = fault;
        this.ordered = ordered;
        this.halt = halt;
    }

    /**
     * The faults that the environment asks for; {@link Faults#NONE} when it asks for none.
     *
     * @throws IllegalArgumentException when {@code BERTH_FAULT} cannot be read
     */
    static Faults of(Map<String, String> environment) {
        return of(environment, () -> Runtime.getRuntime().halt(HALTED));
    }

    /** Writes down which kinds of runs there are, for whoever has the steps traced. */
    static void tellKinds(Map<String, String> environment, Collection<String> kinds) throws IOException {
        String trace = environment.get("BERTH_STEP_TRACE");
        if (trace != null) {
            Files.write(Path.of(trace + ".kinds"), kinds);
        }
    }

    /** As {@link #of(Map)}, with another way to die. */
    static Faults of(Map<String, String> environment, Runnable halt) {
        var trace = Optional.ofNullable(environment.get("BERTH_STEP_TRACE")).map(Path::of);
        var asked = Optional.ofNullable(environment.get("BERTH_FAULT"));
        var ordered = asked.filter(it -> it.startsWith("@")).map(it -> Path.of(it.substring(1)));
        var fault = asked.filter(it -> !it.startsWith("@")).map(Fault::parse);
        if (trace.isEmpty() && asked.isEmpty()) {
            return Faults.NONE;
        }
        return new FaultsFromEnvironment(trace.orElse(null), fault.orElse(null), ordered.orElse(null), halt);
    }

    @Override
    public void before(Run run, String step) {
        if (trace != null) {
            note(trace, run.kind() + "\t" + step + "\n");
        }
        strike("before", run, step);
    }

    @Override
    public void after(Run run, String step) {
        strike("after", run, step);
    }

    private void strike(String when, Run run, String step) {
        if (fault != null && fault.hits(when, run.kind(), step)) {
            switch (fault.kind()) {
                case HALT -> halt.run();
                case DELAY -> sleep(fault.delay());
                case HOLD -> throw new IllegalStateException("only a fault in a file can be held");
                case FAIL -> {
                    if (!failed) {
                        failed = true;
                        throw broken(when, step);
                    }
                }
            }
        }
        if (ordered != null) {
            strikeAsOrdered(ordered, when, run, step);
        }
    }

    private void strikeAsOrdered(Path file, String when, Run run, String step) {
        var order = read(file).map(Fault::parse).filter(it -> it.hits(when, run.kind(), step));
        var struck = file.resolveSibling(file.getFileName() + ".struck");
        if (order.isEmpty() || !renamed(file, struck)) {
            return;
        }
        switch (order.get().kind()) {
            case HALT -> halt.run();
            case FAIL -> throw broken(when, step);
            case DELAY -> sleep(order.get().delay());
            case HOLD -> {
                while (Files.exists(struck)) {
                    sleep(Duration.ofMillis(5));
                }
            }
        }
    }

    private static IllegalStateException broken(String when, String step) {
        return new IllegalStateException("broken on purpose " + when + " \"" + step + "\"");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(it -> !it.isEmpty());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException trouble) {
            throw new UncheckedIOException("reading the fault in " + file, trouble);
        }
    }

    /** Whether it was us who renamed it: of two steps at the same time one is struck. */
    private static boolean renamed(Path from, Path to) {
        try {
            Files.move(from, to);
            return true;
        } catch (NoSuchFileException another) {
            return false;
        } catch (IOException trouble) {
            throw new UncheckedIOException("taking the fault in " + from, trouble);
        }
    }

    private static void sleep(Duration delay) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Path file, String line) {
        writing.lock();
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException trouble) {
            throw new UncheckedIOException("writing the trace of steps to " + file, trouble);
        } finally {
            writing.unlock();
        }
    }

    private enum FaultKind {
        HALT,
        FAIL,
        DELAY,
        HOLD
    }

    private record Fault(FaultKind kind, Duration delay, String when, String run, String step) {
        static Fault parse(String text) {
            String[] parts = text.split(",", 4);
            if (parts.length != 4 || !(parts[1].equals("before") || parts[1].equals("after"))) {
                throw new IllegalArgumentException(
                        "BERTH_FAULT=" + text + " is not halt|fail|delay:MS,before|after,RUN KIND,STEP");
            }
            boolean delays = parts[0].startsWith("delay:");
            var delay = delays ? Duration.ofMillis(Long.parseLong(parts[0].substring(6))) : Duration.ZERO;
            var kind = switch (delays ? "delay" : parts[0]) {
                case "halt" -> FaultKind.HALT;
                case "fail" -> FaultKind.FAIL;
                case "delay" -> FaultKind.DELAY;
                case "hold" -> FaultKind.HOLD;
                default -> throw new IllegalArgumentException("BERTH_FAULT: what is \"" + parts[0] + "\"?");
            };
            return new Fault(kind, delay, parts[1], parts[2], parts[3]);
        }

        boolean hits(String when, String run, String step) {
            return this.when.equals(when) && this.run.equals(run) && this.step.equals(step);
        }
    }
}
