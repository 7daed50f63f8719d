package berth.engine.storage;

import berth.engine.backup.KeptBackups;
import berth.engine.backup.PartOfBackup;
import berth.engine.driver.Drivers;
import berth.engine.driver.VolumeContent;
import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.SimpleRun;
import berth.engine.record.Turns;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.model.VolumeName;
import berth.model.VolumeSnapshot;
import berth.spi.StorageDriver;
import berth.spi.StorageDriver.Source;
import berth.spi.VolumeRef;
import berth.steps.Step;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Custom volumes: make, copy, change, rename, move, delete. Their snapshots: {@link VolumeSnapshots}. */
public final class Volumes {
    /**
     * A volume to make.
     *
     * @param claim tells this run's document from that of another that wants the name
     * @param from null for an empty one
     * @param snapshot of that one, whose content it gets; null for what it holds now
     * @param received whose content it gets; null for none
     */
    public record Creation(
            UUID claim,
            Volume volume,
            @Nullable Volume from,
            @Nullable String snapshot,
            @Nullable Received received) {
        /** The same, of a volume that has its id already. */
        Creation as(@Nullable UUID id) {
            return new Creation(claim, volume.as(id), from, snapshot, received);
        }
    }

    /**
     * A backup that came in and was looked through.
     *
     * @param file of ours, which stays until the volume is made
     * @param hostIds what LXD noted of the ids on the disk, by snapshot; with the empty name of the volume
     */
    public record Received(String file, SortedMap<String, String> hostIds) {
        String hostIds(String snapshot) {
            return hostIds.getOrDefault(snapshot, "");
        }
    }

    /** A copy that is made, which is the same volume elsewhere, and its original that goes once the copy is whole. */
    public record Moving(Creation creation, Volume from) {}

    /**
     * A copy that is brought up to date.
     *
     * @param after with the snapshots of the original
     */
    public record Refreshing(Volume copy, Volume after, Volume original) {}

    /** A volume that changes, or gets another name. */
    public record Change(Volume before, Volume after) {}

    /** A volume that goes. */
    public record Removal(Volume volume) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final InstanceHosts hosts;
    private final KeptBackups backups;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final SimpleRun<Creation> creating = new SimpleRun<>("create volume", Creation.class, this::creation);
    private final SimpleRun<Change> changing = new SimpleRun<>("update volume", Change.class, this::change);
    private final SimpleRun<Change> renaming = new SimpleRun<>("rename volume", Change.class, this::renaming);
    private final SimpleRun<Moving> moving = new SimpleRun<>("move volume", Moving.class, this::moving);
    private final SimpleRun<Refreshing> refreshing =
            new SimpleRun<>("refresh volume", Refreshing.class, this::refreshing);
    private final SimpleRun<Removal> deleting = new SimpleRun<>("delete volume", Removal.class, this::deletion);

    /** Keeps volumes with those. */
    public Volumes(
            Shelves shelves,
            Drivers drivers,
            InstanceHosts hosts,
            KeptBackups backups,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.hosts = hosts;
        this.backups = backups;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        List.of(creating, changing, renaming, moving, refreshing, deleting).forEach(runs::register);
    }

    /** The custom volume of that name; refuses when there is none. */
    public Volume require(PoolName pool, ProjectName project, String name) {
        return find(pool, project, name).orElseThrow(() -> Refused.missing("Storage pool volume not found"));
    }

    private Optional<Volume> find(PoolName pool, ProjectName project, String name) {
        return shelves.volumes().find(pool.text() + "/" + VolumeKind.CUSTOM.text() + "/" + project.text() + "/" + name);
    }

    /** URLs of the instances and profiles that have it as a disk. */
    public List<String> usedBy(Volume volume) {
        return hosts.usersOfVolume(volume.pool(), volume.name(), false);
    }

    /** Bytes in use, -1 where that cannot be told, and the limit, 0 for none. */
    public Usage usage(Volume volume) {
        Pool pool = pool(volume);
        return new Usage(drivers.keeping(pool).usage(pool, ref(volume)), VolumeKeys.size(volume.config()));
    }

    /** What it uses. */
    public record Usage(long used, long total) {}

    /** Makes an empty one. */
    public Volume create(
            Pool pool, ProjectName project, String name, String description, SortedMap<String, String> config) {
        var wanted = new Volume(
                pool.name(),
                VolumeKind.CUSTOM,
                project,
                new VolumeName(name).text(),
                description,
                VolumeKeys.completed(pool.config(), config),
                clock.instant(),
                List.of(),
                UUID.randomUUID());
        requireFree(wanted);
        VolumeKeys.check(ref(wanted).key(), wanted.config());
        make(new Creation(UUID.randomUUID(), wanted, null, null, null));
        return wanted;
    }

