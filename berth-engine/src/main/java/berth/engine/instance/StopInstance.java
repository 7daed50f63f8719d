package berth.engine.instance;

import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Status;
import berth.spi.InstanceDriver;
import java.time.Duration;

/**
 * Stops an instance: orderly, by asking its init, or by force. An orderly stop that takes too long fails and leaves it
 * running, as LXD does, unless the caller wants force after that.
 */
public final class StopInstance {
    private static final System.Logger LOG = System.getLogger(StopInstance.class.getName());
    private static final Duration FOR_EVER = Duration.ofDays(3650);
    private static final Duration FORCED = Duration.ofSeconds(90);

    /** How to stop. */
    public sealed interface Manner {
        /** Ask, and wait so long (null: for ever); fail after that. */
        record Ask(@org.jspecify.annotations.Nullable Duration limit) implements Manner {}

        /** Kill at once. */
        record Force() implements Manner {}

        /** Ask, wait so long, then kill; both are logged (mission S3-51 to S3-53). */
        record AskThenForce(Duration grace) implements Manner {}
    }

    private final Instances instances;
    private final Pulses pulses;
    private final NoticeExit noticeExit;
    private final Operations operations;
    private final Turns turns;

    /** Stops instances with those. */
    public StopInstance(Instances instances, Pulses pulses, NoticeExit noticeExit, Operations operations, Turns turns) {
        this.instances = instances;
        this.pulses = pulses;
        this.noticeExit = noticeExit;
        this.operations = operations;
        this.turns = turns;
    }

    /** Stops it as an operation. */
    public Operation stop(ProjectName project, InstanceName name, Manner manner) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Stopping instance", instance, false), _ -> stopNow(project, name, manner));
    }

    /** Stops it; returns when all of its run is put away. Refuses when it is stopped already. */
    public void stopNow(ProjectName project, InstanceName name, Manner manner) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            if (!instances.status(instance).alive()) {
                throw Refused.failed("The instance is already stopped");
            }
            end(instance, manner);
            noticeExit.deleteIfEphemeral(instance);
        });
    }

    void end(Instance instance, Manner manner) {
        InstanceDriver driver = instances.driver(instance);
        switch (manner) {
            case Manner.Force() -> force(instance, driver);
            case Manner.Ask(var limit) -> {
                ask(instance, driver);
                if (!pulses.awaitStopped(instance.id(), limit == null ? FOR_EVER : limit)) {
                    noticeExit.expectNoStop(instance);
                    throw Refused.failed("Failed shutting down instance, status is \""
                            + instances.status(instance).text() + "\": context deadline exceeded");
                }
            }
            case Manner.AskThenForce(var grace) -> {
                ask(instance, driver);
                if (!pulses.awaitStopped(instance.id(), grace)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} did not stop within {1} s and is stopped by force",
                            Instances.subject(instance),
                            grace.toSeconds());
                    force(instance, driver);
                }
            }
        }
    }

    private void ask(Instance instance, InstanceDriver driver) {
        if (instances.status(instance) == Status.FROZEN) {
            driver.thaw(Instances.handle(instance));
            pulses.become(instance.id(), Status.RUNNING);
        }
        noticeExit.expectStop(instance);
        LOG.log(System.Logger.Level.INFO, "{0} is asked to stop", Instances.subject(instance));
        driver.askToStop(Instances.handle(instance));
    }

    private void force(Instance instance, InstanceDriver driver) {
        var pulse = pulses.of(instance.id());
        noticeExit.expectKill(instance);
        driver.kill(Instances.handle(instance));
        // Its exit is being noticed too; whoever comes first puts it away.
        pulse.ifPresent(it -> noticeExit.putAway(instance, it.life()));
        if (!pulses.awaitStopped(instance.id(), FORCED)) {
            throw Refused.failed("Stopping " + instance.name() + " by force did not end it within " + FORCED.toSeconds()
                    + " s; see its lxc.log");
        }
    }
}
