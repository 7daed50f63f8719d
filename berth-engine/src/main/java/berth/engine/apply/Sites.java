package berth.engine.apply;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.Codec;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.wanted.Finding;
import berth.model.wanted.Health;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.plan.Change;
import berth.plan.Differences;
import berth.plan.Plan;
import berth.plan.Planner;
import berth.plan.ThisTime;
import berth.plan.Verdict;
import berth.plan.World;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import berth.spec.SpecReader;
import berth.spi.Store;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sites: check their files, plan them against the world, carry the plan out, go back, tell what was applied. */
public final class Sites {
    private final Worlds worlds;
    private final CarryOut carryOut;
    private final HealthBook healthBook;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Operations operations;
    private final Turns turns;
    private final Clock clock;
    private final Generations generations;
    private final KeptStates keptStates;

    /** Sites on that ground. */
    public Sites(
            Store store,
            Codec codec,
            berth.engine.record.Shelves shelves,
            berth.engine.driver.Drivers drivers,
            berth.engine.instance.Instances instances,
            berth.engine.instance.Snapshots snapshots,
            berth.engine.nix.NixStore nix,
            CarryOut carryOut,
            HealthBook healthBook,
            Operations operations,
            Turns turns,
            Clock clock,
            java.nio.file.Path state) {
        this.worlds = new Worlds(store, shelves, drivers, instances, nix, state);
        this.carryOut = carryOut;
        this.healthBook = healthBook;
        this.operations = operations;
        this.turns = turns;
        this.clock = clock;
        this.generations = new Generations(store, codec);
        this.keptStates = new KeptStates(shelves, snapshots);
    }

    /**
     * What is to be applied.
     *
     * @param site its name where no file says it
     * @param adopt objects that no site declares and that this one may take over, as {@code kind:name}
     * @param awaitReady whether the apply is over only when the guests it started are ready
     * @param strategy how far guests may be changed while they run, this time; null as the files say
     * @param of the generation whose files these are, if it is one that is gone back to
     * @param planned what names the plan that is meant, or a generation's number; null for whatever it is
     * @param now whether guests are disturbed outside of their {@code update.window} too
     * @param onlyDrift whether only to put right what somebody changed
     * @param withState guests whose data goes back as well, as {@code GUEST} or {@code GUEST=SNAPSHOT}
     * @param systems paths of the Nix store that guests are to run, by their names, where that is known already: what was
     *     built of a {@code system-config}, or what a generation had
     */
    public record Wanted(
            List<SourceFile> files,
            String site,
            Set<String> adopt,
            boolean awaitReady,
            @Nullable Strategy strategy,
            @Nullable Long of,
            Set<String> withState,
            @Nullable String planned,
            boolean now,
            boolean onlyDrift,
            Map<String, String> systems) {
        /** Those files, and wait. */
        public Wanted(List<SourceFile> files, String site, Set<String> adopt) {
            this(files, site, adopt, true, null, null, Set.of(), null, false, false, Map.of());
        }

        /** A generation again. */
        static Wanted again(Generation generation, Set<String> withState, boolean awaitReady) {
            return of(generation, withState, awaitReady, null, false);
        }

        /** A generation still, with what is put right about it. */
        static Wanted still(Generation generation, boolean awaitReady, @Nullable String planned) {
            return of(generation, Set.of(), awaitReady, planned, true);
        }

        private static Wanted of(
                Generation generation,
                Set<String> withState,
                boolean awaitReady,
                @Nullable String planned,
                boolean onlyDrift) {
            return new Wanted(
                    generation.sources(),
                    generation.site(),
                    Set.of(),
                    awaitReady,
                    null,
                    generation.number(),
                    withState,
                    planned,
                    true,
                    onlyDrift,
                    generation.given());
        }
    }

    /** Reads the files; touches nothing. */
    public Parsed read(List<SourceFile> files, String site) {
        return SpecReader.read(files, site);
    }

