package berth.engine.instance;

import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Declared;
import berth.model.Effective;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.Problem;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Size;
import berth.steps.Step;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes what is wanted of an instance; limits take effect at once on a running one. */
public final class UpdateInstance implements RunKind<UpdateInstance.Request> {
    /** Before and after. */
    public record Request(Instance before, Instance after) {}

    /**
     * What an instance shall be like from now on; null leaves a part as it is.
     *
     * @param config all own keys, {@code volatile.*} included
     */
    public record Wanted(
            String description,
            @Nullable Boolean ephemeral,
            @Nullable List<ProfileName> profiles,
            @Nullable SortedMap<String, String> config,
            @Nullable SortedMap<String, SortedMap<String, String>> devices) {}

    private final Shelves shelves;
    private final Instances instances;
    private final Roots roots;
    private final DraftInstance drafts;
    private final CheckDevices checkDevices;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;

    /** Changes instances with those. */
    public UpdateInstance(
            Shelves shelves,
            Instances instances,
            Roots roots,
            DraftInstance drafts,
            CheckDevices checkDevices,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.instances = instances;
        this.roots = roots;
        this.drafts = drafts;
        this.checkDevices = checkDevices;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Changes it as an operation; what is wrong with the request is the operation's error, as LXD has it. */
    public Operation update(ProjectName project, InstanceName name, Wanted wanted) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Updating instance", instance, true),
                _ -> updateNow(project, name, _ -> wanted, null));
    }

    /** Changes it at once, from what it is when its turn comes; for PATCH and for an applied plan. */
    public Instance updateNow(
            ProjectName project, InstanceName name, Function<Instance, Wanted> edit, @Nullable Declared declared) {
        return turns.take("instance " + project + "/" + name, () -> {
            runs.finishOpen("instance " + project + "/" + name);
            Instance before = instances.require(project, name);
            Instance after = checked(before, edit.apply(before), declared == null ? before.declared() : declared);
            if (!after.equals(before)) {
                runs.run(this, Instances.subject(before), new Request(before, after));
                events.tell(after, "instance-updated");
            }
            return after;
        });
    }

    /** Checks that all these instances can live with a changed profile; refuses with the name of the first that cannot. */
    public void checkProfileChange(List<Instance> users, Profile changed) {
        for (Instance user : users) {
            List<Profile> profiles = shelves.profilesOf(user).stream()
                    .map(it -> it.name().equals(changed.name()) ? changed : it)
                    .toList();
            var effective = Effective.of(user, profiles);
            try {
                checkDevices.instance(effective.devices());
                checkRoot(user, effective);
                checkHotPlug(user, effective);
            } catch (Refused refused) {
                throw Refused.failed("The instance " + user.name() + " cannot follow: "
                        + refused.problem().text());
            }
        }
    }

    /** Puts the limits that hold now into effect, if it runs. */
    public void applyLimits(Instance instance) {
        apply(instance);
    }

    private Instance checked(Instance before, Wanted wanted, @Nullable Declared declared) {
        var config = new TreeMap<>(wanted.config() == null ? before.config() : wanted.config());
        config.values().removeIf(String::isEmpty);
        for (String key : before.config().keySet()) {
            if (key.startsWith("volatile.idmap.") && !config.containsKey(key)) {
                throw Refused.failed("Volatile idmap keys can't be deleted by the user");
            }
        }
        InstanceOptions.check(before.kind(), config);
        List<ProfileName> names = wanted.profiles() == null ? before.profiles() : wanted.profiles();
        var profiles = names.stream()
                .map(it -> shelves.profiles()
                        .find(Shelves.key(before.project(), it))
                        .orElseThrow(() -> Refused.missing(
                                "Failed loading profile " + Quoted.of(it.text()) + ": Profile not found")))
                .toList();
        var devices = wanted.devices() == null ? before.devices() : wanted.devices();
        var effective = Effective.of(profiles, config, devices);
        checkDevices.instance(effective.devices());
        checkRoot(before, effective);
        drafts.nicAddresses(effective.devices(), config);
        var after = new Instance(
                before.id(),
                before.project(),
                before.name(),
                before.kind(),
                before.architecture(),
                wanted.ephemeral() == null ? before.ephemeral() : wanted.ephemeral(),
                wanted.description(),
                names,
                Settings.copyOf(config),
                devices,
                before.createdAt(),
                before.lastUsedAt(),
                before.pool(),
                declared);
        checkHotPlug(before, effective);
        return after;
    }

    private static void checkRoot(Instance before, Effective effective) {
        String pool = CheckDevices.root(effective.devices())
                .map(it -> it.getValue().getOrDefault("pool", ""))
                .orElseThrow(() -> Refused.invalid(
                        "Invalid devices: Failed detecting root disk device: No root device could be found"));
        if (!pool.equals(before.pool().text())) {
            throw Refused.failed("Cannot update root disk device pool name to " + Quoted.of(pool));
        }
    }

    /** Devices of a running instance are not changed yet: better a clear no than a change that comes true much later. */
    private void checkHotPlug(Instance before, Effective after) {
        if (!instances.status(before).alive()) {
            return;
        }
        var was = new TreeMap<>(instances.effective(before).devices());
        var will = new TreeMap<>(after.devices());
        was.entrySet().removeIf(it -> "/".equals(it.getValue().get("path")));
        will.entrySet().removeIf(it -> "/".equals(it.getValue().get("path")));
        if (!was.equals(will)) {
            throw new Refused(new Problem.Unsupported(
                    "Devices of a running instance cannot be changed yet; stop " + before.name() + " first"));
        }
    }

    @Override
    public String kind() {
        return "update instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        return List.of(
                Step.of("write the document", () -> write(request.after()), () -> write(request.before())),
                Step.of("apply the limits", () -> apply(request.after()), () -> apply(request.before())),
                Step.of("apply the size of the root", () -> resize(request.after()), () -> resize(request.before())));
    }

    private void write(Instance instance) {
        shelves.instances().change(Shelves.key(instance.project(), instance.name()), there -> {
            // What a running instance writes down for itself meanwhile is kept.
            String power = there.config().getOrDefault("volatile.last_state.power", "");
            return instance.with("volatile.last_state.power", power).usedAt(there.lastUsedAt());
        });
    }

    private void apply(Instance instance) {
        if (instances.status(instance).alive()) {
            instances
                    .driver(instance)
                    .applyLimits(
                            Instances.handle(instance),
                            instances.effective(instance).config());
        }
    }

    private void resize(Instance instance) {
        String size = CheckDevices.root(instances.effective(instance).devices())
                .map(it -> it.getValue().getOrDefault("size", ""))
                .orElse("");
        if (!size.isEmpty()) {
            var pool = roots.pool(instance);
            roots.drivers().keeping(pool).limit(pool, Roots.volume(instance), Size.bytes(size));
        }
    }
}
