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
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.steps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes a stopped instance with its snapshots to another pool of this host, under another name if that is wanted. What was
 * there is deleted only when all of it is whole in its new place and the documents say so.
 */
public final class MoveInstance implements RunKind<MoveInstance.Request> {
    /**
     * The instance where it is and as it will be.
     *
     * @param left snapshots as they are; those that are not in {@code brought} go
     * @param brought snapshots as they will be
     */
    public record Request(Instance before, Instance after, List<Snapshot> left, List<Snapshot> brought) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final Setups setups;
    private final RenameInstance renameInstance;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Moves with those. */
    public MoveInstance(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Roots roots,
            Setups setups,
            RenameInstance renameInstance,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.setups = setups;
        this.renameInstance = renameInstance;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /**
     * Moves it as an operation; refuses at once a name that is taken.
     *
     * @param to its name afterwards, which may be the one it has
     * @param alone whether its snapshots go instead of coming along
     */
    public Operation move(ProjectName project, InstanceName name, InstanceName to, Pool pool, boolean alone) {
        Instance instance = instances.require(project, name);
        requireFree(instance, to);
        if (pool.name().equals(instance.pool()) && !to.equals(name)) {
            return renameInstance.rename(project, name, to);
        }
        return operations.begin(
                InstanceEvents.task("Migrating instance", instance, false),
                _ -> turns.takeBoth(
                        Instances.subject(instance),
                        Instances.subject(instance.named(to)),
                        () -> moveNow(project, name, to, pool, alone)));
    }

    /** Moves it at once under its name, with its snapshots; nothing is done when it is there already. */
    public void moveNow(ProjectName project, InstanceName name, Pool pool) {
        String subject = Instances.subject(instances.require(project, name));
        turns.take(subject, () -> {
            runs.finishOpen(subject);
            moveNow(project, name, name, pool, false);
        });
    }

    private void moveNow(ProjectName project, InstanceName name, InstanceName to, Pool pool, boolean alone) {
        Instance before = instances.require(project, name);
        requireFree(before, to);
        if (instances.status(before).alive()) {
            throw Refused.failed("The instance " + name + " is running: stop it, so that its root can be taken to the"
                    + " storage pool " + pool.name());
        }
        if (pool.name().equals(before.pool())) {
            return;
        }
        Instance after = roots.in(pool.name(), before).named(to);
        drivers.requireRoom(pool, Roots.volume(after));
        List<Snapshot> left = shelves.snapshots().under(before.id() + "/");
        List<Snapshot> brought =
                alone ? List.of() : left.stream().map(it -> roots.of(after, it)).toList();
        runs.run(this, Instances.subject(before), new Request(before, after, left, brought));
        if (!to.equals(name)) {
            events.tell(after, "instance-renamed", Map.of("old_name", name.text()));
        }
        events.tell(after, "instance-updated");
    }

    private void requireFree(Instance instance, InstanceName to) {
        if (!to.equals(instance.name())
                && shelves.instance(instance.project(), to).isPresent()) {
            throw new Refused(new Problem.Taken("Name \"" + to + "\" already in use"));
        }
    }

    @Override
    public String kind() {
        return "move instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance before = request.before();
        Instance after = request.after();
        boolean renamed = !before.name().equals(after.name());
        var steps = new ArrayList<Step>();
        steps.add(Step.of("copy the root volume", () -> copyRoot(before, after), () -> deleteRoot(after)));
        for (Snapshot snapshot : request.brought()) {
            steps.add(Step.of(
                    "copy a snapshot", () -> roots.give(after, snapshot, before), () -> {})); // goes with the volume
        }
        if (renamed) {
            steps.add(Step.of(
                    "leave its networks", () -> setups.leaveNetworks(before), () -> {})); // it announces itself again
        }
        steps.add(Step.of(
                "write the documents of its snapshots",
                () -> request.brought().forEach(shelves.snapshots()::put),
                () -> request.left().forEach(shelves.snapshots()::put)));
        steps.add(Step.of("write the document", () -> write(before, after), () -> write(after, before)));
        steps.add(Step.forward("forget the snapshots that stay behind", () -> forget(request)));
        steps.add(Step.forward("delete the root volume where it was", () -> deleteRoot(before)));
        if (renamed) {
            steps.add(Step.forward(
                    "forget the old name in the driver",
                    () -> instances.driver(before).forget(Instances.handle(before))));
        }
        return steps;
    }

    private void copyRoot(Instance before, Instance after) {
        Pool pool = roots.pool(after);
        drivers.keeping(pool)
                .createVolume(
                        pool, Roots.volume(after), roots.content(before, null).into(pool));
        roots.limit(after);
    }

    private void deleteRoot(Instance instance) {
        shelves.pools().find(instance.pool().text()).ifPresent(pool -> {
            drivers.keeping(pool).unmount(pool, Roots.volume(instance));
            drivers.keeping(pool).deleteVolume(pool, Roots.volume(instance));
        });
    }

    private void write(Instance from, Instance to) {
        shelves.instances().rekey(Shelves.key(from.project(), from.name()), to);
    }

    private void forget(Request request) {
        request.left().stream()
                .filter(it ->
                        request.brought().stream().noneMatch(with -> with.name().equals(it.name())))
                .forEach(it -> shelves.snapshots().remove(it.of() + "/" + it.name()));
    }
}
