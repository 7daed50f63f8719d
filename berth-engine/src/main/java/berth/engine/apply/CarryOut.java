package berth.engine.apply;

import berth.engine.image.ImageUseCases;
import berth.engine.image.Images;
import berth.engine.instance.AwaitReady;
import berth.engine.instance.CreateInstance;
import berth.engine.instance.GuestFiles;
import berth.engine.instance.InstanceDraft;
import berth.engine.instance.Instances;
import berth.engine.instance.MoveInstance;
import berth.engine.instance.Origin;
import berth.engine.instance.RebuildInstance;
import berth.engine.instance.RenameInstance;
import berth.engine.instance.RunInside;
import berth.engine.instance.Snapshots;
import berth.engine.instance.StartInstance;
import berth.engine.instance.StopInstance;
import berth.engine.instance.SwitchSystem;
import berth.engine.instance.UpdateInstance;
import berth.engine.network.ChangeServer;
import berth.engine.network.Networks;
import berth.engine.profile.Profiles;
import berth.engine.record.Shelves;
import berth.engine.storage.Pools;
import berth.model.Declared;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.Network;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.StorePath;
import berth.model.wanted.Health;
import berth.model.wanted.Need;
import berth.model.wanted.WantedImage;
import berth.plan.Action;
import berth.plan.Change;
import berth.plan.Power;
import berth.plan.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one change of a plan by the use-cases that REST calls use. Makes no choices. The document that says what was
 * applied is written last, so that after a crash the next plan finds what is missing.
 */
public final class CarryOut {
    private static final ProjectName PROJECT = new ProjectName("default");
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration RELOAD = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Who is told what is done. */
    interface Telling {
        /** How far it is. */
        void progress(String line);

        /** Something that was done besides the change itself; {@code since} as {@link System#nanoTime} had it. */
        void done(String action, long since);
    }

    private final Shelves shelves;
    private final ChangeServer server;
    private final Pools pools;
    private final Networks networks;
    private final Profiles profiles;
    private final Images images;
    private final MakeImage makeImage;
    private final Instances instances;
    private final CreateInstance createInstance;
    private final UpdateInstance updateInstance;
    private final RenameInstance renameInstance;
    private final MoveInstance moveInstance;
    private final StartInstance startInstance;
    private final StopInstance stopInstance;
    private final AwaitReady awaitReady;
    private final HealthBook healthBook;
    private final RunInside runInside;
    private final GuestFiles guestFiles;
    private final Snapshots snapshots;
    private final RebuildInstance rebuildInstance;
    private final SwitchSystem switchSystem;

    /** Carries out by those. */
    public CarryOut(
            Shelves shelves,
            ChangeServer server,
            Pools pools,
            Networks networks,
            Profiles profiles,
            ImageUseCases images,
            Instances instances,
            CreateInstance createInstance,
            UpdateInstance updateInstance,
            RenameInstance renameInstance,
            MoveInstance moveInstance,
            StartInstance startInstance,
            StopInstance stopInstance,
            AwaitReady awaitReady,
            RunInside runInside,
            GuestFiles guestFiles,
            Snapshots snapshots,
            RebuildInstance rebuildInstance,
            SwitchSystem switchSystem,
            HealthBook healthBook) {
        this.shelves = shelves;
        this.server = server;
        this.pools = pools;
        this.networks = networks;
        this.profiles = profiles;
        this.images = images.images();
        this.makeImage = new SiteImages(images);
        this.instances = instances;
        this.createInstance = createInstance;
        this.updateInstance = updateInstance;
        this.renameInstance = renameInstance;
        this.moveInstance = moveInstance;
        this.startInstance = startInstance;
        this.stopInstance = stopInstance;
        this.awaitReady = awaitReady;
        this.healthBook = healthBook;
        this.runInside = runInside;
        this.guestFiles = guestFiles;
        this.snapshots = snapshots;
        this.rebuildInstance = rebuildInstance;
        this.switchSystem = switchSystem;
    }

