package berth.engine.apply;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.Codec;
import berth.engine.record.Shelf;
import berth.engine.record.Turns;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.wanted.Finding;
import berth.plan.Change;
import berth.plan.Plan;
import berth.plan.Planner;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import berth.spec.SpecReader;
import berth.spi.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Sites: check their files, plan them against the world, carry the plan out, tell what was applied. */
public final class Sites {
    private static final System.Logger LOG = System.getLogger(Sites.class.getName());

    private final Worlds worlds;
    private final CarryOut carryOut;
    private final Operations operations;
    private final Turns turns;
    private final Clock clock;
    private final Shelf<Generation> generations;

    /** Sites on that ground. */
    public Sites(
            Store store,
            Codec codec,
            berth.engine.record.Shelves shelves,
            berth.engine.driver.Drivers drivers,
            berth.engine.instance.Instances instances,
            CarryOut carryOut,
            Operations operations,
            Turns turns,
            Clock clock,
            java.nio.file.Path state) {
        this.worlds = new Worlds(store, shelves, drivers, instances, state);
        this.carryOut = carryOut;
        this.operations = operations;
        this.turns = turns;
        this.clock = clock;
        this.generations = new Shelf<>(
                store,
                codec,
                "/generations/",
                Generation.class,
                it -> String.format("%s/%08d", it.site(), it.number()));
    }

    /** Reads the files; touches nothing. */
    public Parsed check(List<SourceFile> files, String site) {
        return SpecReader.read(files, site);
    }

    /**
     * Reads the files and plans them; touches nothing. Refuses when the files themselves are wrong.
     *
     * @param adopt objects that no site declares and that this one may take over, as {@code kind:name}
     */
    public Plan plan(List<SourceFile> files, String site, Set<String> adopt) {
        var spec = check(files, site).orRefuse();
        return new Planner(next(spec.site()), CarryOut.targets(adopt)).plan(spec, worlds.now(spec));
    }

    /** Plans and carries out, as an operation that tells each change under {@code steps}. Refuses what cannot be. */
    public Operation apply(List<SourceFile> files, String site, Set<String> adopt) {
        Plan plan = accepted(plan(files, site, adopt));
        return operations.begin(
                OperationRequest.task("Applying site " + plan.site(), Map.of(), new ProjectName("default")),
                operation -> turns.take("site " + plan.site(), () -> {
                    // Whatever happened while it was not our turn is planned for anew.
                    carryOut(operation, accepted(plan(files, site, adopt)), files);
                }));
    }

    /** The sites that were applied, by name, each with its last generation. */
    public List<Generation> list() {
        return generations.all().stream()
                .collect(Collectors.groupingBy(
                        Generation::site, Collectors.maxBy(Comparator.comparingLong(Generation::number))))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Generation::site))
                .toList();
    }

    /** The generations of a site, oldest first. */
    public List<Generation> generations(String site) {
        return generations.under(site + "/");
    }

    private long next(String site) {
        var all = generations(site);
        return all.isEmpty() ? 1 : all.getLast().number() + 1;
    }

    private static Plan accepted(Plan plan) {
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
                                    .filter(it -> it.verdict() == berth.plan.Verdict.REFUSE)
                                    .map(it -> change.target() + " " + it.key() + ": " + it.rule() + ", " + it.why()))
                            .collect(Collectors.joining("\n"))
                    + "\nNothing was changed."));
        }
        return plan;
    }

    private void carryOut(Operation operation, Plan plan, List<SourceFile> files) {
        var done = new ArrayList<Generation.Done>();
        String outcome = "ok";
        for (Change change : plan.changes()) {
            long begun = System.nanoTime();
            String result = "ok";
            try {
                carryOut.out(change, line -> operation.tell("progress", change.target() + ": " + line));
            } catch (RuntimeException failure) {
                result = failure instanceof Refused refused
                        ? refused.problem().text()
                        : String.valueOf(failure.getMessage());
                outcome = "partial";
                LOG.log(System.Logger.Level.WARNING, "apply of {0}: {1}: {2}", plan.site(), change.target(), result);
            }
            double seconds = Math.round((System.nanoTime() - begun) / 1e8) / 10.0;
            done.add(new Generation.Done(
                    change.target().toString(),
                    change.action().name().toLowerCase(java.util.Locale.ROOT),
                    seconds,
                    result));
            operation.tell("steps", List.copyOf(done));
            if (!result.equals("ok")) {
                break; // what converged stays, and the next plan is shorter
            }
        }
        if (!done.isEmpty()) {
            generations.put(new Generation(
                    plan.site(),
                    plan.generation(),
                    clock.instant(),
                    outcome,
                    done,
                    files.stream()
                            .map(it -> new Generation.AppliedFile(it.name(), it.text()))
                            .toList()));
        }
        operation.tell("outcome", outcome);
        operation.tell("generation", done.isEmpty() ? plan.generation() - 1 : plan.generation());
        if (!outcome.equals("ok")) {
            var last = done.getLast();
            throw Refused.failed(last.object() + " " + last.action() + ": " + last.result() + "\ndone "
                    + (done.size() - 1) + " of " + plan.changes().size() + "; fix it and apply again");
        }
    }
}
