package berth.engine.apply;

import berth.engine.operation.Operation;
import berth.model.InstanceName;
import berth.model.Refused;
import berth.model.wanted.Health;
import berth.plan.Action;
import berth.plan.Change;
import berth.plan.Plan;
import berth.plan.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One plan being carried out: what was done so far, told by its operation as it goes. */
final class Attempt {
    private static final int AT_ONCE = Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 2, 8);
    private static final System.Logger LOG = System.getLogger(Attempt.class.getName());

    private final CarryOut carryOut;
    private final Operation operation;
    private final Plan plan;
    private final boolean wait;
    private final Function<Change.OfInstance, Optional<Change>> back;
    private final Consumer<List<Generation.Done>> told;
    private final List<Generation.Done> done = new CopyOnWriteArrayList<>();
    private final Map<InstanceName, Long> started = Collections.synchronizedMap(new LinkedHashMap<>());

    /**
     * @param wait whether guests are waited for until they are well
     * @param back the change that makes a guest again what it was before the plan, if it was anything
     * @param told hears of all that was done so far, each time that it grows
     */
    Attempt(
            CarryOut carryOut,
            Operation operation,
            Plan plan,
            boolean wait,
            Function<Change.OfInstance, Optional<Change>> back,
            Consumer<List<Generation.Done>> told) {
        this.wait = wait;
        this.told = told;
        this.back = back;
        this.carryOut = carryOut;
        this.operation = operation;
        this.plan = plan;
    }

    /**
     * Does all changes, up to the first that fails: what converged stays, and the next plan is shorter. Guests that say
     * what healthy is are waited for, a batch at a time; one that is not is what ends it as well.
     */
    void changes() {
        var batch = new ArrayList<Change.OfInstance>();
        long pause = 0;
        List<Change> all = plan.changes();
        for (int at = 0; at < all.size(); at++) {
            if (!failed().isEmpty() || !paused(pause)) {
                return;
            }
            pause = 0;
            int end = endOfNew(all, at);
            if (end > at + 1) {
                together(all.subList(at, end));
                at = end - 1;
                continue;
            }
            Change change = all.get(at);
            one(change);
            if (!failed().isEmpty()
                    && change instanceof Change.OfInstance guest
                    && guest.draft().upkeep().health() != null
                    && canGoBack(guest)) {
                goBack(guest);
            }
            if (failed().isEmpty() && change instanceof Change.OfInstance guest && felt(guest)) {
                batch.add(guest);
                if (batch.size() >= batch.getFirst().draft().upkeep().batch()) {
                    health(batch);
                    pause = batch.getFirst().draft().upkeep().pause();
                    batch.clear();
                }
            }
        }
        if (failed().isEmpty()) {
            health(batch);
        }
    }

    /** Where the new guests end that begin here, need none of one another, and are not waited for: nothing runs yet to be hurt. */
    private static int endOfNew(List<Change> all, int begin) {
        var names = new HashSet<InstanceName>();
        int end = begin;
        while (end < all.size()
                && all.get(end) instanceof Change.OfInstance guest
                && guest.action() == Action.CREATE
                && guest.draft().upkeep().health() == null
                && guest.draft().needs().stream().noneMatch(it -> names.contains(it.instance()))) {
            names.add(guest.draft().name());
            end++;
        }
        return end;
    }

    /** Does changes a few at a time; after one that fails no other is begun. */
    private void together(List<Change> changes) {
        fewAtOnce(changes, this::one, () -> failed().isEmpty());
    }

    private static <T> void fewAtOnce(Collection<T> all, Consumer<T> work, BooleanSupplier goOn) {
        var few = new Semaphore(AT_ONCE);
        var begun = new ArrayList<Future<?>>();
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T it : all) {
                few.acquireUninterruptibly();
                if (!goOn.getAsBoolean()) {
                    break;
                }
                begun.add(each.submit(() -> {
                    try {
                        work.accept(it);
                    } finally {
                        few.release();
                    }
                }));
            }
        }
        for (Future<?> one : begun) {
            if (one.state() == Future.State.FAILED && one.exceptionNow() instanceof Error bug) {
                throw bug;
            }
        }
    }

    /** Lets a batch do its work for a while before the next one's turn; false when the daemon goes meanwhile. */
    private boolean paused(long seconds) {
        if (seconds == 0) {
            return true;
        }
        operation.tell("progress", "update.pause: " + seconds + " s");
        try {
            Thread.sleep(Duration.ofSeconds(seconds));
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void one(Change change) {
        long begun = System.nanoTime();
        String result = result(() -> carryOut.out(change, plan.generation(), telling(change))
                .ifPresent(it -> started.put(it, System.nanoTime())));
        tell(change.target().toString(), change.action().name().toLowerCase(Locale.ROOT), begun, result);
    }

    private CarryOut.Telling telling(Change change) {
        return new CarryOut.Telling() {
            @Override
            public void progress(String line) {
                operation.tell("progress", change.target() + ": " + line);
            }

            @Override
            public void done(String action, long since) {
                tell(change.target().toString(), action, since, "ok");
            }
        };
    }

    /** Whether a change did something in a guest of which is said what healthy is. */
    private boolean felt(Change.OfInstance guest) {
        return wait
                && guest.draft().upkeep().health() != null
                && (started.containsKey(guest.draft().name())
                        || guest.verdict() == Verdict.RELOAD
                        || guest.verdict() == Verdict.LIVE);
    }

    /** Waits until all of a batch are ready and healthy; those that are not become what they were. */
    private void health(List<Change.OfInstance> batch) {
        var ill = new ArrayList<Change.OfInstance>();
        for (Change.OfInstance guest : batch) {
            InstanceName name = guest.draft().name();
            long begun = System.nanoTime();
            if (started.remove(name) != null && !ready(name, begun)) {
                ill.add(guest);
                continue;
            }
            Health health = Objects.requireNonNull(guest.draft().upkeep().health());
            String result = result(() -> carryOut.awaitHealthy(name, health));
            tell("instance:" + name, "healthy", begun, result);
            if (!result.equals("ok")) {
                ill.add(guest);
            }
        }
        ill.stream().filter(Attempt::canGoBack).forEach(this::goBack);
    }

    private boolean ready(InstanceName name, long since) {
        String result = noted(() -> carryOut.awaitReady(name, since));
        return tell("instance:" + name, "ready", since, result).went();
    }

    /** A guest that has another name or data, or has begun anew, cannot become what it was by a change of its keys. */
    private static boolean canGoBack(Change.OfInstance guest) {
        return guest.draft().upkeep().goBack()
                && guest.draft().was().equals(guest.draft().name())
                && guest.draft().state() == null
                && (guest.verdict() != Verdict.REPLACE || guest.draft().rebuild());
    }

    /** Makes a guest what it was in the last generation. */
    private void goBack(Change.OfInstance guest) {
        long begun = System.nanoTime();
        String result = result(() -> carryOut.out(
                back.apply(guest).orElseThrow(() -> Refused.failed("there is nothing that it was before")),
                plan.generation(),
                telling(guest)));
        tell(guest.target().toString(), "return", begun, result);
    }

    /** Waits until every guest that was started is ready: only then has it come true. */
    void readiness() {
        fewAtOnce(started.entrySet(), it -> ready(it.getKey(), it.getValue()), () -> true);
    }

    private String result(Runnable work) {
        return noted(() -> {
            work.run();
            return "";
        });
    }

    /** @param work tells what it is well without; nothing when it lacks nothing */
    private String noted(Supplier<String> work) {
        try {
            String without = work.get();
            return without.isEmpty() ? "ok" : "ok: " + without + ", waited for in vain";
        } catch (RuntimeException failure) {
            String why = failure instanceof Refused refused
                    ? refused.problem().text()
                    : String.valueOf(failure.getMessage());
            LOG.log(System.Logger.Level.WARNING, "apply of {0}: {1}", plan.site(), why);
            return why;
        }
    }

    private synchronized Generation.Done tell(String object, String action, long since, String result) {
        double seconds = Math.round((System.nanoTime() - since) / 1e8) / 10.0;
        var one = new Generation.Done(object, action, seconds, result);
        done.add(one);
        List<Generation.Done> all = done();
        operation.tell("steps", all);
        told.accept(all);
        return one;
    }

    /** How many of the plan's changes were {@code done}, {@code failed}, {@code undone} after that, or {@code not_begun}. */
    Map<String, Integer> summary() {
        var summary = new TreeMap<>(Map.of("done", 0, "failed", 0, "undone", 0, "not_begun", 0));
        var byObject = done.stream().collect(Collectors.groupingBy(Generation.Done::object));
        for (Change change : plan.changes()) {
            List<Generation.Done> steps = byObject.getOrDefault(change.target().toString(), List.of());
            boolean went = steps.stream().allMatch(Generation.Done::went);
            boolean returned = steps.stream().anyMatch(it -> it.action().equals("return") && it.went());
            summary.merge(
                    steps.isEmpty() ? "not_begun" : went ? "done" : returned ? "undone" : "failed", 1, Integer::sum);
        }
        return summary;
    }

    List<Generation.Done> done() {
        return List.copyOf(done);
    }

    /** What went wrong last, if anything did. */
    Optional<Generation.Done> failed() {
        return done.stream().filter(it -> !it.went()).findFirst();
    }
}