    /**
     * Does it; returns when it is so. The guest that it started, if it did.
     *
     * @param generation that this makes
     */
    Optional<InstanceName> out(Change change, long generation, Telling telling) {
        switch (change) {
            case Change.OfServer(var _, var config, var declared, var _) -> server.change(config, declared);
            case Change.OfPool(var action, var pool, var _) -> pool(action, pool);
            case Change.OfNetwork(var action, var network, var _, var _) -> network(action, network);
            case Change.OfImage image -> image(image, telling::progress);
            case Change.OfProfile(var action, var profile, var _, var _) -> profile(action, profile);
            case Change.OfInstance guest -> {
                return guest(guest, generation, telling)
                        ? Optional.of(guest.draft().name())
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * Waits until a guest is ready, and refuses when it is not in time.
     *
     * @param since when it was started, as {@link System#nanoTime} had it
     * @return what it is ready without; empty when it lacks nothing
     */
    String awaitReady(InstanceName name, long since) {
        AwaitReady.Outcome outcome = awaitReady.await(PROJECT, name, READY, since);
        if (!outcome.ready()) {
            throw Refused.failed("it runs, but is not ready after " + READY.toSeconds() + " s: " + outcome.text()
                    + "; see berth exec " + name + " -- systemctl --failed, and berth info " + name
                    + " for its addresses");
        }
        return outcome.text();
    }

    /** Waits until a guest is healthy, and refuses when it is not in time. */
    void awaitHealthy(InstanceName name, Health health) {
        healthBook.await(name, health).ifPresent(why -> {
            throw Refused.failed("it is not healthy: " + why);
        });
    }

    private void pool(Action action, Pool pool) {
        if (action == Action.CREATE) {
            pools.create(pool);
        } else {
            pools.update(pool.name(), _ -> pool);
        }
    }

    private void network(Action action, Network network) {
        if (action == Action.CREATE) {
            networks.create(network);
        } else {
            networks.update(network.name(), _ -> network);
        }
    }

    private void profile(Action action, Profile profile) {
        if (action == Action.CREATE
                && shelves.profiles()
                        .find(Shelves.key(profile.project(), profile.name()))
                        .isEmpty()) {
            profiles.create(profile);
        } else {
            profiles.update(profile.project(), profile.name(), _ -> profile);
        }
    }

    private void image(Change.OfImage change, Consumer<String> progress) {
        WantedImage wanted = change.image();
        if (wanted == null || !change.making()) {
            shelves.aliases()
                    .change(
                            PROJECT + "/" + change.alias(),
                            it -> new ImageAlias(
                                    it.project(),
                                    it.name(),
                                    it.description(),
                                    it.target(),
                                    it.kind(),
                                    change.declared()));
            return;
        }
        Fingerprint made = makeImage.make(wanted, progress);
        Image image = images.require(PROJECT, made);
        shelves.aliases()
                .put(new ImageAlias(
                        PROJECT, change.alias(), wanted.description(), made, image.kind(), change.declared()));
    }

    private boolean guest(Change.OfInstance change, long generation, Telling telling) {
        var draft = change.draft();
        if (draft.anew()) {
            setAside(draft, otherRoot(change) ? "-before-" + generation : null);
            create(change);
        } else if (change.action() == Action.CREATE) {
            create(change);
        } else {
            Instance there = instances.require(PROJECT, draft.was());
            Fingerprint image = draft.rebuild() ? newImage(there, draft) : null;
            boolean stopFirst = (change.power() == Power.RESTART || change.power() == Power.STOP)
                    && instances.status(there).alive();
            if (stopFirst) {
                stopInstance.stopNow(PROJECT, draft.was(), new StopInstance.Manner.AskThenForce(grace(there)));
            }
            String state = draft.state();
            boolean keepFirst = draft.upkeep().snapshotFirst() && change.power() == Power.RESTART && image == null;
            if (state != null || keepFirst) {
                keep(draft.was(), generation, stopFirst, telling);
            }
            if (!draft.was().equals(draft.name())) {
                renameInstance.renameNow(PROJECT, draft.was(), draft.name());
            }
            move(draft, stopFirst);
            if (image == null && state == null) {
                guestFiles.put(instances.require(PROJECT, draft.name()), draft.write());
            }
            switchSystem(change);
            updateInstance.updateNow(
                    PROJECT,
                    draft.name(),
                    before -> new UpdateInstance.Wanted(
                            draft.description(), draft.ephemeral(), draft.profiles(), draft.config(), draft.devices()),
                    draft.declared());
            if (image != null) {
                rebuild(draft, image, generation, telling);
            } else if (state != null) {
                snapshots.putBackNow(PROJECT, draft.name(), state);
                guestFiles.put(instances.require(PROJECT, draft.name()), draft.write());
            }
        }
        if (change.verdict() == Verdict.RELOAD && !draft.upkeep().reload().isEmpty() && filesChange(change)) {
            reload(draft);
        }
        boolean start = change.power() == Power.START || change.power() == Power.RESTART;
        if (start && !instances.show(PROJECT, draft.name()).status().alive()) {
            draft.needs().forEach(need -> await(need, draft.health().get(need.instance())));
            startInstance.startNow(PROJECT, draft.name());
            return true;
        }
        return false;
    }

    /** Takes its root to the pool where it is to be. A guest that was stopped for it runs again if that fails. */
    private void move(berth.plan.InstanceDraft draft, boolean stopped) {
        PoolName to = draft.pool();
        if (to == null || to.equals(instances.require(PROJECT, draft.name()).pool())) {
            return;
        }
        Pool pool = shelves.pools()
                .find(to.text())
                .orElseThrow(() -> Refused.missing("The storage pool " + to + " is not there any more"));
        try {
            moveInstance.moveNow(PROJECT, draft.name(), pool);
        } catch (RuntimeException failure) {
            if (stopped) {
                startInstance.startNow(PROJECT, draft.name());
            }
            throw failure;
        }
    }

    /** The image that a guest is made of from now on; null when it is the one that it was made of. */
    private @Nullable Fingerprint newImage(Instance guest, berth.plan.InstanceDraft draft) {
        Fingerprint now = images.resolve(PROJECT, draft.image()).fingerprint();
        return now.text().equals(guest.config().get("volatile.base_image")) ? null : now;
    }

    /** Dead before, the next plan finds a guest that is not made of its image still. */
    private void rebuild(berth.plan.InstanceDraft draft, Fingerprint image, long generation, Telling telling) {
        long begun = System.nanoTime();
        String kept = KeptStates.name(generation, snapshots.list(instances.require(PROJECT, draft.name())));
        rebuildInstance.rebuildNow(PROJECT, draft.name(), image, kept, draft.write());
        telling.done("snapshot " + kept + ", rebuild", begun);
    }

    /** Takes a snapshot of a guest that is about to change. One that was stopped for it runs again if that fails. */
    private void keep(InstanceName guest, long generation, boolean stopped, Telling telling) {
        long begun = System.nanoTime();
        String name = KeptStates.name(generation, snapshots.list(instances.require(PROJECT, guest)));
        try {
            snapshots.takeNow(PROJECT, guest, name, null);
        } catch (RuntimeException failure) {
            if (stopped) {
                startInstance.startNow(PROJECT, guest);
            }
            throw failure;
        }
        telling.done("snapshot " + name, begun);
    }

    /**
     * Gives a guest that begins anew another name and retires it, with all its data. Dead in the middle, the next plan
     * finds a guest of the site that is in no file, and one that is missing.
     */
    private void setAside(berth.plan.InstanceDraft draft, @Nullable String ending) {
        Instance old = instances.require(PROJECT, draft.was());
        InstanceName aside = aside(old, ending);
        if (instances.status(old).alive()) {
            stopInstance.stopNow(PROJECT, old.name(), new StopInstance.Manner.AskThenForce(grace(old)));
        }
        renameInstance.renameNow(PROJECT, old.name(), aside);
        Declared declared = old.declared();
        updateInstance.updateNow(
                PROJECT,
                aside,
                it -> new UpdateInstance.Wanted(
                        it.description(),
                        null,
                        null,
                        it.with("boot.autostart", "false").config(),
                        withoutAddresses(it.devices())),
                declared == null ? null : declared.asRetired());
    }

    /** Fixed addresses go to the guest that comes in its place. */
    private static SortedMap<String, SortedMap<String, String>> withoutAddresses(
            SortedMap<String, SortedMap<String, String>> devices) {
        var without = new TreeMap<>(devices);
        without.replaceAll((name, device) -> {
            var keys = new TreeMap<>(device);
            if ("nic".equals(keys.get("type")) && !"p2p".equals(keys.get("nictype"))) {
                keys.keySet().removeAll(Set.of("ipv4.address", "ipv6.address", "hwaddr"));
            }
            return keys;
        });
        return without;
    }

    private static boolean otherRoot(Change.OfInstance change) {
        return change.keys().stream().anyMatch(it -> it.rule().equals("A34"));
    }

    private InstanceName aside(Instance old, @Nullable String said) {
        Declared declared = old.declared();
        String ending = said != null
                ? said
                : "-reset-" + (declared == null ? "0" : declared.applied().getOrDefault("reset", "0"));
        String name = old.name().text();
        for (int again = 1; ; again++) {
            String end = again == 1 ? ending : ending + "-" + again;
            var aside = new InstanceName(name.substring(0, Math.min(name.length(), 63 - end.length())) + end);
            if (shelves.instance(PROJECT, aside).isEmpty()) {
                return aside;
            }
        }
    }

    /** Own keys without what the daemon noted of another life. */
    private static SortedMap<String, String> fresh(SortedMap<String, String> config) {
        var fresh = new TreeMap<>(config);
        fresh.keySet().removeIf(key -> key.startsWith("volatile.") || key.startsWith("image."));
        return fresh;
    }

    private void create(Change.OfInstance change) {
        var draft = change.draft();
        boolean system = draft.config().containsKey(InstanceOptions.SYSTEM);
        createInstance.createNow(
                new InstanceDraft(
                        PROJECT,
                        draft.name(),
                        draft.kind(),
                        "",
                        draft.ephemeral(),
                        draft.description(),
                        draft.profiles(),
                        fresh(draft.config()),
                        draft.devices(),
                        system
                                ? new Origin.Nothing()
                                : new Origin.OfImage(
                                        PROJECT,
                                        images.resolve(PROJECT, draft.image()).fingerprint()),
                        draft.declared()),
                draft.write());
    }

    /**
     * A running guest goes over to its other system before the document says so: until then it is the old one that it has
     * and that a start gives it. What else changes is done before, for the new system may count on it.
     */
    private void switchSystem(Change.OfInstance change) {
        var draft = change.draft();
        boolean reload = change.verdict() == Verdict.RELOAD
                && change.keys().stream()
                        .anyMatch(it -> it.key().equals(InstanceOptions.SYSTEM) && it.verdict() == Verdict.RELOAD);
        if (!reload) {
            return;
        }
        Instance there = instances.require(PROJECT, draft.name());
        String old = there.config().getOrDefault(InstanceOptions.SYSTEM, "");
        updateInstance.updateNow(
                PROJECT,
                draft.name(),
                _ -> new UpdateInstance.Wanted(
                        there.description(),
                        draft.ephemeral(),
                        draft.profiles(),
                        Settings.with(draft.config(), InstanceOptions.SYSTEM, old),
                        draft.devices()),
                null);
        switchSystem.switchNow(
                PROJECT, draft.name(), new StorePath(draft.config().getOrDefault(InstanceOptions.SYSTEM, "")));
    }

    private static boolean filesChange(Change.OfInstance change) {
        return change.keys().stream().anyMatch(it -> it.key().startsWith("files.") && it.verdict() == Verdict.RELOAD);
    }

    private void reload(berth.plan.InstanceDraft draft) {
        List<String> command = draft.upkeep().reload();
        var ended = runInside.run(PROJECT, draft.name(), command, RELOAD);
        if (!ended.well()) {
            throw Refused.failed("its activation.reloadScript (" + String.join(" ", command) + ") ended with "
                    + ended.code() + (ended.said().isEmpty() ? "" : ": " + ended.said()));
        }
    }

    private void await(Need need, @Nullable Health health) {
        InstanceName name = need.instance();
        if (!instances.show(PROJECT, name).status().alive()) {
            throw Refused.failed("it needs " + name + ", which does not run");
        }
        if (need.state() != Need.State.STARTED) {
            AwaitReady.Outcome outcome = awaitReady.await(PROJECT, name, READY);
            if (!outcome.ready()) {
                throw Refused.failed("it needs " + name + ", which is not ready after " + READY.toSeconds() + " s: "
                        + outcome.text() + "; see berth exec " + name + " -- systemctl --failed");
            }
        }
        if (need.state() == Need.State.HEALTHY && health != null) {
            healthBook.await(name, health).ifPresent(why -> {
                throw Refused.failed("it needs " + name + ", which is not healthy: " + why);
            });
        }
    }

    private Duration grace(Instance instance) {
        String seconds = instances.effective(instance).config().getOrDefault("boot.host_shutdown_timeout", "");
        return seconds.isEmpty() ? GRACE : Duration.ofSeconds(Long.parseLong(seconds));
    }

    /** Targets that a plan may take over, in the notation of {@code --adopt}. */
    static Set<berth.plan.Target> targets(Set<String> adopt) {
        var targets = new java.util.HashSet<berth.plan.Target>();
        for (String text : adopt) {
            int colon = text.indexOf(':');
            if (colon <= 0) {
                throw Refused.invalid("--adopt takes kind:name, for instance instance:web1, not " + text);
            }
            targets.add(new berth.plan.Target(text.substring(0, colon), text.substring(colon + 1)));
        }
        return targets;
    }
}
