package berth.engine.instance;

import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import java.time.Duration;

/** Stops an instance and starts it again; nothing gets between the two. */
public final class RestartInstance {
    private static final Duration ENOUGH = Duration.ofMinutes(10);

    private final Instances instances;
    private final NoticeExit noticeExit;
    private final StopInstance stopInstance;
    private final StartInstance startInstance;
    private final Operations operations;
    private final Turns turns;
    private final InstanceEvents events;

    /** Restarts with those. */
    public RestartInstance(
            Instances instances,
            NoticeExit noticeExit,
            StopInstance stopInstance,
            StartInstance startInstance,
            Operations operations,
            Turns turns,
            Events events) {
        this.instances = instances;
        this.noticeExit = noticeExit;
        this.stopInstance = stopInstance;
        this.startInstance = startInstance;
        this.operations = operations;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Restarts it as an operation. */
    public Operation restart(ProjectName project, InstanceName name, StopInstance.Manner manner) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Restarting instance", instance, false), _ -> restartNow(project, name, manner));
    }

    /** Restarts it; returns when its new PID 1 runs. */
    public void restartNow(ProjectName project, InstanceName name, StopInstance.Manner manner) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            if (!instances.status(instance).alive()) {
                throw Refused.failed("The instance is not running");
            }
            if (instance.ephemeral()) {
                throw Refused.invalid("An ephemeral instance is deleted when it stops; it cannot be restarted");
            }
            noticeExit.keptRestarts().during(instance, patience(manner), () -> {
                stopInstance.end(instance, manner);
                startInstance.startNow(project, name);
            });
            events.tell(instance, "instance-restarted");
        });
    }

    private static Duration patience(StopInstance.Manner manner) {
        return switch (manner) {
            case StopInstance.Manner.Ask(var limit) when limit != null -> limit;
            case StopInstance.Manner.AskThenForce(var grace) -> grace.plus(ENOUGH);
            case StopInstance.Manner.Ask _, StopInstance.Manner.Force _ -> ENOUGH;
        };
    }
}
