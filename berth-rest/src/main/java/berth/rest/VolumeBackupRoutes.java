package berth.rest;

import berth.engine.UseCases;
import berth.model.Backup;
import berth.model.Volume;
import berth.rest.http.Exchange;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceSnapshotPost;
import berth.wire.StoragePoolVolumeBackup;
import berth.wire.StoragePoolVolumeBackupsPost;
import java.io.IOException;
import java.util.List;

/** {@code /1.0/storage-pools/{pool}/volumes/custom/{volume}/backups}. */
final class VolumeBackupRoutes {
    private static final String ALL = "/1.0/storage-pools/{pool}/volumes/custom/{volume}/backups";
    private static final String ONE = ALL + "/{backup}";
    private final UseCases engine;

    VolumeBackupRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, this::list),
                Route.post(ALL, this::create),
                Route.get(ONE, it -> Reply.of(wire(backup(it)))),
                Route.post(ONE, this::rename),
                Route.delete(ONE, this::delete),
                Route.get(ONE + "/export", this::export));
    }

    private Reply list(Exchange exchange) {
        Volume volume = volume(exchange);
        return Listing.of(
                exchange,
                engine.volumeBackups().list(volume),
                it -> VolumeTranslation.path(volume) + "/backups/" + Percent.encode(it.name())
                        + Scope.query(volume.project()),
                VolumeBackupRoutes::wire);
    }

    private Reply create(Exchange exchange) {
        Volume volume = volume(exchange);
        var body = exchange.json(StoragePoolVolumeBackupsPost.class);
        return OperationTranslation.accepted(engine.volumeBackups()
                .create(
                        volume,
                        Given.text(body.name()),
                        SnapshotTranslation.expiry(body.expiresAt()),
                        Given.text(body.compressionAlgorithm()),
                        body.volumeOnly(),
                        body.optimizedStorage()));
    }

    private Reply rename(Exchange exchange) {
        Backup backup = backup(exchange);
        String name = Given.text(exchange.json(InstanceSnapshotPost.class).name());
        return OperationTranslation.accepted(engine.volumeBackups().rename(volume(exchange), backup, name));
    }

    private Reply delete(Exchange exchange) {
        return OperationTranslation.accepted(engine.volumeBackups().delete(volume(exchange), backup(exchange)));
    }

    private Reply export(Exchange exchange) throws IOException {
        Backup backup = backup(exchange);
        return BackupRoutes.download(backup, engine.volumeBackups().file(volume(exchange), backup));
    }

    private Backup backup(Exchange exchange) {
        return engine.volumeBackups().require(volume(exchange), exchange.segment("backup"));
    }

    private Volume volume(Exchange exchange) {
        return VolumeRoutes.custom(engine, exchange);
    }

    private static StoragePoolVolumeBackup wire(Backup backup) {
        return new StoragePoolVolumeBackup(
                backup.name(), backup.createdAt(), BackupRoutes.expiry(backup), backup.alone(), backup.optimized());
    }
}