    /** Errors and warnings, by place: of the files and, when they can be read, of what they ask of this host. Touches nothing. */
    public List<Finding> check(Wanted wanted) {
        Parsed parsed = read(wanted.files(), wanted.site());
        var findings = new ArrayList<>(parsed.errors());
        findings.addAll(parsed.warnings());
        if (parsed.errors().isEmpty()) {
            findings.addAll(plan(parsed.spec(), wanted).findings());
        }
        return findings.stream().sorted().distinct().toList();
    }

    /** Reads the files and plans them; touches nothing. Refuses when the files themselves are wrong. */
    public Plan plan(Wanted wanted) {
        if (wanted.onlyDrift()) {
            return planRepair(wanted.site());
        }
        return plan(read(wanted.files(), wanted.site()).orRefuse(), wanted);
    }

    /** Plans what was read of what is asked; touches nothing. */
    public Plan plan(Spec spec, Wanted wanted) {
        Long of = wanted.of();
        return plan(
                spec,
                wanted.adopt(),
                new ThisTime(
                        wanted.strategy(),
                        of == null ? List.of() : keptStates.since(spec, of, wanted.withState()),
                        Set.of(),
                        wanted.now() ? null : clockOnTheWall()),
                wanted.systems());
    }

    private Plan plan(Spec spec, Set<String> adopt, ThisTime thisTime, Map<String, String> systems) {
        return new Planner(generations.next(spec.site()), CarryOut.targets(adopt), thisTime)
                .plan(spec, worlds.now(spec, systems));
    }

