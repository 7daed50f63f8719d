package berth.engine.instance;

import berth.engine.device.CheckDevices;
import berth.engine.device.FixedAddresses;
import berth.engine.device.Move;
import berth.engine.device.Owner;
import berth.engine.event.Events;
import berth.engine.nix.NixStore;
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
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Size;
import berth.steps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes what is wanted of an instance; limits take effect at once on a running one. */
public final class UpdateInstance implements RunKind<UpdateInstance.Request> {
    /**
     * Before and after.
     *
     * @param devices those that held before
     * @param moves what happens to them, in order
     */
    public record Request(
            Instance before, Instance after, SortedMap<String, SortedMap<String, String>> devices, List<Move> moves) {}

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
    private final Setups setups;
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
            Setups setups,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events) {
        this.shelves = shelves;
        this.instances = instances;
        this.roots = roots;
        this.drafts = drafts;
        this.checkDevices = checkDevices;
        this.setups = setups;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
    }

    /** Changes it as an operation; what is wrong with the request is the operation's error, as LXD has it. */
    public Operation update(ProjectName project, InstanceName name, Function<Instance, Wanted> edit) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Updating instance", instance, true), _ -> updateNow(project, name, edit, null));
    }

    /** Changes it at once, from what it is when its turn comes; for PATCH and for an applied plan. */
    public Instance updateNow(
            ProjectName project, InstanceName name, Function<Instance, Wanted> edit, @Nullable Declared declared) {
        return turns.take("instance " + project + "/" + name, () -> {
            runs.finishOpen("instance " + project + "/" + name);
            Instance before = instances.require(project, name);
            Instance after = checked(before, edit.apply(before), declared == null ? before.declared() : declared);
            if (!after.equals(before)) {
                var was = instances.effective(before).devices();
                var will = Effective.of(after, shelves.profilesOf(after)).devices();
                var moves = setups.devices()
                        .moves(was, will, instances.status(before).alive());
                try (var _ = setups.addresses().hold(after, will, was, "update")) {
                    runs.run(this, Instances.subject(before), new Request(before, after, was, moves));
                }
                events.tell(after, "instance-updated");
            }
            return after;
        });
    }

    /**
     * How one instance follows a change of a profile of it.
     *
     * @param before it as it is
     * @param after it with the choices that the change asks for
     * @param was the devices that held
     * @param will the devices that will hold
     * @param moves what happens to them, in order
     */
    public record Follow(
            Instance before,
            Instance after,
            SortedMap<String, SortedMap<String, String>> was,
            SortedMap<String, SortedMap<String, String>> will,
            List<Move> moves) {}

    /** How these instances follow a changed profile; refuses with the name of the first that cannot. */
    public List<Follow> follow(List<Instance> users, Profile changed) {
        var follows = new ArrayList<Follow>();
        for (Instance user : users) {
            List<Profile> profiles = shelves.profilesOf(user).stream()
                    .map(it -> it.name().equals(changed.name()) ? changed : it)
                    .toList();
            var was = instances.effective(user);
            var will = Effective.of(user, profiles);
            try {
                roots.ids().check(will.config());
                checkDevices.instance(will);
                checkDevices.presence(will, was.devices());
                checkRoot(user, will);
                boolean alive = instances.status(user).alive();
                var moves = setups.devices().moves(was.devices(), will.devices(), alive);
                var config = new TreeMap<>(user.config());
                forgetChoices(was.devices(), will.devices(), config);
                CloudInit.renewIfTold(was, will, config);
                if (alive) {
                    drafts.nicChoices(will.devices(), config);
                }
                var after = user.withConfig(Settings.copyOf(config));
                follows.add(new Follow(user, after, was.devices(), will.devices(), moves));
            } catch (Refused refused) {
                throw cannotFollow(user, refused);
            }
        }
        return follows;
    }

    /** Carries out what makes these instances follow; refuses when cards would have an address of another card's. */
    public void whileFollowing(List<Follow> follows, Runnable work) {
        var held = new ArrayList<FixedAddresses.Held>();
        try {
            for (Follow follow : follows) {
                try {
                    held.add(setups.addresses().hold(follow.after(), follow.will(), follow.was(), "update"));
                } catch (Refused refused) {
                    throw cannotFollow(follow.before(), refused);
                }
            }
            work.run();
        } finally {
            held.forEach(FixedAddresses.Held::close);
        }
    }

    private static Refused cannotFollow(Instance user, Refused why) {
        return Refused.failed("The instance " + user.name() + " cannot follow: "
                + why.problem().text());
    }

    /** The steps by which an instance follows. */
    public List<Step> steps(Follow follow) {
        var steps = new ArrayList<Step>();
        if (!follow.after().config().equals(follow.before().config())) {
            steps.add(Step.of(
                    "note the choices for " + follow.after().name(),
                    () -> choices(follow.before(), follow.after()),
                    () -> choices(follow.after(), follow.before())));
        }
        setups.devices()
                .steps(
                        follow.moves(),
                        new Owner(follow.before(), follow.was()),
                        new Owner(follow.after(), follow.will()),
                        instances.guest(follow.before()))
                .forEach(it -> steps.add(Step.of(
                        it.name() + " of " + follow.after().name(),
                        () -> turns.take(Instances.subject(follow.after()), it::run),
                        () -> turns.take(Instances.subject(follow.after()), it::undo))));
        return steps;
    }

    /** Own keys in which one differs from the other are put and taken; what else has changed meanwhile stays. */
    private void choices(Instance from, Instance to) {
        shelves.instances().change(Shelves.key(to.project(), to.name()), there -> {
            var config = new TreeMap<>(there.config());
            from.config().keySet().stream()
                    .filter(it -> !to.config().containsKey(it))
                    .forEach(config::remove);
            to.config().forEach((key, value) -> {
                if (!value.equals(from.config().get(key))) {
                    config.put(key, value);
                }
            });
            return there.withConfig(Settings.copyOf(config));
        });
    }

    /** A network card that goes takes its address and name with it. */
    private static void forgetChoices(
            SortedMap<String, SortedMap<String, String>> was,
            SortedMap<String, SortedMap<String, String>> will,
            Map<String, String> config) {
        was.keySet().stream().filter(it -> !will.containsKey(it)).forEach(it -> {
            config.remove("volatile." + it + ".hwaddr");
            config.remove("volatile." + it + ".name");
        });
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
        if (!names.equals(before.profiles())) {
            DraftInstance.checkOnce(names);
        }
        var profiles = names.stream()
                .map(it -> shelves.profiles()
                        .find(Shelves.key(before.project(), it))
                        .orElseThrow(() -> Refused.missing(
                                "Failed loading profile " + Quoted.of(it.text()) + ": Profile not found")))
                .toList();
        var devices = wanted.devices() == null ? before.devices() : wanted.devices();
        var effective = Effective.of(profiles, config, devices);
        roots.ids().check(effective.config());
        var was = instances.effective(before);
        checkDevices.instance(effective);
        checkDevices.presence(effective, was.devices());
        checkRoot(before, effective);
        forgetChoices(was.devices(), effective.devices(), config);
        CloudInit.renewIfTold(was, effective, config);
        if (instances.status(before).alive()) {
            drafts.nicChoices(effective.devices(), config);
        } else {
            drafts.nicAddresses(effective.devices(), config);
        }
        return new Instance(
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
        var steps = new ArrayList<Step>();
        if (!NixStore.of(request.before()).equals(NixStore.of(request.after()))) {
            steps.add(Step.of(
                    "keep its system from being collected",
                    () -> NixStore.of(request.after())
                            .ifPresent(it -> setups.nix().keep(request.after().id(), it)),
                    () -> takeBackSystem(request)));
        }
        steps.add(Step.of("write the document", () -> write(request.after()), () -> write(request.before())));
        steps.add(Step.of("apply the limits", () -> apply(request.after()), () -> apply(request.before())));
        steps.add(Step.of("apply the size of the root", () -> resize(request.after()), () -> resize(request.before())));
        var before = new Owner(request.before(), request.devices());
        var after = new Owner(request.after(), Settings.devices(devices(request)));
        steps.addAll(setups.devices().steps(request.moves(), before, after, instances.guest(request.before())));
        return steps;
    }

    /** The devices after the moves. */
    private static SortedMap<String, SortedMap<String, String>> devices(Request request) {
        var devices = new TreeMap<>(request.devices());
        request.moves().forEach(move -> {
            if (move.before() != null) {
                devices.remove(move.before().name());
            }
            if (move.after() != null) {
                devices.put(move.after().name(), move.after().keys());
            }
        });
        return devices;
    }

    private void takeBackSystem(Request request) {
        var before = NixStore.of(request.before());
        if (before.isEmpty()) {
            setups.nix().forget(request.before().id());
        } else {
            NixStore.of(request.after())
                    .ifPresent(it -> setups.nix().takeBack(request.before().id(), it, before.get()));
        }
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
