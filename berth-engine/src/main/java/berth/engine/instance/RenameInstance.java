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
import berth.steps.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a stopped instance another name: volume, networks and document together. */
public final class RenameInstance implements RunKind<RenameInstance.Request> {
    /**
     * The instance under its old name, and the new one.
     *
     * @param cloudInitId its new instance-id for cloud-init; null to keep the old one
     */
    public record Request(
            Instance before, InstanceName to, @Nullable String cloudInitId) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final Setups setups;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Renames with those. */
    public RenameInstance(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Roots roots,
            Setups setups,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.setups = setups;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Renames it as an operation; refuses at once a name that is taken. */
    public Operation rename(ProjectName project, InstanceName name, InstanceName to) {
        Instance instance = instances.require(project, name);
        if (shelves.instance(project, to).isPresent()) {
            throw new Refused(new Problem.Taken("Name \"" + to + "\" already in use"));
        }
        return operations.begin(
                InstanceEvents.task("Renaming instance", instance, true), _ -> renameNow(project, name, to));
    }

    /** Renames it at once, for an applied plan. */
    public void renameNow(ProjectName project, InstanceName name, InstanceName to) {
        Instance renamed = turns.take("instance " + project + "/" + name, () -> {
            Instance now = instances.require(project, name);
            if (instances.status(now).alive()) {
                throw Refused.failed("Renaming of running container not allowed");
            }
            runs.run(this, Instances.subject(now), new Request(now, to, CloudInit.newId()));
            return now.named(to);
        });
        events.tell(renamed, "instance-renamed", Map.of("old_name", name.text()));
    }

    @Override
    public String kind() {
        return "rename instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance before = request.before();
        Instance after = after(request);
        return List.of(
                Step.of(
                        "leave its networks",
                        () -> setups.leaveNetworks(before),
                        () -> {}), // it announces itself again
                Step.of("rename the root volume", () -> move(before, after), () -> move(after, before)),
                Step.of("rename the document", () -> rekey(before, after), () -> rekey(after, before)),
                Step.of(
                        "forget the old name in the driver",
                        () -> instances.driver(before).forget(Instances.handle(before)),
                        () -> {}));
    }

    private static Instance after(Request request) {
        Instance named = FillTemplates.noting("rename", request.before().named(request.to()));
        return request.cloudInitId() == null ? named : named.with(CloudInit.ID, request.cloudInitId());
    }

    private void move(Instance from, Instance to) {
        Pool pool = roots.pool(from);
        drivers.keeping(pool).renameVolume(pool, Roots.volume(from), Roots.volume(to));
    }

    private void rekey(Instance from, Instance to) {
        String key = Shelves.key(from.project(), from.name());
        shelves.instances()
                .find(key)
                .filter(it -> it.id().equals(to.id()))
                .ifPresent(there -> shelves.instances()
                        .rekey(
                                key,
                                there.named(to.name())
                                        .with(FillTemplates.PENDING, FillTemplates.pending(to))
                                        .with(CloudInit.ID, to.config().getOrDefault(CloudInit.ID, ""))));
    }
}