    private LocalDateTime clockOnTheWall() {
        return LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault());
    }

    /** Plans and carries out, as an operation that tells each change under {@code steps}. Refuses what cannot be. */
    public Operation apply(Wanted wanted) {
        return apply("Applying site ", wanted, () -> plan(wanted));
    }

    private Operation apply(String what, Wanted wanted, Supplier<Plan> planning) {
        Plan plan = accepted(planning.get(), wanted);
        return operations.begin(
                OperationRequest.task(what + plan.site(), Map.of(), new ProjectName("default")),
                operation -> turns.take("site " + plan.site(), () -> {
                    // Whatever happened while it was not our turn is planned for anew.
                    carryOut(operation, accepted(planning.get(), wanted), wanted);
                }));
    }

    /**
     * What going back would do; touches nothing.
     *
     * @param number of the generation to go back to; null for the last good one before the current
     * @param withState as of {@link Wanted}
     */
    public Plan planRollback(String site, @Nullable Long number, Set<String> withState) {
        return plan(Wanted.again(target(site, number), withState, true));
    }

    /**
     * Applies an earlier generation's files again, as a generation of its own: nothing of the history is lost. Data that goes
     * back is kept before as a snapshot, so that this can be taken back as well.
     *
     * @param number as of {@link #planRollback}
     * @param withState as of {@link Wanted}
     * @param awaitReady as of {@link Wanted}
     */
    public Operation rollback(String site, @Nullable Long number, Set<String> withState, boolean awaitReady) {
        var wanted = Wanted.again(target(site, number), withState, awaitReady);
        return apply("Rolling back site ", wanted, () -> plan(wanted));
    }

    /** What puts right what somebody changed since the last apply, and nothing else; touches nothing. */
    public Plan planRepair(String site) {
        return drift(site).onlyDrift(generations.current(site).whole());
    }

    /**
     * Puts right what somebody changed since the last apply, and nothing else, whatever the files on disk say by now.
     *
     * @param awaitReady as of {@link Wanted}
     * @param planned as of {@link Wanted}
     */
    public Operation repair(String site, boolean awaitReady, @Nullable String planned) {
        var wanted = Wanted.still(generations.current(site), awaitReady, planned);
        return apply("Repairing site ", wanted, () -> plan(wanted));
    }

    /**
     * What making guests anew would do, whatever the files say of {@code reset}; touches nothing.
     *
     * @param guests of the site as it was applied last
     */
    public Plan planReset(String site, Set<String> guests) {
        Generation current = generations.current(site);
        Spec spec = spec(current);
        var anew = new TreeSet<InstanceName>();
        for (String guest : guests) {
            var name = new InstanceName(guest.startsWith("instance:") ? guest.substring("instance:".length()) : guest);
            if (!spec.instances().containsKey(name)) {
                throw Refused.missing(
                        "Site " + site + " has no guest " + Quoted.of(name.text()) + "; see: berth status " + site);
            }
            anew.add(name);
        }
        if (anew.isEmpty()) {
            throw Refused.invalid("No guest was named that is to begin anew");
        }
        return plan(spec, Set.of(), new ThisTime(null, List.of(), anew, null), current.given())
                .only(anew);
    }

    /**
     * Makes guests anew as a generation of its own: what they were is set aside, as when {@code reset:} is counted on in a file.
     *
     * @param guests as of {@link #planReset}
     * @param awaitReady as of {@link Wanted}
     */
    public Operation reset(String site, Set<String> guests, boolean awaitReady) {
        var wanted = Wanted.still(generations.current(site), awaitReady, null);
        return apply("Resetting guests of site ", wanted, () -> planReset(site, guests));
    }

    private Generation target(String site, @Nullable Long number) {
        Generation current = generations.current(site);
        return number == null ? generations.before(current) : generations.require(site, number);
    }

    /**
     * How the world has moved away from what was applied last: the plan that would put it right. The files that were
     * applied count, whatever the ones on disk say by now.
     */
    public Plan drift(String site) {
        Generation current = generations.current(site);
        Spec applied = spec(current);
        World world = worlds.now(applied, current.given());
        return new Planner(generations.next(site), Set.of()).plan(world.withoutUndeclared(applied), world);
    }

    /** What one generation asks for that another does not, key by key. */
    public List<Differences.Key> difference(String site, long from, long to) {
        return Differences.between(spec(generations.require(site, from)), spec(generations.require(site, to)));
    }

    private static Spec spec(Generation generation) {
        return SpecReader.read(generation.sources(), generation.site()).orRefuse();
    }

    /** The guests of a generation that say what healthy is. */
    private record Watched(long generation, Map<InstanceName, Health> guests) {}

    /** Looks how the guests of all sites are that say what healthy is; returns when all have been looked at. */
    public void lookAtHealth() {
        var guests = new HashMap<InstanceName, Health>();
        generations.lastOfEach().forEach(it -> guests.putAll(watched(it).guests()));
        healthBook.look(guests);
    }

    private Watched watched(Generation last) {
        return watched.compute(last.site(), (_, known) -> {
            if (known != null && known.generation() == last.number()) {
                return known;
            }
            var guests = new HashMap<InstanceName, Health>();
            SpecReader.read(last.sources(), last.site()).spec().instances().forEach((name, it) -> {
                Health health = it.upkeep().health();
                if (health != null) {
                    guests.put(name, health);
                }
            });
            return new Watched(last.number(), Map.copyOf(guests));
        });
    }

    /** How the guests were found to be. */
    public HealthBook health() {
        return healthBook;
    }

    /** Keys of a running guest that have been changed and wait for its next start. */
    public Set<String> pending(Instance guest) {
        return worlds.pending(guest);
    }

    /** All that was ever applied. */
    public Generations generations() {
        return generations;
    }

    private static Plan accepted(Plan plan, Wanted wanted) {
        String planned = wanted.planned();
        if (plan.hasErrors()) {
            throw Refused.invalid(plan.findings().stream()
                            .filter(Finding::error)
                            .map(Finding::line)
                            .collect(Collectors.joining("\n"))
                    + "\nNothing was changed.");
        }
        if (plan.isRefused()) {
            throw new Refused(new Problem.Forbidden(plan.changes().stream()
                            .flatMap(change -> change.keys().stream()
                                    .filter(it -> it.verdict() == Verdict.REFUSE)
                                    .map(it -> change.target() + " " + it.key() + ": " + it.rule() + ", " + it.why()))
                            .collect(Collectors.joining("\n"))
                    + "\nNothing was changed."));
        }
        if (planned != null && !planned.equals(plan.id()) && !planned.equals(String.valueOf(plan.generation()))) {
            throw new Refused(new Problem.Outdated("What would be done is not what plan " + planned
                    + " shows any more, but plan " + plan.id() + "; see: berth plan. Nothing was changed."));
        }
        return plan;
    }

    /** What makes a guest again what it was; only what it is itself goes back, not what it stands on. */
    private Optional<Change> back(Generation last, Change.OfInstance guest, long number) {
        Spec before = spec(last);
        // The root that it had is put back as well, if it was given another one.
        List<Plan.State> states =
                guest.draft().rebuild() ? keptStates.taken(guest.draft().name(), number) : List.of();
        return plan(before, Set.of(), new ThisTime(null, states, Set.of(), null), last.given()).changes().stream()
                .filter(it -> it.target().equals(guest.target()))
                .filter(it -> it.verdict() != Verdict.REFUSE)
                .findFirst();
    }

    private void carryOut(Operation operation, Plan plan, Wanted wanted) {
        Optional<Generation> before = generations.last(plan.site());
        boolean partBefore = before.filter(it -> !it.whole()).isPresent();
        // Nothing to do is news as well, after an apply that was not wholly done and was taken back.
        boolean news = !plan.changes().isEmpty() || partBefore && !wanted.onlyDrift();
        operation.tell("generation", news ? plan.generation() : plan.generation() - 1);
        if (!news) {
            operation.tell("outcome", before.map(Generation::outcome).orElse("ok"));
            return;
        }
        Spec spec = read(wanted.files(), wanted.site()).spec();
        var generation = new Generation(
                plan.site(),
                plan.generation(),
                clock.instant(),
                "running",
                List.of(),
                wanted.files().stream().map(Generation.AppliedFile::of).toList(),
                wanted.of(),
                null);
        // Whatever becomes of this daemon, that it was begun and how far it came is known.
        keep(generation, "running", List.of(), spec, wanted);
        var attempt = new Attempt(
                carryOut,
                operation,
                plan,
                wanted.awaitReady(),
                guest -> before.flatMap(it -> back(it, guest, plan.generation())),
                new NowAndThen(done -> keep(generation, "running", done, spec, wanted)));
        String outcome = "interrupted";
        try {
            attempt.changes();
            if (wanted.awaitReady() && attempt.failed().isEmpty()) {
                attempt.readiness();
            }
            // What an earlier apply did not do, one that only puts right does not do either.
            outcome = attempt.failed().isEmpty() && !(wanted.onlyDrift() && partBefore) ? "ok" : "partial";
        } finally {
            keep(generation, outcome, attempt.done(), spec, wanted);
        }
        operation.tell("outcome", outcome);
        operation.tell("summary", attempt.summary());
        attempt.failed().ifPresent(failed -> {
            throw Refused.failed(failed.object() + " " + failed.action() + ": " + failed.result()
                    + "; fix it and apply again, or go back: berth rollback");
        });
    }

    /** Keeps how a generation is by now. */
    private void keep(Generation begun, String outcome, List<Generation.Done> done, Spec spec, Wanted wanted) {
        generations.keep(begun.with(outcome, done, worlds.given(spec, wanted.systems())));
    }

    /** Passes on what was done when the last that it passed on is a second old: each is a write that is waited for. */
    private static final class NowAndThen implements Consumer<List<Generation.Done>> {
        private final Consumer<List<Generation.Done>> next;
        private long last = System.nanoTime();

        NowAndThen(Consumer<List<Generation.Done>> next) {
            this.next = next;
        }

        @Override
        public void accept(List<Generation.Done> done) {
            if (System.nanoTime() - last >= 1_000_000_000) {
                next.accept(done);
                last = System.nanoTime();
            }
        }
    }
}
