package berth.engine.storage;

import berth.engine.event.Events;
import berth.engine.instance.InstanceHosts;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.SimpleRun;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeSnapshot;
import berth.steps.Step;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshots of custom volumes: take, restore, rename, let expire, delete. They are kept in the volume's document. */
public final class VolumeSnapshots {
    /** A volume and the snapshot that it is about. */
    public record Request(Volume volume, VolumeSnapshot snapshot) {}

    /** A snapshot that gets another name. */
    public record Renaming(Volume volume, VolumeSnapshot before, VolumeSnapshot after) {}

    private final Shelves shelves;
    private final Volumes volumes;
    private final InstanceHosts hosts;
    private final Runs runs;
    private final Events events;
    private final Clock clock;
    private final SimpleRun<Request> taking = new SimpleRun<>("create volume snapshot", Request.class, this::take);
    private final SimpleRun<Request> deleting = new SimpleRun<>("delete volume snapshot", Request.class, this::drop);
    private final SimpleRun<Request> restoring = new SimpleRun<>("restore volume", Request.class, this::restore);
    private final SimpleRun<Renaming> renaming =
            new SimpleRun<>("rename volume snapshot", Renaming.class, this::rename);

    /** Takes snapshots with those. */
    public VolumeSnapshots(
            Shelves shelves, Volumes volumes, InstanceHosts hosts, Runs runs, Events events, Clock clock) {
        this.shelves = shelves;
        this.volumes = volumes;
        this.hosts = hosts;
        this.runs = runs;
        this.events = events;
        this.clock = clock;
        List.of(taking, deleting, restoring, renaming).forEach(runs::register);
    }

    /** The snapshot of that name; refuses when there is none. */
    public VolumeSnapshot require(Volume volume, String name) {
        return volume.snapshot(name).orElseThrow(() -> Refused.missing("Storage pool volume not found"));
    }

    /**
     * What is to be taken; refuses a bad name, or one that is taken.
     *
     * @param name empty for the next {@code snap%d}
     * @param expiresAt null for never
     */
    public VolumeSnapshot draft(Volume volume, String name, @Nullable Instant expiresAt) {
        var snapshot = new VolumeSnapshot(
                name.isEmpty() ? nextName(volume) : name,
                volume.description(),
                volume.config(),
                clock.instant(),
                expiresAt == null ? Instant.EPOCH : expiresAt);
        requireFree(volume, snapshot.name());
        return snapshot;
    }

    private static void requireFree(Volume volume, String name) {
        if (volume.snapshot(name).isPresent()) {
            throw new Refused(new Problem.Taken("Snapshot \"" + name + "\" already in use"));
        }
    }

    private static String nextName(Volume volume) {
        for (int n = 0; ; n++) {
            if (volume.snapshot("snap" + n).isEmpty()) {
                return "snap" + n;
            }
        }
    }

    /** Takes it; returns when it is there. */
    public void takeNow(Volume volume, VolumeSnapshot snapshot) {
        volumes.inTurn(volume, () -> {
            Volume now = now(volume);
            requireFree(now, snapshot.name());
            runs.run(taking, Volumes.subject(now), new Request(now, snapshot));
        });
        tell(volume, snapshot.name(), "storage-volume-snapshot-created", Map.of());
    }

    /** Deletes it. */
    public void deleteNow(Volume volume, String name) {
        volumes.inTurn(volume, () -> {
            Volume now = now(volume);
            runs.run(deleting, Volumes.subject(now), new Request(now, require(now, name)));
        });
        tell(volume, name, "storage-volume-snapshot-deleted", Map.of());
    }

    /** Gives it another name. */
    public void renameNow(Volume volume, String name, String to) {
        volumes.inTurn(volume, () -> {
            Volume now = now(volume);
            VolumeSnapshot it = require(now, name);
            var after = new VolumeSnapshot(to, it.description(), it.config(), it.createdAt(), it.expiresAt());
            requireFree(now, to);
            runs.run(renaming, Volumes.subject(now), new Renaming(now, it, after));
        });
        tell(volume, to, "storage-volume-snapshot-renamed", Map.of("old_name", name));
    }

