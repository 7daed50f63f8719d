package berth.engine.storage;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
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
     */
    public record Creation(
            UUID claim, Volume volume, @Nullable Volume from) {}

    /** A volume that changes, or gets another name. */
    public record Change(Volume before, Volume after) {}

    /** A volume that goes. */
    public record Removal(Volume volume) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final InstanceHosts hosts;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final VolumeRun<Creation> creating = new VolumeRun<>("create volume", Creation.class, this::creation);
    private final VolumeRun<Change> changing = new VolumeRun<>("update volume", Change.class, this::change);
    private final VolumeRun<Change> renaming = new VolumeRun<>("rename volume", Change.class, this::renaming);
    private final VolumeRun<Removal> deleting = new VolumeRun<>("delete volume", Removal.class, this::removal);

    /** Keeps volumes with those. */
    public Volumes(
            Shelves shelves, Drivers drivers, InstanceHosts hosts, Runs runs, Turns turns, Events events, Clock clock) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.hosts = hosts;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        List.of(creating, changing, renaming, deleting).forEach(runs::register);
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
        var wanted = Volume.plain(
                pool.name(),
                VolumeKind.CUSTOM,
                project,
                new VolumeName(name).text(),
                description,
                VolumeKeys.completed(pool.config(), config),
                clock.instant());
        requireFree(wanted);
        VolumeKeys.check(ref(wanted).key(), wanted.config());
        return make(wanted, null);
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
     * @param config null for that of the original
     * @param alone whether its snapshots stay behind
     */
    public Volume copy(Volume from, Pool pool, String name, @Nullable SortedMap<String, String> config, boolean alone) {
        boolean snapshots = !alone && !from.snapshots().isEmpty();
        if (snapshots && !from.pool().equals(pool.name())) {
            throw new Refused(new Problem.Unsupported("The snapshots of " + from.name()
                    + " cannot be taken to another pool yet; copy or move it without them (--volume-only),"
                    + " or delete them first"));
        }
        var wanted = new Volume(
                pool.name(),
                VolumeKind.CUSTOM,
                from.project(),
                new VolumeName(name).text(),
                from.description(),
                config == null ? from.config() : config,
                clock.instant(),
                snapshots ? from.snapshots() : List.of());
        VolumeKeys.check(ref(wanted).key(), wanted.config());
        return make(wanted, from);
    }

    private Volume make(Volume wanted, @Nullable Volume from) {
        return turns.take(subject(wanted), () -> {
            requireFree(wanted);
            runs.run(creating, subject(wanted), new Creation(UUID.randomUUID(), wanted, from));
            tell(wanted, "storage-volume-created", Map.of());
            return wanted;
        });
    }

    /** Changes its description and keys; a limit takes effect at once where the pool can. */
    public void update(Volume volume, UnaryOperator<Volume> edit) {
        turns.take(subject(volume), () -> {
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
        turns.take(subject(volume), () -> {
            Volume before = require(volume.pool(), volume.project(), volume.name());
            Volume after = before.named(new VolumeName(name).text());
            requireFree(after);
            requireUnused(before, "Volume is still in use by running instances");
            runs.run(renaming, subject(before), new Change(before, after));
            tell(after, "storage-volume-renamed", Map.of("old_name", before.name()));
        });
    }

    /** Takes it to another pool: it is copied, then deleted where it was. Refuses while something uses it. */
    public void move(Volume volume, Pool pool, String name, boolean alone) {
        requireUnused(volume, "Volume is still in use by running instances");
        copy(volume, pool, name, null, alone);
        delete(volume);
    }

    /** Deletes it with its snapshots; refuses while something uses it. */
    public void delete(Volume volume) {
        turns.take(subject(volume), () -> {
            Volume known = require(volume.pool(), volume.project(), volume.name());
            requireUnused(known, "The storage volume is still in use");
            runs.run(deleting, subject(known), new Removal(known));
            tell(known, "storage-volume-deleted", Map.of());
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
        Volume from = request.from();
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
                () -> driver(volume).createVolume(pool(volume), ref(volume), source(volume, from)),
                () -> driver(volume).deleteVolume(pool(volume), ref(volume))));
        if (from != null) {
            for (VolumeSnapshot snapshot : volume.snapshots()) {
                steps.add(Step.of(
                        "copy the snapshot " + snapshot.name(),
                        () -> driver(volume).copySnapshot(pool(volume), ref(from), snapshot.name(), ref(volume)),
                        () -> driver(volume).deleteSnapshot(pool(volume), ref(volume), snapshot.name())));
            }
        }
        if (VolumeKeys.size(volume.config()) > 0) {
            steps.add(Step.of("limit it", () -> limit(volume), () -> {})); // goes with the volume
        }
        return steps;
    }

    private Source source(Volume volume, @Nullable Volume from) {
        if (from == null) {
            return new Source.Empty();
        }
        return from.pool().equals(volume.pool())
                ? new Source.FromVolume(ref(from), null)
                : new Source.FromDirectory(driver(from).directory(pool(from), ref(from)));
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

    private List<Step> removal(Removal request) {
        Volume volume = request.volume();
        return List.of(
                Step.forward("unmount the volume", () -> driver(volume).unmount(pool(volume), ref(volume))),
                Step.forward("delete the volume", () -> driver(volume).deleteVolume(pool(volume), ref(volume))),
                Step.forward("release the name", () -> shelves.volumes().remove(Shelves.key(volume))));
    }
}
