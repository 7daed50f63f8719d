package berth.engine.instance;

import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;

/** Suspends all processes of an instance, and lets them go on. */
public final class FreezeInstance {
    private final Instances instances;
    private final Pulses pulses;
    private final Operations operations;
    private final Turns turns;
    private final InstanceEvents events;

    /** Freezes with those. */
    public FreezeInstance(Instances instances, Pulses pulses, Operations operations, Turns turns, Events events) {
        this.instances = instances;
        this.pulses = pulses;
        this.operations = operations;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Suspends it as an operation. */
    public Operation freeze(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Freezing instance", instance, false),
                _ -> turns.take(Instances.subject(instance), () -> {
                    if (instances.status(instance) == Status.FROZEN) {
                        throw Refused.failed("The instance is already frozen");
                    }
                    if (!instances.status(instance).alive()) {
                        throw Refused.failed("The container isn't running");
                    }
                    instances.driver(instance).freeze(Instances.handle(instance));
                    pulses.become(instance.id(), Status.FROZEN);
                    events.tell(instance, "instance-paused");
                }));
    }

    /** Lets it go on as an operation. */
    public Operation thaw(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Unfreezing instance", instance, false),
                _ -> turns.take(Instances.subject(instance), () -> {
                    if (instances.status(instance) != Status.FROZEN) {
                        throw Refused.failed(
                                instances.status(instance).alive()
                                        ? "The container is already running"
                                        : "The container isn't running");
                    }
                    instances.driver(instance).thaw(Instances.handle(instance));
                    pulses.become(instance.id(), Status.RUNNING);
                    events.tell(instance, "instance-resumed");
                }));
    }
}
