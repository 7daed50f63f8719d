package berth.rest;

import berth.engine.UseCases;
import berth.model.Volume;
import berth.model.VolumeSnapshot;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceSnapshotPost;
import berth.wire.StorageVolumeSnapshotPut;
import berth.wire.StorageVolumeSnapshotsPost;
import java.util.List;

/** {@code /1.0/storage-pools/{pool}/volumes/custom/{volume}/snapshots}. */
final class VolumeSnapshotRoutes {
    private static final String ALL = "/1.0/storage-pools/{pool}/volumes/custom/{volume}/snapshots";
    private static final String ONE = ALL + "/{snapshot}";
    private final UseCases engine;

    VolumeSnapshotRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, this::list),
                Route.post(ALL, this::take),
                Route.get(ONE, this::show),
                Route.put(ONE, it -> describe(it, true)),
                Route.patch(ONE, it -> describe(it, false)),
                Route.post(ONE, this::rename),
                Route.delete(ONE, this::delete));
    }

    private Reply list(Exchange exchange) {
        Volume volume = volume(exchange);
        return Listing.of(
                exchange,
                volume.snapshots(),
                it -> VolumeTranslation.url(volume, it),
                it -> VolumeTranslation.row(volume, it));
    }

    private Reply take(Exchange exchange) {
        Volume volume = volume(exchange);
        var body = exchange.json(StorageVolumeSnapshotsPost.class);
        VolumeSnapshot snapshot = engine.volumeSnapshots()
                .draft(volume, Given.text(body.name()), SnapshotTranslation.expiry(body.expiresAt()));
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        VolumeRoutes.task("Creating storage volume snapshot", volume),
                        _ -> engine.volumeSnapshots().takeNow(volume, snapshot)));
    }

    private Reply show(Exchange exchange) {
        VolumeSnapshot snapshot = snapshot(exchange);
        return new Reply.Data(
                VolumeTranslation.toWire(snapshot),
                Etag.of(snapshot.description(), snapshot.expiresAt()).quoted());
    }

    private Reply describe(Exchange exchange, boolean whole) {
        VolumeSnapshot snapshot = snapshot(exchange);
        var body = exchange.json(StorageVolumeSnapshotPut.class);
        Etag.of(snapshot.description(), snapshot.expiresAt()).check(exchange);
        engine.volumeSnapshots()
                .describe(
                        volume(exchange),
                        snapshot.name(),
                        whole ? Given.text(body.description()) : body.description(),
                        !whole && body.expiresAt() == null
                                ? SnapshotTranslation.expiry(snapshot.expiresAt())
                                : SnapshotTranslation.expiry(body.expiresAt()));
        return Reply.done();
    }

    private Reply rename(Exchange exchange) {
        Volume volume = volume(exchange);
        VolumeSnapshot snapshot = snapshot(exchange);
        String name = Given.text(exchange.json(InstanceSnapshotPost.class).name());
        engine.volumeSnapshots().draft(volume, name, null); // refuses a bad name, or one that is taken, at once
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        VolumeRoutes.task("Renaming storage volume snapshot", volume),
                        _ -> engine.volumeSnapshots().renameNow(volume, snapshot.name(), name)));
    }

    private Reply delete(Exchange exchange) {
        Volume volume = volume(exchange);
        VolumeSnapshot snapshot = snapshot(exchange);
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        VolumeRoutes.task("Deleting storage volume snapshot", volume),
                        _ -> engine.volumeSnapshots().deleteNow(volume, snapshot.name())));
    }

    private VolumeSnapshot snapshot(Exchange exchange) {
        return engine.volumeSnapshots().require(volume(exchange), exchange.segment("snapshot"));
    }

    private Volume volume(Exchange exchange) {
        return VolumeRoutes.custom(engine, exchange);
    }
}
