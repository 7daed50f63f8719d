package berth.engine.storage;

import berth.engine.backup.BackupFiles;
import berth.engine.backup.HostIds;
import berth.engine.backup.PartOfBackup;
import berth.engine.backup.VolumeIndex;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.host.archive.BackupContent;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.model.VolumeName;
import berth.model.VolumeSnapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes a custom volume from a backup, of ours or of LXD's. The file is looked through to its end before anything is made, and
 * the keys of the volume and of each snapshot pass the checks of a volume that is made by hand.
 */
public final class ImportVolume {
    /** What a host notes down, and what only other kinds of pools know: it means nothing here. */
    private static final Pattern LEFT = Pattern.compile("(volatile|block|zfs|lvm|ceph)\\..*");

    private final Volumes volumes;
    private final BackupFiles files;
    private final Operations operations;
    private final Clock clock;

    /** Imports with those. */
    public ImportVolume(Volumes volumes, BackupFiles files, Operations operations, Clock clock) {
        this.volumes = volumes;
        this.files = files;
        this.operations = operations;
        this.clock = clock;
    }

    /** Where what comes in is kept. */
    public BackupFiles files() {
        return files;
    }

    /**
     * Imports as an operation; refuses at once what cannot be. The file is gone afterwards, either way.
     *
     * @param name empty for the one that the backup says
     */
    public Operation start(Pool pool, ProjectName project, Path received, String name) {
        try {
            VolumeIndex index = looked(received);
            Volume volume = volume(pool, project, index, name.isEmpty() ? index.name() : name);
            volumes.requireFree(volume);
            var creation = new Volumes.Creation(
                    UUID.randomUUID(), volume, null, null, new Volumes.Received(received.toString(), hostIds(index)));
            var request = OperationRequest.task(
                    "Restoring custom volume backup", Map.of("storage_volumes", List.of(Volumes.url(volume))), project);
            return operations.begin(request, _ -> {
                try {
                    volumes.make(creation);
                } finally {
                    files.forget(received);
                }
            });
        } catch (RuntimeException refused) {
            files.forget(received);
            throw refused;
        }
    }

    private static VolumeIndex looked(Path received) {
        BackupContent content = PartOfBackup.look(received);
        VolumeIndex index = VolumeIndex.read(content.index());
        if (index.contentType().equals("block") || content.parts().contains("volume.img")) {
            throw new Refused(new Problem.Unsupported(
                    "This volume is a block device, for virtual machines: it cannot be imported yet"));
        }
        if (index.optimized() || content.parts().contains("volume.bin")) {
            throw new Refused(
                    new Problem.Unsupported("This backup is in the form of one kind of storage pool; export it"
                            + " without --optimized-storage, then it can be imported"));
        }
        if (!content.parts().contains("volume")) {
            throw Refused.invalid("This is no backup that can be imported: it holds no backup/volume");
        }
        PartOfBackup.requireSnapshots(
                content,
                "volume-snapshots",
                index.snapshots().stream().map(VolumeSnapshot::name).toList());
        return index;
    }

    private static SortedMap<String, String> hostIds(VolumeIndex index) {
        var ids = new TreeMap<String, String>();
        ids.put("", index.config().getOrDefault(HostIds.KEY, ""));
        index.snapshots().forEach(it -> ids.put(it.name(), it.config().getOrDefault(HostIds.KEY, "")));
        ids.values().forEach(HostIds::check);
        return ids;
    }

    private Volume volume(Pool pool, ProjectName project, VolumeIndex index, String name) {
        var volume = new Volume(
                pool.name(),
                VolumeKind.CUSTOM,
                project,
                new VolumeName(name).text(),
                index.description(),
                kept(index.config()),
                clock.instant(),
                index.snapshots().stream().map(this::snapshot).toList(),
                UUID.randomUUID());
        VolumeKeys.check(Volumes.ref(volume).key(), volume.config());
        volume.snapshots().forEach(it -> VolumeKeys.check(Volumes.ref(volume).key(), it.config()));
        return volume;
    }

    private VolumeSnapshot snapshot(VolumeSnapshot said) {
        return new VolumeSnapshot(
                said.name(),
                said.description(),
                kept(said.config()),
                said.createdAt().equals(Instant.EPOCH) ? clock.instant() : said.createdAt(),
                said.expiresAt());
    }

    private static SortedMap<String, String> kept(SortedMap<String, String> config) {
        var kept = new TreeMap<>(config);
        kept.keySet().removeIf(it -> LEFT.matcher(it).matches());
        return Settings.copyOf(kept);
    }
}
