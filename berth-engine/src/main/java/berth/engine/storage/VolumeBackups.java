package berth.engine.storage;

import berth.engine.backup.KeptBackups;
import berth.engine.backup.PackBackup;
import berth.engine.backup.VolumeIndex;
import berth.engine.driver.Drivers;
import berth.engine.driver.VolumeContent;
import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.Codec;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.SimpleRun;
import berth.engine.record.Turns;
import berth.host.archive.Compression;
import berth.model.Backup;
import berth.model.Pool;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeSnapshot;
import berth.steps.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Backups of custom volumes: made, listed, handed out, renamed, deleted, also when their time is over. */
public final class VolumeBackups {
    /** What is packed, with every choice made. */
    public record Packing(Backup backup, Compression compression, Volume volume, List<VolumeSnapshot> snapshots) {}

    private final Shelves shelves;
    private final Codec codec;
    private final Drivers drivers;
    private final Volumes volumes;
    private final KeptBackups kept;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final RunKind<Packing> packing;

    /** Keeps backups with those. */
    public VolumeBackups(
            Shelves shelves,
            Codec codec,
            Drivers drivers,
            Volumes volumes,
            KeptBackups kept,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.codec = codec;
        this.drivers = drivers;
        this.volumes = volumes;
        this.kept = kept;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        this.packing = runs.register(new SimpleRun<>("create volume backup", Packing.class, this::packing));
    }

    /** The backups of a volume, oldest first. */
    public List<Backup> list(Volume volume) {
        return kept.of(KeptBackups.owner(volume));
    }

    /** The backup of that name; refuses when there is none. */
    public Backup require(Volume volume, String name) {
        return kept.find(KeptBackups.owner(volume), name)
                .orElseThrow(() -> Refused.missing("Storage volume backup not found"));
    }

    /** Its file, to be handed out. */
    public Path file(Volume volume, Backup backup) {
        Path file = kept.file(backup);
        tell(volume, backup, "storage-volume-backup-retrieved", Map.of());
        return file;
    }

    /**
     * Makes one as an operation; refuses at once what cannot be.
     *
     * @param name empty for the next {@code backup0}, {@code backup1}, …
     * @param expiresAt null or the epoch for never
     * @param compression as LXD spells it; empty for gzip
     * @param alone whether snapshots are left out
     * @param optimized asked for, and not done: the plain form can be read everywhere
     */
    public Operation create(
            Volume volume,
            String name,
            @Nullable Instant expiresAt,
            String compression,
            boolean alone,
            boolean optimized) {
        Compression how = KeptBackups.compression(compression);
        Backup backup = kept.wanted(KeptBackups.owner(volume), name, clock.instant(), expiresAt, alone, optimized);
        return begin("Creating custom volume backup", volume, backup, now -> {
            kept.requireFree(backup);
            List<VolumeSnapshot> snapshots = alone ? List.of() : now.snapshots();
            runs.run(packing, KeptBackups.subject(backup.of()), new Packing(backup, how, now, snapshots));
            tell(now, backup, "storage-volume-backup-created", Map.of("type", "custom"));
        });
    }

    /** Gives it another name as an operation. */
    public Operation rename(Volume volume, Backup backup, String to) {
        Backup after = backup.named(to);
        kept.requireFree(after);
        return begin("Renaming custom volume backup", volume, backup, now -> {
            kept.requireFree(after);
            kept.rename(require(now, backup.name()), after);
            tell(now, after, "storage-volume-backup-renamed", Map.of("old_name", backup.name()));
        });
    }

    /** Deletes it as an operation. */
    public Operation delete(Volume volume, Backup backup) {
        return begin("Deleting custom volume backup", volume, backup, now -> deleteNow(now, backup));
    }

    private void deleteNow(Volume volume, Backup backup) {
        turns.take(KeptBackups.subject(backup.of()), () -> {
            if (kept.delete(backup)) {
                tell(volume, backup, "storage-volume-backup-deleted", Map.of());
            }
        });
    }

    /** Deletes those whose time is over. */
    public void expire() {
        kept.expire(
                clock.instant(),
                backup -> shelves.volumes().all().stream()
                        .filter(it -> backup.of().equals(it.id()))
                        .forEach(it -> deleteNow(it, backup)));
    }

    private interface Work {
        void on(Volume now);
    }

    /** In the turn of the volume's backups, on the volume as it is called by then. */
    private Operation begin(String description, Volume volume, Backup backup, Work work) {
        var request = OperationRequest.task(
                description,
                Map.of(
                        "backups",
                        List.of("/1.0/backups/" + backup.name()),
                        "storage_volumes",
                        List.of(Volumes.url(volume))),
                volume.project());
        return operations.begin(request, _ -> turns.take(KeptBackups.subject(backup.of()), () -> work.on(now(backup))));
    }

    private Volume now(Backup backup) {
        return shelves.volumes().all().stream()
                .filter(it -> backup.of().equals(it.id()))
                .findFirst()
                .orElseThrow(() -> Refused.missing("Storage pool volume not found"));
    }

    private void tell(Volume volume, Backup backup, String action, Map<String, Object> context) {
        events.lifecycle(volume.project(), action, Volumes.url(volume) + "/backups/" + backup.name(), context);
    }

    private List<Step> packing(Packing request) {
        return kept.making(request.backup(), () -> pack(request));
    }

    private void pack(Packing request) {
        Volume volume = now(request.backup());
        Pool pool = volumes.pool(volume);
        var parts = new LinkedHashMap<String, VolumeContent>();
        request.snapshots().forEach(it -> parts.put("volume-snapshots/" + it.name(), content(pool, volume, it.name())));
        parts.put("volume", content(pool, volume, null));
        String index = VolumeIndex.write(codec, volume, pool.driver(), request.snapshots());
        new PackBackup(kept.files()).pack(request.backup(), request.compression(), index, null, parts);
    }

    private VolumeContent content(Pool pool, Volume volume, @Nullable String snapshot) {
        return new VolumeContent(drivers, pool, Volumes.ref(volume), snapshot);
    }
}
