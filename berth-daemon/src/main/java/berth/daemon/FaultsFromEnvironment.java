package berth.daemon;

import berth.steps.Faults;
import berth.steps.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the crash tests ask of a daemon, by two environment variables that nobody else sets:
 *
 * <ul>
 *   <li>{@code BERTH_STEP_TRACE=FILE}: every step that begins is appended to the file as {@code run kind TAB step}, so
 *       that the tests learn which steps there are without anyone listing them.
 *   <li>{@code BERTH_FAULT=WHAT,WHEN,RUN KIND,STEP}: WHAT is {@code halt} (the process is gone, nothing is tidied up),
 *       {@code fail} (the step throws) or {@code delay:MS}; WHEN is {@code before} or {@code after} the step's work.
 *       {@code fail} happens once in the life of the process. A step's name may hold commas: it is what follows the
 *       third.
 * </ul>
 */
final class FaultsFromEnvironment implements Faults {
    /** The exit status of a daemon that was halted on purpose. */
    static final int HALTED = 86;

    private final @Nullable Path trace;
    private final @Nullable Fault fault;
    private final Runnable halt;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean failed;

    private FaultsFromEnvironment(@Nullable Path trace, @Nullable Fault fault, Runnable halt) {
        this.trace = trace;
        this.fault = fault;
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

    /** As {@link #of(Map)}, with another way to die. */
    static Faults of(Map<String, String> environment, Runnable halt) {
        var trace = Optional.ofNullable(environment.get("BERTH_STEP_TRACE")).map(Path::of);
        var fault = Optional.ofNullable(environment.get("BERTH_FAULT")).map(Fault::parse);
        if (trace.isEmpty() && fault.isEmpty()) {
            return Faults.NONE;
        }
        return new FaultsFromEnvironment(trace.orElse(null), fault.orElse(null), halt);
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
        if (fault == null || !fault.hits(when, run.kind(), step)) {
            return;
        }
        switch (fault.kind()) {
            case HALT -> halt.run();
            case DELAY -> wait(fault.delay());
            case FAIL -> {
                if (!failed) {
                    failed = true;
                    throw new IllegalStateException("broken on purpose " + when + " \"" + step + "\"");
                }
            }
        }
    }

    private static void wait(Duration delay) {
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
        DELAY
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
                default -> throw new IllegalArgumentException("BERTH_FAULT: what is \"" + parts[0] + "\"?");
            };
            return new Fault(kind, delay, parts[1], parts[2], parts[3]);
        }

        boolean hits(String when, String run, String step) {
            return this.when.equals(when) && this.run.equals(run) && this.step.equals(step);
        }
    }
}
