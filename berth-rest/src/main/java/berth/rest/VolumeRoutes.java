package berth.rest;

import berth.engine.UseCases;
import berth.engine.operation.OperationRequest;
import berth.engine.record.Shelves;
import berth.engine.storage.Volumes;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.StorageVolumePost;
import berth.wire.StorageVolumePut;
import berth.wire.StorageVolumeState;
import berth.wire.StorageVolumesPost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** {@code /1.0/storage-pools/{pool}/volumes}: custom volumes to work with, the others to look at. */
final class VolumeRoutes {
    private static final String ALL = "/1.0/storage-pools/{pool}/volumes";
    private static final String TYPE = ALL + "/{type}";
    private static final String ONE = TYPE + "/{volume}";
    private final UseCases engine;

    VolumeRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, it -> list(it, _ -> true)),
                Route.post(ALL, it -> create(it, "")),
                Route.get(TYPE, this::listType),
                Route.post(TYPE, it -> create(it, it.segment("type"))),
                Route.get(ONE, this::show),
                Route.put(ONE, it -> change(it, true)),
                Route.patch(ONE, it -> change(it, false)),
                Route.post(ONE, this::rename),
                Route.delete(ONE, this::delete),
                Route.get(ONE + "/state", this::state));
    }

    private Reply listType(Exchange exchange) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        return list(exchange, it -> it.kind() == kind);
    }

    private Reply list(Exchange exchange, Predicate<Volume> which) {
        boolean all = Scope.all(exchange);
        var project = Scope.of(exchange);
        var chosen = engine.pools().volumes(pool(exchange)).stream()
                .filter(it -> all || it.project().equals(project))
                .filter(which)
                .toList();
        return Listing.filtered(
                exchange,
                VolumeTranslation.rows(engine, chosen),
                VolumeTranslation.Row::url,
                VolumeTranslation.Row::shown);
    }

    private Reply create(Exchange exchange, String typeOfPath) throws IOException {
        Pool pool = pool(exchange);
        var project = Scope.existing(exchange);
        if (exchange.header("Content-Type").orElse("").startsWith("application/octet-stream")) {
            return restore(exchange, pool, project, typeOfPath);
        }
        var body = exchange.json(StorageVolumesPost.class);
        String type = typeOfPath.isEmpty() ? Given.text(body.type()) : typeOfPath;
        if (Given.text(body.name()).isEmpty()) {
            throw new HttpRefused(400, "No name provided");
        }
        if (type.isEmpty()) {
            throw new HttpRefused(400, "You must provide a storage volume type of the storage volume");
        }
        if (VolumeKind.of(type) != VolumeKind.CUSTOM) {
            throw new HttpRefused(400, "Currently not allowed to create storage volumes of type " + Quoted.of(type));
        }
        switch (Given.text(body.contentType())) {
            case "", "filesystem" -> {}
            case "block" ->
                throw new Refused(new Problem.Unsupported(
                        "Volumes that are block devices cannot be made yet: they are for virtual machines"));
            default -> throw new HttpRefused(400, "Invalid volume content type name");
        }
        String name = Given.text(body.name());
        StorageVolumesPost.Source source = body.source();
        if (source != null && !Given.text(source.type()).isEmpty()) {
            return copy(pool, name, body, source);
        }
        engine.volumes()
                .create(
                        pool,
                        project,
                        name,
                        Given.text(body.description()),
                        Settings.merge(Map.of(), Given.keys(body.config())));
        return Reply.done();
    }

    private Reply restore(Exchange exchange, Pool pool, ProjectName project, String type) throws IOException {
        if (!type.isEmpty() && VolumeKind.of(type) != VolumeKind.CUSTOM) {
            throw new HttpRefused(400, "Currently not allowed to create storage volumes of type " + Quoted.of(type));
        }
        Path received;
        try (InputStream body = exchange.body()) {
            received = engine.importVolume().files().receive(body);
        }
        return OperationTranslation.accepted(engine.importVolume()
                .start(pool, project, received, exchange.header("X-LXD-name").orElse("")));
    }

    private Reply copy(Pool pool, String name, StorageVolumesPost body, StorageVolumesPost.Source source) {
        if (!Given.text(source.type()).equals("copy")) {
            throw new Refused(new Problem.Unsupported(
                    "A volume can be made empty or as a copy so far, not by " + Given.text(source.type())));
        }
        String from = Given.text(source.pool());
        String[] named = Given.text(source.name()).split("/", 2);
        String snapshot = named.length > 1 ? named[1] : null;
        Volume original = engine.volumes()
                .require(
                        from.isEmpty() ? pool.name() : new PoolName(from),
                        Given.text(source.project()).isEmpty()
                                ? Scope.DEFAULT
                                : new berth.model.ProjectName(Given.text(source.project())),
                        named[0]);
        if (snapshot != null) {
            engine.volumeSnapshots().require(original, snapshot);
        }
        var wanted = new Volume(
                pool.name(),
                original.kind(),
                original.project(),
                name,
                "",
                original.config(),
                original.createdAt(),
                null,
                null);
        if (source.refresh()
                && engine.shelves().volumes().find(Shelves.key(wanted)).isPresent()) {
            if (snapshot != null) {
                throw new HttpRefused(400, "A copy can be brought up to date with a volume, not with a snapshot");
            }
            return OperationTranslation.accepted(engine.operations()
                    .begin(
                            task("Copying storage volume", original),
                            _ -> engine.volumes().refresh(wanted, original, source.volumeOnly())));
        }
        engine.volumes().requireFree(wanted);
        var config = body.config() == null || body.config().isEmpty() ? null : Given.keys(body.config());
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        task("Copying storage volume", original),
                        _ -> engine.volumes().copy(original, snapshot, pool, name, config, source.volumeOnly())));
    }

    private Reply show(Exchange exchange) {
        Volume volume = any(exchange);
        return new Reply.Data(
                VolumeTranslation.toWire(engine, volume),
                VolumeTranslation.etag(volume).quoted());
    }

    private Reply change(Exchange exchange, boolean whole) {
        Volume volume = custom(exchange, "changed");
        var body = exchange.json(StorageVolumePut.class);
        VolumeTranslation.etag(volume).check(exchange);
        String snapshot = Given.text(body.restore());
        if (!snapshot.isEmpty()) {
            engine.volumeSnapshots().restoreNow(volume, snapshot);
            return Reply.done();
        }
        engine.volumes()
                .update(
                        volume,
                        before -> before.with(
                                whole || body.description() != null
                                        ? Given.text(body.description())
                                        : before.description(),
                                Settings.merge(whole ? Map.of() : before.config(), Given.keys(body.config()))));
        return Reply.done();
    }

    private Reply rename(Exchange exchange) {
        Volume volume = custom(exchange, "renamed");
        var body = exchange.json(StorageVolumePost.class);
        String name = Given.text(body.name());
        if (name.isEmpty()) {
            throw new HttpRefused(400, "Missing volume name");
        }
        if (body.migration() || !Given.text(body.project()).isEmpty()) {
            throw new Refused(new Problem.Unsupported(
                    "Volumes cannot be moved to another server or project yet, only to another pool"));
        }
        String to = Given.text(body.pool());
        if (to.isEmpty() || to.equals(volume.pool().text())) {
            engine.volumes().rename(volume, name);
            return to.isEmpty()
                    ? new Reply.Created(VolumeTranslation.url(volume.named(name)))
                    : OperationTranslation.accepted(
                            engine.operations().begin(task("Moving storage volume", volume), _ -> {}));
        }
        Pool pool = engine.pools().require(new PoolName(to));
        return OperationTranslation.accepted(engine.operations()
                .begin(
                        task("Moving storage volume", volume),
                        _ -> engine.volumes().move(volume, pool, name, body.volumeOnly())));
    }

    private Reply delete(Exchange exchange) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        if (kind == VolumeKind.IMAGE) {
            throw new Refused(new Problem.Unsupported("Delete the image itself: its volume goes with it"));
        }
        if (kind != VolumeKind.CUSTOM) {
            throw new HttpRefused(
                    400,
                    "Storage volumes of type " + Quoted.of(kind.text()) + " cannot be deleted with the storage API");
        }
        engine.volumes().delete(custom(exchange, "deleted"));
        return Reply.done();
    }

    private Reply state(Exchange exchange) {
        Volume volume = any(exchange);
        if (volume.kind() != VolumeKind.CUSTOM) {
            return Reply.of(new StorageVolumeState(null));
        }
        Volumes.Usage usage = engine.volumes().usage(volume);
        return Reply.of(new StorageVolumeState(new StorageVolumeState.Usage(Math.max(0, usage.used()), usage.total())));
    }

    /** A custom volume; the others follow from instances and images. */
    private Volume custom(Exchange exchange, String verb) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        var _ = pool(exchange);
        if (kind != VolumeKind.CUSTOM) {
            throw new HttpRefused(
                    400,
                    "Storage volumes of type " + Quoted.of(kind.text()) + " cannot be " + verb
                            + " here: they follow from their instances and images");
        }
        return custom(engine, exchange);
    }

    private Volume any(Exchange exchange) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        var project = Scope.of(exchange);
        return engine.pools().volumes(pool(exchange)).stream()
                .filter(it -> it.kind() == kind
                        && it.project().equals(project)
                        && it.name().equals(exchange.segment("volume")))
                .findFirst()
                .orElseThrow(() -> Refused.missing("Storage pool volume not found"));
    }

    /** The custom volume of the path; refuses when there is none. */
    static Volume custom(UseCases engine, Exchange exchange) {
        return engine.volumes().require(pool(engine, exchange).name(), Scope.of(exchange), exchange.segment("volume"));
    }

    private Pool pool(Exchange exchange) {
        return pool(engine, exchange);
    }

    private static Pool pool(UseCases engine, Exchange exchange) {
        try {
            return engine.pools().require(new PoolName(exchange.segment("pool")));
        } catch (Refused notAName) {
            throw Refused.missing("Storage pool not found");
        }
    }

    static OperationRequest task(String description, Volume volume) {
        return OperationRequest.task(
                description, Map.of("storage_volumes", List.of(Volumes.url(volume))), volume.project());
    }
}
