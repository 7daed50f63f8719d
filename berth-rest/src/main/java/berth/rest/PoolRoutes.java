package berth.rest;

import berth.engine.storage.Pools;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.Percent;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.StoragePoolPut;
import berth.wire.StoragePoolsPost;
import java.util.List;
import java.util.function.BiFunction;

/** {@code /1.0/storage-pools}; their volumes: {@link VolumeRoutes}. */
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
                Route.get("/1.0/storage-pools/{pool}/resources", this::resources));
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
            return Scope.byHand(exchange).checked(before, edit.apply(before, body));
        });
        return Reply.done();
    }

    private Reply delete(Exchange exchange) {
        Pool pool = require(exchange);
        Scope.byHand(exchange).deletion("pool " + pool.name(), pool.declared());
        pools.delete(pool.name());
        return Reply.done();
    }

    private Reply resources(Exchange exchange) {
        return Reply.of(PoolTranslation.toWire(pools.space(require(exchange))));
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
}