    /** Refuses when the name is taken. */
    public void requireFree(Volume wanted) {
        if (find(wanted.pool(), wanted.project(), wanted.name()).isPresent()) {
            throw new Refused(new Problem.Taken("Volume by that name already exists"));
        }
    }

    /**
     * Makes one from another, on the same pool or another one.
     *
     * @param snapshot of the original, which is copied instead of what it holds now; null for that
     * @param config null for that of the original
     * @param alone whether its snapshots stay behind
     */
    public Volume copy(
            Volume from,
            @Nullable String snapshot,
            Pool pool,
            String name,
            @Nullable SortedMap<String, String> config,
            boolean alone) {
        Creation copy = copying(from, snapshot, pool, name, config, alone || snapshot != null);
        make(copy);
        return copy.volume();
    }

    private Creation copying(
            Volume from,
            @Nullable String snapshot,
            Pool pool,
            String name,
            @Nullable SortedMap<String, String> config,
            boolean alone) {
        SortedMap<String, String> its = snapshot == null
                ? from.config()
                : from.snapshot(snapshot)
                        .orElseThrow(() -> Refused.missing("Storage volume snapshot not found"))
                        .config();
        var wanted = new Volume(
                pool.name(),
                VolumeKind.CUSTOM,
                from.project(),
                new VolumeName(name).text(),
                from.description(),
                config == null ? its : config,
                clock.instant(),
                alone ? List.of() : from.snapshots(),
                UUID.randomUUID());
        VolumeKeys.check(ref(wanted).key(), wanted.config());
        return new Creation(UUID.randomUUID(), wanted, from, snapshot, null);
    }

    /** Makes it; returns when it is there. */
    void make(Creation creation) {
        Volume wanted = creation.volume();
        inTurn(wanted, () -> {
            requireFree(wanted);
            runs.run(creating, subject(wanted), creation);
            tell(wanted, "storage-volume-created", Map.of());
        });
    }

    /**
     * Brings a copy up to date: the original's content takes the place of its own all at once, and it has the original's
     * snapshots afterwards. Refuses while a running instance has the copy.
     *
     * @param alone whether snapshots are left as they are
     */
    public void refresh(Volume copy, Volume original, boolean alone) {
        turns.takeBoth(subject(copy), subject(original), () -> {
            runs.finishOpen(subject(copy));
            runs.finishOpen(subject(original));
            Volume now = require(copy.pool(), copy.project(), copy.name());
            Volume from = require(original.pool(), original.project(), original.name());
            if (Shelves.key(now).equals(Shelves.key(from))) {
                throw Refused.invalid("The volume " + now.name() + " cannot be a copy of itself");
            }
            if (!hosts.usersOfVolume(now.pool(), now.name(), true).isEmpty()) {
                throw Refused.invalid("Volume is still in use by running instances");
            }
            runs.run(refreshing, subject(now), new Refreshing(now, alone ? now : now.with(from.snapshots()), from));
            tell(now, "storage-volume-updated", Map.of());
        });
    }

    /** Changes its description and keys; a limit takes effect at once where the pool can. */
    public void update(Volume volume, UnaryOperator<Volume> edit) {
        inTurn(volume, () -> {
            Volume before = require(volume.pool(), volume.project(), volume.name());
            Volume after = edit.apply(before);
            VolumeKeys.check(ref(after).key(), after.config());
            if (!after.equals(before)) {
                runs.run(changing, subject(before), new Change(before, after));
                tell(after, "storage-volume-updated", Map.of());
            }
        });
    }

    /** Gives it another name; refuses while something uses it. */
    public void rename(Volume volume, String name) {
        inTurn(volume, () -> {
            Volume before = require(volume.pool(), volume.project(), volume.name());
            Volume after = before.named(new VolumeName(name).text());
            requireFree(after);
            requireUnused(before, "Volume is still in use by running instances");
            turns.take(
                    KeptBackups.subject(KeptBackups.owner(before)),
                    () -> runs.run(renaming, subject(before), new Change(before, after)));
            tell(after, "storage-volume-renamed", Map.of("old_name", before.name()));
        });
    }

