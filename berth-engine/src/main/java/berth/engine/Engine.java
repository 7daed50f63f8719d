package berth.engine;

import berth.engine.apply.CarryOut;
import berth.engine.apply.Detach;
import berth.engine.apply.HealthBook;
import berth.engine.apply.Purge;
import berth.engine.apply.Sites;
import berth.engine.backup.BackupFiles;
import berth.engine.backup.KeptBackups;
import berth.engine.device.CheckDevices;
import berth.engine.device.DeviceTypes;
import berth.engine.device.FitDevices;
import berth.engine.device.FixedAddresses;
import berth.engine.device.NicNetworks;
import berth.engine.device.VolumePlaces;
import berth.engine.doctor.Doctor;
import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.image.ImageUseCases;
import berth.engine.instance.AwaitHealthy;
import berth.engine.instance.AwaitReady;
import berth.engine.instance.Backups;
import berth.engine.instance.Consoles;
import berth.engine.instance.CreateInstance;
import berth.engine.instance.DeleteInstance;
import berth.engine.instance.DraftInstance;
import berth.engine.instance.ExecInstance;
import berth.engine.instance.FreezeInstance;
import berth.engine.instance.GuestFiles;
import berth.engine.instance.IdRanges;
import berth.engine.instance.ImportBackup;
import berth.engine.instance.InstanceFiles;
import berth.engine.instance.InstanceHosts;
import berth.engine.instance.InstanceMetadata;
import berth.engine.instance.Instances;
import berth.engine.instance.MoveInstance;
import berth.engine.instance.NoticeExit;
import berth.engine.instance.PublishInstance;
import berth.engine.instance.Pulses;
import berth.engine.instance.ReadMetrics;
import berth.engine.instance.RebuildInstance;
import berth.engine.instance.RefreshInstance;
import berth.engine.instance.RenameInstance;
import berth.engine.instance.RestartInstance;
import berth.engine.instance.Roots;
import berth.engine.instance.RunInside;
import berth.engine.instance.RunningState;
import berth.engine.instance.Setups;
import berth.engine.instance.SnapshotClock;
import berth.engine.instance.Snapshots;
import berth.engine.instance.StartInstance;
import berth.engine.instance.StopGuests;
import berth.engine.instance.StopInstance;
import berth.engine.instance.SwitchSystem;
import berth.engine.instance.UpdateInstance;
import berth.engine.instance.WakeUp;
import berth.engine.network.ChangeServer;
import berth.engine.network.HostNames;
import berth.engine.network.Networks;
import berth.engine.nix.NixStore;
import berth.engine.operation.Operations;
import berth.engine.profile.Profiles;
import berth.engine.record.Codec;
import berth.engine.record.Runs;
import berth.engine.record.Shelf;
import berth.engine.record.Shelves;
import berth.engine.record.StoreJournal;
import berth.engine.record.Turns;
import berth.engine.session.SessionRecord;
import berth.engine.session.Sessions;
import berth.engine.storage.ImportVolume;
import berth.engine.storage.Pools;
import berth.engine.storage.VolumeBackups;
import berth.engine.storage.VolumeSnapshots;
import berth.engine.storage.Volumes;
import berth.engine.warning.Warnings;
import berth.model.IdMap;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Settings;
import berth.spi.Store;
import berth.steps.Faults;
import berth.steps.StepRunner;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The engine, assembled by hand: read top to bottom, this is every use-case and what it stands on. */
public final class Engine {
    private static final long ROUND = 60;
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean hostIsGoing = new AtomicBoolean();
    private final UseCases useCases;
    private final WakeUp wakeUp;
    private final Pulses pulses = new Pulses();
    private final Ground ground;
    private final Rounds rounds;
    private final BackupFiles backupFiles;
    private final SnapshotClock snapshotClock;
    private final ScheduledExecutorService later;

    /** What use-cases of other rooms are built from. */
    public record Ground(
            Store store,
            Codec codec,
            Shelves shelves,
            Drivers drivers,
            Events events,
            Operations operations,
            Runs runs,
            Turns turns,
            Clock clock) {}

    /**
     * What the host is like.
     *
     * @param architecture the kernel's name for it
     * @param bootId of the present boot
     * @param ids the id map of unprivileged guests that are not isolated
     * @param subIds which host ids {@code raw.idmap} may name
     * @param nix the directory that holds {@code nix}, the host's Nix store
     */
    public record HostFacts(String architecture, String bootId, IdMap ids, IdRanges.SubIds subIds, Path nix) {
        /** A host that gives no ids but those. */
        public HostFacts(String architecture, String bootId, IdMap ids) {
            this(
                    architecture,
                    bootId,
                    ids,
                    (_, first, count) -> first >= ids.base() && first + count <= ids.base() + ids.size(),
                    Path.of("/"));
        }
    }