    /** Sets its description and when it may go; null leaves the description, or means never. */
    public void describe(Volume volume, String name, @Nullable String description, @Nullable Instant expiresAt) {
        volumes.inTurn(volume, () -> {
            Volume now = now(volume);
            VolumeSnapshot it = require(now, name);
            shelves.volumes()
                    .put(now.with(new VolumeSnapshot(
                            name,
                            description == null ? it.description() : description,
                            it.config(),
                            it.createdAt(),
                            expiresAt == null ? Instant.EPOCH : expiresAt)));
        });
        tell(volume, name, "storage-volume-snapshot-updated", Map.of());
    }

    /** Puts the volume back to it; refuses while a running instance has the volume. */
    public void restoreNow(Volume volume, String name) {
        volumes.inTurn(volume, () -> {
            Volume now = now(volume);
            VolumeSnapshot snapshot = now.snapshot(name).orElseThrow(() -> Refused.missing("Snapshot not found"));
            if (!hosts.usersOfVolume(now.pool(), now.name(), true).isEmpty()) {
                throw Refused.invalid("Cannot restore custom volume used by running instances");
            }
            runs.run(restoring, Volumes.subject(now), new Request(now, snapshot));
        });
        events.lifecycle(volume.project(), "storage-volume-restored", Volumes.url(volume), Map.of("snapshot", name));
    }

    private Volume now(Volume volume) {
        return volumes.require(volume.pool(), volume.project(), volume.name());
    }

    private void tell(Volume volume, String snapshot, String action, Map<String, Object> context) {
        events.lifecycle(volume.project(), action, Volumes.url(volume) + "/snapshots/" + snapshot, context);
    }

    private void edit(Volume volume, java.util.function.UnaryOperator<Volume> edit) {
        shelves.volumes().change(Shelves.key(volume), edit);
    }

    private List<Step> take(Request request) {
        Volume volume = request.volume();
        String name = request.snapshot().name();
        return List.of(
                Step.of(
                        "snapshot the volume",
                        () -> volumes.driver(volume).createSnapshot(volumes.pool(volume), Volumes.ref(volume), name),
                        () -> volumes.driver(volume).deleteSnapshot(volumes.pool(volume), Volumes.ref(volume), name)),
                Step.of(
                        "write the document",
                        () -> edit(volume, it -> it.with(request.snapshot())),
                        () -> edit(volume, it -> it.without(name))));
    }

    private List<Step> drop(Request request) {
        Volume volume = request.volume();
        String name = request.snapshot().name();
        return List.of(
                Step.forward(
                        "delete the snapshot",
                        () -> volumes.driver(volume).deleteSnapshot(volumes.pool(volume), Volumes.ref(volume), name)),
                Step.forward("write the document", () -> edit(volume, it -> it.without(name))));
    }

    private List<Step> restore(Request request) {
        Volume volume = request.volume();
        VolumeSnapshot snapshot = request.snapshot();
        return List.of(
                Step.forward(
                        "unmount the volume",
                        () -> volumes.driver(volume).unmount(volumes.pool(volume), Volumes.ref(volume))),
                Step.forward(
                        "restore the volume",
                        () -> volumes.driver(volume)
                                .restoreSnapshot(volumes.pool(volume), Volumes.ref(volume), snapshot.name())),
                Step.forward(
                        "write the document",
                        () -> edit(volume, it -> it.with(snapshot.description(), snapshot.config()))));
    }

    private List<Step> rename(Renaming request) {
        return List.of(
                Step.of(
                        "rename the snapshot",
                        () -> move(request.volume(), request.before(), request.after()),
                        () -> move(request.volume(), request.after(), request.before())),
                Step.of(
                        "write the document",
                        () -> edit(
                                request.volume(),
                                it -> it.without(request.before().name()).with(request.after())),
                        () -> edit(
                                request.volume(),
                                it -> it.without(request.after().name()).with(request.before()))));
    }

    private void move(Volume volume, VolumeSnapshot from, VolumeSnapshot to) {
        volumes.driver(volume).renameSnapshot(volumes.pool(volume), Volumes.ref(volume), from.name(), to.name());
    }
}