    /**
     * Takes it to another pool. What was there is deleted only when all of it is whole in its new place. Refuses while
     * something uses it.
     */
    public void move(Volume volume, Pool pool, String name, boolean alone) {
        Creation copy = copying(volume, null, pool, name, null, alone);
        turns.takeBoth(subject(volume), subject(copy.volume()), () -> {
            runs.finishOpen(subject(volume));
            Volume now = require(volume.pool(), volume.project(), volume.name());
            requireUnused(now, "Volume is still in use by running instances");
            requireFree(copy.volume());
            drivers.requireRoom(pool, ref(copy.volume()));
            Creation whole = copying(now, null, pool, name, null, alone).as(now.id());
            turns.take(
                    KeptBackups.subject(KeptBackups.owner(now)),
                    () -> runs.run(moving, subject(now), new Moving(whole, now)));
            tell(whole.volume(), "storage-volume-created", Map.of());
            tell(now, "storage-volume-deleted", Map.of());
        });
    }

    /** Deletes it with its snapshots; refuses while something uses it. */
    public void delete(Volume volume) {
        inTurn(volume, () -> {
            Volume known = require(volume.pool(), volume.project(), volume.name());
            requireUnused(known, "The storage volume is still in use");
            turns.take(
                    KeptBackups.subject(KeptBackups.owner(known)),
                    () -> runs.run(deleting, subject(known), new Removal(known)));
            tell(known, "storage-volume-deleted", Map.of());
        });
    }

    /** Does the work in the volume's turn, once what was left open about it is finished. */
    void inTurn(Volume volume, Runnable work) {
        turns.take(subject(volume), () -> {
            runs.finishOpen(subject(volume));
            work.run();
        });
    }

    private void requireUnused(Volume volume, String otherwise) {
        List<String> users = usedBy(volume);
        if (!users.isEmpty()) {
            throw Refused.invalid(otherwise);
        }
    }

    Pool pool(Volume volume) {
        return shelves.pools()
                .find(volume.pool().text())
                .orElseThrow(() -> Refused.missing("Storage pool not found: " + volume.pool()));
    }

    StorageDriver driver(Volume volume) {
        return drivers.keeping(pool(volume));
    }

    static VolumeRef ref(Volume volume) {
        return new VolumeRef(volume.kind(), volume.project(), volume.name());
    }

    static String subject(Volume volume) {
        return "volume " + volume.pool() + "/" + volume.project() + "/" + volume.name();
    }

    /** Where the door shows it. */
    public static String url(Volume volume) {
        return "/1.0/storage-pools/" + volume.pool() + "/volumes/custom/" + volume.name();
    }

    private void tell(Volume volume, String action, Map<String, Object> context) {
        events.lifecycle(volume.project(), action, url(volume), context);
    }

    private List<Step> creation(Creation request) {
        Volume volume = request.volume();
        var steps = new ArrayList<Step>();
        steps.add(Step.of(
                "claim the name",
                () -> {
                    if (!shelves.volumes().addIfAbsent(volume).equals(volume)) {
                        throw new Refused(new Problem.Taken("Volume by that name already exists"));
                    }
                },
                () -> shelves.volumes().removeIf(Shelves.key(volume), volume::equals)));
        steps.add(Step.of(
                "make the volume",
                () -> driver(volume).createVolume(pool(volume), ref(volume), content(request)),
                () -> driver(volume).deleteVolume(pool(volume), ref(volume))));
        for (VolumeSnapshot snapshot : volume.snapshots()) {
            steps.add(Step.of(
                    "copy a snapshot",
                    () -> driver(volume)
                            .giveSnapshot(pool(volume), ref(volume), snapshot.name(), content(request, snapshot)),
                    () -> driver(volume).deleteSnapshot(pool(volume), ref(volume), snapshot.name())));
        }
        if (VolumeKeys.size(volume.config()) > 0) {
            steps.add(Step.of("limit it", () -> limit(volume), () -> {})); // goes with the volume
        }
        return steps;
    }

    private Source content(Creation request) {
        Volume from = request.from();
        Received received = request.received();
        if (received != null) {
            return PartOfBackup.ofVolume(received.file(), received.hostIds(""), "backup", "volume");
        }
        return from == null ? new Source.Empty() : content(from, request.snapshot(), request.volume());
    }

    private Source content(Creation request, VolumeSnapshot snapshot) {
        Volume from = request.from();
        Received received = request.received();
        if (received != null) {
            return PartOfBackup.ofVolume(
                    received.file(), received.hostIds(snapshot.name()), "backup", "volume-snapshots", snapshot.name());
        }
        return from == null ? new Source.Empty() : content(from, snapshot.name(), request.volume());
    }