    /**
     * Assembles it.
     *
     * @param state the state directory
     * @param images makes what gives instances their images, from the ground
     */
    public Engine(
            Store store,
            Drivers drivers,
            HostFacts host,
            Clock clock,
            Faults faults,
            Path state,
            Function<Ground, ImageUseCases> images) {
        var codec = new Codec();
        var shelves = new Shelves(store, codec);
        var journal = new StoreJournal(store, codec);
        var runs = new Runs(new StepRunner(journal, stopping::get, faults), journal, codec);
        var turns = new Turns();
        var events = new Events(clock);
        var warnings = new Warnings(shelves, events, clock);
        later = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("later").daemon().factory());
        var operations = new Operations(clock, events, later);
        ground = new Ground(store, codec, shelves, drivers, events, operations, runs, turns, clock);
        var imageUseCases = images.apply(ground);
        var imageContents = imageUseCases.contents();

        var roots = new Roots(shelves, drivers, new IdRanges(shelves, host.ids(), host.subIds()));
        var instances = new Instances(shelves, pulses, drivers);
        var nicNetworks = new NicNetworks(shelves, drivers);
        var deviceTypes = new DeviceTypes(shelves, nicNetworks, new VolumePlaces(shelves, drivers, host.ids()));
        var nix = new NixStore(host.nix());
        var setups = new Setups(
                instances,
                roots,
                new FitDevices(deviceTypes),
                nicNetworks,
                new FixedAddresses(shelves, nicNetworks),
                nix);
        var hosts = new InstanceHosts(shelves, instances, setups);
        var checkDevices = new CheckDevices(deviceTypes);
        var drafts = new DraftInstance(
                shelves, imageContents, checkDevices, roots.ids(), clock, new SecureRandom(), host.architecture());
        var guestFiles = new GuestFiles(drivers, pulses, roots);
        var create = runs.register(new CreateInstance(
                shelves,
                drivers,
                imageContents,
                drafts,
                instances,
                roots,
                operations,
                runs,
                turns,
                events,
                guestFiles,
                nix));
        backupFiles = new BackupFiles(state.resolve("backups"));
        var keptBackups = new KeptBackups(shelves, backupFiles, runs);
        var delete = runs.register(new DeleteInstance(
                shelves, drivers, instances, roots, setups, keptBackups, operations, runs, turns, events));
        var noticeExit = runs.register(new NoticeExit(
                shelves,
                drivers,
                instances,
                pulses,
                roots,
                setups,
                delete,
                runs,
                turns,
                events,
                hostIsGoing::get,
                clock));
        var metadata = new InstanceMetadata(drivers, instances, roots, turns, events);
        var start = runs.register(new StartInstance(
                shelves,
                drivers,
                instances,
                pulses,
                roots,
                setups,
                drafts,
                metadata,
                operations,
                runs,
                turns,
                events,
                clock));
        noticeExit.startAgainBy(it -> start.startNow(it.project(), it.name()));
        var stop = new StopInstance(instances, pulses, noticeExit, operations, turns);
        var update = runs.register(new UpdateInstance(
                shelves, instances, roots, drafts, checkDevices, setups, operations, runs, turns, events));
        wakeUp = new WakeUp(
                shelves, drivers, instances, pulses, setups, runs, noticeExit, start, warnings, host.bootId());
        var ready = new AwaitReady(instances, setups);
        var profiles = runs.register(new Profiles(shelves, update, checkDevices, runs, turns, events));
        var networks = new Networks(shelves, drivers, hosts, runs, turns, events, warnings);
        var pools = new Pools(shelves, drivers, hosts, runs, turns, events, warnings);
        var volumes = new Volumes(shelves, drivers, hosts, keptBackups, runs, turns, events, clock);
        var backups = new Backups(shelves, codec, roots, keptBackups, operations, runs, turns, events, clock);
        var volumeBackups = new VolumeBackups(
                shelves, codec, drivers, volumes, keptBackups, operations, runs, turns, events, clock);
        rounds = new Rounds(shelves, pools, networks, backups, volumeBackups, runs, warnings, clock, System::nanoTime);
        var rename = runs.register(
                new RenameInstance(shelves, drivers, instances, roots, setups, operations, runs, turns, events));
        var execInstance = new ExecInstance(instances, events);
        var snapshots =
                new Snapshots(shelves, drivers, instances, roots, stop, start, operations, runs, turns, events, clock);
        var rebuild = runs.register(new RebuildInstance(
                shelves, drivers, imageContents, instances, roots, guestFiles, operations, runs, turns, events, clock));
        var runInside = new RunInside(execInstance);
        var healthBook = new HealthBook(instances, shelves, new AwaitHealthy(instances, runInside), events, clock);
        var move = runs.register(
                new MoveInstance(shelves, drivers, instances, roots, setups, rename, operations, runs, turns, events));
        var hostNames = new HostNames(shelves, drivers, hosts, setups, events, state);
        var changeServer = new ChangeServer(shelves, hostNames);
        var carryOut = new CarryOut(
                shelves,
                changeServer,
                pools,
                networks,
                profiles,
                imageUseCases,
                instances,
                create,
                update,
                rename,
                move,
                start,
                stop,
                ready,
                runInside,
                guestFiles,
                snapshots,
                rebuild,
                runs.register(new SwitchSystem(shelves, instances, nix, runInside, runs, turns, events)),
                healthBook);
        snapshotClock = new SnapshotClock(
                shelves,
                instances,
                snapshots,
                clock,
                System::nanoTime,
                it -> Thread.ofVirtual().name("snapshots").start(it));
        start.afterStart(snapshotClock::started);
        useCases = new UseCases(
                drivers,
                shelves,
                events,
                operations,
                instances,
                create,
                start,
                stop,
                new RestartInstance(instances, noticeExit, stop, start, operations, turns, events),
                new FreezeInstance(instances, pulses, operations, turns, events),
                new RunningState(instances, pulses),
                delete,
                runs.register(new PublishInstance(
                        drivers,
                        instances,
                        snapshots,
                        roots,
                        imageUseCases.files(),
                        imageUseCases.importImage(),
                        operations,
                        runs,
                        turns)),
                rename,
                move,
                runs.register(new RefreshInstance(shelves, drivers, instances, roots, operations, runs, turns, events)),
                rebuild,
                update,
                execInstance,
                new Consoles(instances, events),
                new Sessions(
                        execInstance,
                        new Shelf<>(store, codec, "/sessions/", SessionRecord.class, SessionRecord::id),
                        clock),
                ready,
                snapshots,
                profiles,
                networks,
                pools,
                imageUseCases,
                new Sites(
                        ground.store(),
                        codec,
                        shelves,
                        drivers,
                        instances,
                        snapshots,
                        nix,
                        carryOut,
                        healthBook,
                        operations,
                        turns,
                        clock,
                        state),
                new Purge(
                        shelves,
                        instances,
                        delete,
                        imageUseCases.aliases(),
                        profiles,
                        networks,
                        pools,
                        operations,
                        turns),
                new Detach(shelves, turns),
                new Doctor(drivers, shelves, warnings, state, Path.of("/")),
                new InstanceFiles(drivers, pulses, instances, roots, turns, events),
                metadata,
                new ReadMetrics(shelves, drivers, instances, System::nanoTime, Engine::later),
                warnings,
                backups,
                new ImportBackup(shelves, drafts, create, backupFiles, operations, clock),
                volumes,
                new VolumeSnapshots(shelves, volumes, hosts, runs, events, clock),
                volumeBackups,
                new ImportVolume(volumes, backupFiles, operations, clock),
                hostNames,
                changeServer);
        shelves.profiles()
                .addIfAbsent(new Profile(
                        new ProjectName("default"),
                        new ProfileName("default"),
                        "Default LXD profile",
                        Settings.copyOf(null),
                        Settings.devices(null),
                        null));
    }

    /** What the door is given. */
    public UseCases useCases() {
        return useCases;
    }

    /** What use-cases of other rooms are built from. */
    public Ground ground() {
        return ground;
    }

    /** Pools opened, guests found, open runs finished, networks up. Returns the guests that a boot starts. */
    public List<berth.model.Instance> wakeUp() {
        useCases.pools().openAll();
        var toStart = wakeUp.recover();
        useCases.sessions().recover();
        useCases.images().contents().tidy();
        backupFiles.sweep();
        useCases.networks().upAll();
        useCases.hostNames().changed();
        later.scheduleWithFixedDelay(
                () -> {
                    if (!stopping.get()) {
                        Thread.ofVirtual().name("rounds").start(rounds::make);
                        Thread.ofVirtual().name("health").start(this::lookAtHealth);
                    }
                },
                ROUND,
                ROUND,
                TimeUnit.SECONDS);
        return toStart;
    }

    private void lookAtHealth() {
        try {
            useCases.sites().lookAtHealth();
        } catch (RuntimeException failure) {
            System.getLogger(Engine.class.getName())
                    .log(System.Logger.Level.WARNING, "looking at the health of guests failed", failure);
        }
    }

    /** On a thread of the system's, which may wait for files. */
    private static void later(Duration pause, Runnable work) {
        CompletableFuture.delayedExecutor(
                        pause.toNanos(),
                        TimeUnit.NANOSECONDS,
                        Thread.ofPlatform().daemon().name("berth-metrics")::start)
                .execute(work);
    }

    /** Looks after the house once, as is done every minute. */
    void makeRound() {
        rounds.make();
    }

    /** Starts the guests that a boot brings up. */
    public void autostart(List<berth.model.Instance> toStart) {
        wakeUp.autostart(toStart);
    }

    /** From now on snapshots are taken and deleted in time. */
    public void keepTime() {
        var _ = later.scheduleWithFixedDelay(
                () -> {
                    try {
                        snapshotClock.look();
                    } catch (RuntimeException bug) {
                        LOG.log(System.Logger.Level.ERROR, "looking after snapshots broke", bug);
                    }
                },
                5,
                30,
                TimeUnit.SECONDS);
    }

    /** From now on runs that fail are left for the next daemon. Guests are not touched. */
    public void beginStopping() {
        stopping.set(true);
    }

    /** The host goes down: guests are stopped in their order, keeping their wish to run. */
    public void stopGuests() {
        hostIsGoing.set(true);
        new StopGuests(useCases.instances(), useCases.stopInstance()).stopAll();
    }

    /** Networks without a running guest are taken down; the last thing before the store closes. */
    public void end() {
        useCases.networks().downUnused();
    }
}
