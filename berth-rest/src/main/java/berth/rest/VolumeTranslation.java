package berth.rest;

import berth.engine.UseCases;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.model.VolumeSnapshot;
import berth.rest.http.Percent;
import berth.wire.StorageVolume;
import berth.wire.StorageVolumeSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Volumes in LXD's words. Snapshots of custom volumes are rows of a list like volumes. */
final class VolumeTranslation {
    private VolumeTranslation() {}

    /** A line of a list: its URL, and what it shows when more is asked for. */
    record Row(String url, StorageVolume shown) {}

    static List<Row> rows(UseCases engine, List<Volume> volumes) {
        var rows = new ArrayList<Row>();
        for (Volume volume : volumes) {
            rows.add(new Row(url(volume), toWire(engine, volume)));
            for (VolumeSnapshot snapshot : volume.snapshots()) {
                Volume row = new Volume(
                        volume.pool(),
                        volume.kind(),
                        volume.project(),
                        volume.name() + "/" + snapshot.name(),
                        snapshot.description(),
                        snapshot.config(),
                        snapshot.createdAt(),
                        List.of(),
                        null);
                rows.add(new Row(url(volume, snapshot), toWire(row, List.of())));
            }
        }
        return rows;
    }

    static StorageVolume toWire(UseCases engine, Volume volume) {
        List<String> users = switch (volume.kind()) {
            case CONTAINER, VIRTUAL_MACHINE ->
                List.of("/1.0/instances/" + volume.name() + Scope.query(volume.project()));
            case IMAGE -> List.of("/1.0/images/" + volume.name());
            case CUSTOM -> engine.volumes().usedBy(volume);
        };
        return toWire(volume, users);
    }

    private static StorageVolume toWire(Volume volume, List<String> users) {
        return new StorageVolume(
                volume.config(),
                volume.description(),
                volume.name(),
                volume.kind().text(),
                users,
                "none",
                volume.kind() == VolumeKind.VIRTUAL_MACHINE ? "block" : "filesystem",
                volume.project().text(),
                volume.createdAt());
    }

    static StorageVolumeSnapshot toWire(VolumeSnapshot snapshot) {
        return new StorageVolumeSnapshot(
                snapshot.description(),
                snapshot.expiresAt().equals(Instant.EPOCH) ? SnapshotTranslation.NEVER : snapshot.expiresAt(),
                snapshot.name(),
                snapshot.config(),
                "filesystem",
                snapshot.createdAt());
    }

    /** A row of the list of a volume's snapshots: named with the volume, and without an expiry where it has none. */
    static StorageVolumeSnapshot row(Volume volume, VolumeSnapshot snapshot) {
        return new StorageVolumeSnapshot(
                snapshot.description(),
                snapshot.expiresAt().equals(Instant.EPOCH) ? null : snapshot.expiresAt(),
                volume.name() + "/" + snapshot.name(),
                snapshot.config(),
                "",
                snapshot.createdAt());
    }

    static String url(Volume volume) {
        return path(volume) + Scope.query(volume.project());
    }

    static String url(Volume volume, VolumeSnapshot snapshot) {
        return path(volume) + "/snapshots/" + Percent.encode(snapshot.name()) + Scope.query(volume.project());
    }

    static String path(Volume volume) {
        return "/1.0/storage-pools/" + Percent.encode(volume.pool().text()) + "/volumes/"
                + volume.kind().text() + "/" + Percent.encode(volume.name());
    }

    static Etag etag(Volume volume) {
        return Etag.of(volume.name(), volume.kind().text(), volume.config());
    }
}
