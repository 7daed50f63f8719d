package berth.rest;

import berth.engine.storage.Pools;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.rest.http.Exchange;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.StoragePoolPut;
import berth.wire.StoragePoolsPost;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** {@code /1.0/storage-pools}, with their volumes to look at. */
final class PoolRoutes {
    private final Pools pools;

    PoolRoutes(Pools pools) {
        this.pools = pools;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/1.0/storage-pools", this::list),
                Route.post("/1.0/storage-pools", this::create),
                Route.get("/1.0/storage-pools/{pool}", this::show),
                Route.put("/1.0/storage-pools/{pool}", it -> change(it, PoolTranslation::put)),
                Route.patch("/1.0/storage-pools/{pool}", it -> change(it, PoolTranslation::patch)),
                Route.delete("/1.0/storage-pools/{pool}", this::delete),
                Route.get("/1.0/storage-pools/{pool}/resources", this::resources),
                Route.get("/1.0/storage-pools/{pool}/volumes", it -> volumes(it, _ -> true)),
                Route.get("/1.0/storage-pools/{pool}/volumes/{type}", this::volumesOfType),
                Route.get("/1.0/storage-pools/{pool}/volumes/{type}/{volume}", this::volume));
    }

    private Reply list(Exchange exchange) {
        return Listing.of(exchange, pools.list(), it -> url(it.name()), this::wire);
    }

    private Reply create(Exchange exchange) {
        Pool pool = pools.create(PoolTranslation.toPool(exchange.json(StoragePoolsPost.class)));
        return new Reply.Created(url(pool.name()));
    }

    private Reply show(Exchange exchange) {
        Pool pool = require(exchange);
        return new Reply.Data(wire(pool), PoolTranslation.etag(pool).quoted());
    }

    private Reply change(Exchange exchange, BiFunction<Pool, StoragePoolPut, Pool> edit) {
        Pool pool = require(exchange);
        var body = exchange.json(StoragePoolPut.class);
        pools.update(pool.name(), before -> {
            PoolTranslation.etag(before).check(exchange);
            return edit.apply(before, body);
        });
        return Reply.done();
    }

    private Reply delete(Exchange exchange) {
        pools.delete(require(exchange).name());
        return Reply.done();
    }

    private Reply resources(Exchange exchange) {
        return Reply.of(PoolTranslation.toWire(pools.space(require(exchange))));
    }

    private Reply volumesOfType(Exchange exchange) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        return volumes(exchange, it -> it.kind() == kind);
    }

    private Reply volumes(Exchange exchange, Predicate<Volume> which) {
        boolean all = Scope.all(exchange);
        var project = Scope.of(exchange);
        var chosen = pools.volumes(require(exchange)).stream()
                .filter(it -> all || it.project().equals(project))
                .filter(which)
                .toList();
        return Listing.filtered(exchange, chosen, PoolRoutes::url, PoolTranslation::toWire);
    }

    private Reply volume(Exchange exchange) {
        VolumeKind kind = VolumeKind.of(exchange.segment("type"));
        var project = Scope.of(exchange);
        Volume volume = pools.volumes(require(exchange)).stream()
                .filter(it -> it.kind() == kind
                        && it.project().equals(project)
                        && it.name().equals(exchange.segment("volume")))
                .findFirst()
                .orElseThrow(() -> Refused.missing("Storage pool volume not found"));
        return new Reply.Data(
                PoolTranslation.toWire(volume),
                Etag.of(volume.name(), volume.kind().text(), volume.config()).quoted());
    }

    private Pool require(Exchange exchange) {
        try {
            return pools.require(new PoolName(exchange.segment("pool")));
        } catch (Refused notAName) {
            throw Refused.missing("Storage pool not found");
        }
    }

    private berth.wire.StoragePool wire(Pool pool) {
        return PoolTranslation.toWire(pool, pools.usedBy(pool.name()));
    }

    private static String url(PoolName name) {
        return "/1.0/storage-pools/" + Percent.encode(name.text());
    }

    private static String url(Volume volume) {
        return url(volume.pool()) + "/volumes/" + volume.kind().text() + "/" + Percent.encode(volume.name())
                + Scope.query(volume.project());
    }
}
