package berth.engine.instance;

import berth.engine.backup.KeptBackups;
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
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.steps.Step;
import java.util.List;

/** Deletes a stopped instance with all that is its own. Once begun it is finished, now or at the next start. */
public final class DeleteInstance implements RunKind<DeleteInstance.Request> {
    /** The whole instance: what is to be removed must be known when its document is gone. */
    public record Request(Instance instance) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final Setups setups;
    private final KeptBackups backups;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Deletes with those. */
    public DeleteInstance(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Roots roots,
            Setups setups,
            KeptBackups backups,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.setups = setups;
        this.backups = backups;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Refuses at once while it runs; else goes on as an operation. */
    public Operation delete(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        if (instances.status(instance).alive()) {
            throw Refused.invalid("Instance is running");
        }
        return operations.begin(
                InstanceEvents.task("Deleting instance", instance, true), _ -> deleteNow(project, name));
    }

    /** Whether it says of itself that it may not be deleted. */
    public boolean isProtected(Instance instance) {
        return Settings.truthy(instances.effective(instance).config().get("security.protection.delete"), false);
    }

    /** Deletes it; returns when nothing of it is left. */
    public void deleteNow(ProjectName project, InstanceName name) {
        turns.take("instance " + project + "/" + name, () -> {
            runs.finishOpen("instance " + project + "/" + name);
            Instance instance = instances.require(project, name);
            if (instances.status(instance).alive()) {
                throw Refused.failed("Instance is running");
            }
            if (isProtected(instance)) {
                throw Refused.failed("Container is protected");
            }
            turns.take(
                    KeptBackups.subject(instance.id()),
                    () -> runs.run(this, Instances.subject(instance), new Request(instance)));
            events.tell(instance, "instance-deleted");
        });
    }

    @Override
    public String kind() {
        return "delete instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance instance = request.instance();
        return List.of(
                Step.forward("leave its networks", () -> leaveNetworks(instance)),
                Step.forward("forget its snapshots", () -> forgetSnapshots(instance)),
                Step.forward("delete its backups", () -> backups.deleteAll(instance.id())),
                Step.forward("delete the root volume", () -> deleteRoot(instance)),
                Step.forward(
                        "forget it in the driver",
                        () -> instances.driver(instance).forget(Instances.handle(instance))),
                Step.forward("let go of its system", () -> setups.nix().forget(instance.id())),
                Step.forward("release the name", () -> release(instance)));
    }

    private void leaveNetworks(Instance instance) {
        setups.devices().leave(setups.owner(instance));
    }

    private void forgetSnapshots(Instance instance) {
        shelves.snapshots()
                .under(instance.id() + "/")
                .forEach(it -> shelves.snapshots().remove(it.of() + "/" + it.name()));
    }

    private void deleteRoot(Instance instance) {
        shelves.pools().find(instance.pool().text()).ifPresent(pool -> {
            drivers.keeping(pool).unmount(pool, Roots.volume(instance));
            drivers.keeping(pool).deleteVolume(pool, Roots.volume(instance));
        });
    }

    private void release(Instance instance) {
        String key = Shelves.key(instance.project(), instance.name());
        shelves.instances().removeIf(key, it -> it.id().equals(instance.id()));
        instances.forget(instance);
    }
}