    private Source content(Volume from, @Nullable String snapshot, Volume to) {
        return new VolumeContent(drivers, pool(from), ref(from), snapshot).into(pool(to));
    }

    private void give(Volume to, VolumeSnapshot snapshot, Volume from) {
        driver(to).giveSnapshot(pool(to), ref(to), snapshot.name(), content(from, snapshot.name(), to));
    }

    private List<Step> moving(Moving request) {
        var steps = new ArrayList<>(creation(request.creation()));
        steps.addAll(removal(request.from()));
        return steps;
    }

    private List<Step> refreshing(Refreshing request) {
        Volume copy = request.copy();
        List<VolumeSnapshot> wanted = request.after().snapshots();
        List<VolumeSnapshot> stale =
                copy.snapshots().stream().filter(it -> !wanted.contains(it)).toList();
        return List.of(
                Step.of("take over the content", () -> takeOver(request), () -> {}), // one that fails changed nothing
                Step.forward(
                        "drop old snapshots",
                        () -> stale.forEach(it -> driver(copy).deleteSnapshot(pool(copy), ref(copy), it.name()))),
                Step.forward(
                        "bring new snapshots",
                        () -> shelves.volumes()
                                .find(Shelves.key(copy))
                                .ifPresent(
                                        _ -> // else it was deleted meanwhile
                                        shelves.volumes().put(request.after().with(brought(request, wanted))))));
    }

    private void takeOver(Refreshing request) {
        Volume copy = request.copy();
        if (shelves.volumes().find(Shelves.key(request.original())).isPresent()
                && shelves.volumes().find(Shelves.key(copy)).isPresent()) {
            driver(copy).unmount(pool(copy), ref(copy));
            driver(copy).replaceVolume(pool(copy), ref(copy), content(request.original(), null, copy));
            if (VolumeKeys.size(copy.config()) > 0) {
                limit(copy);
            }
        }
    }

    /** Those that the copy has afterwards: a run that failed may be finished when the original is gone. */
    private List<VolumeSnapshot> brought(Refreshing request, List<VolumeSnapshot> wanted) {
        Volume copy = request.copy();
        return wanted.stream()
                .filter(it -> {
                    boolean had = copy.snapshots().contains(it);
                    boolean there = shelves.volumes()
                            .find(Shelves.key(request.original()))
                            .flatMap(now -> now.snapshot(it.name()))
                            .isPresent();
                    if (!had && there) {
                        give(copy, it, request.original());
                    }
                    return had || there;
                })
                .toList();
    }

    private void limit(Volume volume) {
        driver(volume).limit(pool(volume), ref(volume), VolumeKeys.size(volume.config()));
    }

    private List<Step> change(Change request) {
        return List.of(
                Step.of(
                        "limit it",
                        () -> relimit(request.before(), request.after()),
                        () -> relimit(request.after(), request.before())),
                Step.of(
                        "write the document",
                        () -> shelves.volumes().put(request.after()),
                        () -> shelves.volumes().put(request.before())));
    }

    private void relimit(Volume before, Volume after) {
        if (VolumeKeys.size(before.config()) != VolumeKeys.size(after.config())) {
            limit(after);
        }
    }

    private List<Step> renaming(Change request) {
        Volume before = request.before();
        Volume after = request.after();
        return List.of(
                Step.of("rename the volume", () -> move(before, after), () -> move(after, before)),
                Step.of("rename the document", () -> rekey(before, after), () -> rekey(after, before)));
    }

    private void move(Volume from, Volume to) {
        driver(from).unmount(pool(from), ref(from));
        driver(from).renameVolume(pool(from), ref(from), ref(to));
    }

    private void rekey(Volume from, Volume to) {
        if (shelves.volumes().find(Shelves.key(from)).isPresent()) {
            shelves.volumes().rekey(Shelves.key(from), to);
        }
    }

    private List<Step> deletion(Removal request) {
        var steps = new ArrayList<Step>();
        steps.add(Step.forward("delete its backups", () -> backups.deleteAll(KeptBackups.owner(request.volume()))));
        steps.addAll(removal(request.volume()));
        return steps;
    }

    private List<Step> removal(Volume volume) {
        return List.of(
                Step.forward("unmount the volume", () -> driver(volume).unmount(pool(volume), ref(volume))),
                Step.forward("delete the volume", () -> driver(volume).deleteVolume(pool(volume), ref(volume))),
                Step.forward("release the name", () -> shelves.volumes().remove(Shelves.key(volume))));
    }
}
