package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.steps.Step;
import java.util.List;
import java.util.Optional;

/**
 * Brings a copy up to date: the original's root takes the place of its own all at once, and it has the original's snapshots
 * afterwards. Its configuration stays.
 */
public final class RefreshInstance implements RunKind<RefreshInstance.Request> {
    /**
     * The copy, and what it is brought up to.
     *
     * @param bring the original's snapshots that the copy does not have, as they will be
     * @param drop the copy's snapshots that the original does not have
     */
    public record Request(Instance copy, Instance original, List<Snapshot> bring, List<Snapshot> drop) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Refreshes with those. */
    public RefreshInstance(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Roots roots,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Refreshes a copy that is there as an operation. */
    public Operation refresh(ProjectName project, InstanceName name, Origin.OfInstance from) {
        Instance copy = instances.require(project, name);
        Instance original = instances.require(from.project(), from.name());
        if (from.snapshot() != null) {
            throw Refused.invalid("A copy can be brought up to date with an instance, not with a snapshot");
        }
        if (copy.id().equals(original.id())) {
            throw Refused.invalid("The instance " + name + " cannot be a copy of itself");
        }
        return operations.begin(
                InstanceEvents.task("Creating instance", copy, true),
                _ -> turns.takeBoth(
                        Instances.subject(copy), Instances.subject(original), () -> refreshNow(project, name, from)));
    }

    private void refreshNow(ProjectName project, InstanceName name, Origin.OfInstance from) {
        Instance copy = instances.require(project, name);
        Instance original = instances.require(from.project(), from.name());
        if (instances.status(copy).alive()) {
            throw Refused.failed("Failed getting exclusive access to instance: Instance is running");
        }
        List<Snapshot> had = from.snapshots() ? of(copy) : List.of();
        List<Snapshot> wanted = from.snapshots() ? of(original) : List.of();
        runs.run(
                this,
                Instances.subject(copy),
                new Request(
                        copy,
                        original,
                        without(wanted, had).stream()
                                .map(it -> roots.of(copy, it))
                                .toList(),
                        without(had, wanted)));
        events.tell(copy, "instance-updated");
    }

    private List<Snapshot> of(Instance instance) {
        return shelves.snapshots().under(instance.id() + "/");
    }

    /** Those of the first that are not among the second: snapshots are the same when name and time are. */
    private static List<Snapshot> without(List<Snapshot> these, List<Snapshot> those) {
        return these.stream()
                .filter(it -> those.stream()
                        .noneMatch(other -> other.name().equals(it.name())
                                && other.createdAt().equals(it.createdAt())))
                .toList();
    }

    @Override
    public String kind() {
        return "refresh instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        return List.of(
                Step.of("take over the root", () -> takeOver(request), () -> {}), // one that fails has changed nothing
                Step.forward("drop old snapshots", () -> request.drop().forEach(it -> drop(request.copy(), it))),
                Step.forward("bring new snapshots", () -> request.bring().forEach(it -> bring(request, it))));
    }

    private void drop(Instance copy, Snapshot snapshot) {
        Pool pool = roots.pool(copy);
        drivers.keeping(pool).deleteSnapshot(pool, Roots.volume(copy), snapshot.name());
        shelves.snapshots().removeIf(snapshot.of() + "/" + snapshot.name(), snapshot::equals);
    }

    private void takeOver(Request request) {
        Instance copy = request.copy();
        Pool pool = roots.pool(copy);
        original(request).ifPresent(it -> {
            drivers.keeping(pool)
                    .replaceVolume(
                            pool, Roots.volume(copy), roots.content(it, null).into(pool));
            roots.limit(copy);
        });
    }

    private void bring(Request request, Snapshot snapshot) {
        Instance original = original(request).orElse(null);
        if (original != null
                && shelves.snapshots()
                        .find(original.id() + "/" + snapshot.name())
                        .isPresent()) {
            roots.give(request.copy(), snapshot, original);
            shelves.snapshots().put(snapshot);
        }
    }

    /** A run that failed may be finished when the original is gone: the copy then stays as far as it came. */
    private Optional<Instance> original(Request request) {
        Instance was = request.original();
        return shelves.instance(was.project(), was.name()).filter(it -> it.id().equals(was.id()));
    }
}
