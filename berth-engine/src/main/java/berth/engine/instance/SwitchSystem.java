package berth.engine.instance;

import berth.engine.event.Events;
import berth.engine.nix.NixStore;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.StorePath;
import berth.steps.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A running instance goes over to another system of the host's Nix store, by that system's own command, without a new start.
 * When that fails it goes back: the system that it had stays the one that it has.
 */
public final class SwitchSystem implements RunKind<SwitchSystem.Request> {
    private static final System.Logger LOG = System.getLogger(SwitchSystem.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The instance as it was, and what it is to run. */
    public record Request(Instance before, StorePath system) {}

    private final Shelves shelves;
    private final Instances instances;
    private final NixStore nix;
    private final RunInside runInside;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Switches with those. */
    public SwitchSystem(
            Shelves shelves,
            Instances instances,
            NixStore nix,
            RunInside runInside,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.instances = instances;
        this.nix = nix;
        this.runInside = runInside;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Returns when it has gone over; refuses with what the system's command said when it could not. */
    public void switchNow(ProjectName project, InstanceName name, StorePath system) {
        turns.take("instance " + project + "/" + name, () -> {
            runs.finishOpen("instance " + project + "/" + name);
            Instance before = instances.require(project, name);
            if (!instances.status(before).alive()) {
                throw Refused.invalid(name + " does not run; it has its new system at its next start");
            }
            runs.run(this, Instances.subject(before), new Request(before, system));
            events.tell(
                    before.with(InstanceOptions.SYSTEM, system.text()),
                    "instance-updated",
                    Map.of("system", system.text()));
        });
    }

    @Override
    public String kind() {
        return "switch system";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance before = request.before();
        StorePath to = request.system();
        return List.of(
                Step.of(
                        "keep both systems from being collected",
                        () -> nix.keep(before.id(), to),
                        () -> NixStore.of(before).ifPresent(it -> nix.takeBack(before.id(), to, it))),
                Step.of("switch inside", () -> go(before, to), () -> goBack(before)),
                Step.of(
                        "write the document",
                        () -> write(before, to.text()),
                        () -> write(before, before.config().getOrDefault(InstanceOptions.SYSTEM, ""))),
                Step.of(
                        "note what runs",
                        () -> nix.runs(before.id(), to),
                        () -> NixStore.of(before).ifPresent(it -> nix.runs(before.id(), it))));
    }

    /** One that has ended meanwhile has its new system at its next start. */
    private void go(Instance instance, StorePath to) {
        if (!instances.status(instance).alive()) {
            return;
        }
        List<String> command = NixStore.switching(to);
        var ended = runInside.run(instance.project(), instance.name(), command, LIMIT);
        if (!ended.well()) {
            throw Refused.failed(String.join(" ", command) + " ended with " + ended.code()
                    + (ended.said().isEmpty() ? "" : ": " + ended.said()) + "\nits system is what it was: "
                    + instance.config().getOrDefault(InstanceOptions.SYSTEM, ""));
        }
    }

    /** As far as it goes: what it will start with is the old one in any case. */
    private void goBack(Instance before) {
        NixStore.of(before).filter(_ -> instances.status(before).alive()).ifPresent(old -> {
            try {
                var ended = runInside.run(before.project(), before.name(), NixStore.switching(old), LIMIT);
                if (!ended.well()) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} did not go back to {1}: {2}",
                            before.name(),
                            old,
                            ended.said());
                }
            } catch (Refused gone) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} did not go back to {1}: {2}",
                        before.name(),
                        old,
                        gone.problem().text());
            }
        });
    }

    private void write(Instance instance, String system) {
        shelves.instances()
                .change(
                        Shelves.key(instance.project(), instance.name()),
                        it -> it.id().equals(instance.id()) ? it.with(InstanceOptions.SYSTEM, system) : it);
    }
}
