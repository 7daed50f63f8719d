package berth.rest;

import berth.engine.UseCases;
import berth.model.Instance;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceSnapshotPost;
import berth.wire.InstanceSnapshotPut;
import berth.wire.InstanceSnapshotsPost;
import java.util.List;

/** {@code /1.0/instances/{name}/snapshots}. */
final class SnapshotRoutes {
    private final UseCases engine;

    SnapshotRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes(InstancePrefix prefix) {
        String all = prefix.path() + "/{name}/snapshots";
        String one = all + "/{snapshot}";
        return List.of(
                Route.get(all, it -> list(prefix, it)),
                Route.post(all, it -> take(prefix, it)),
                Route.get(one, it -> show(prefix, it)),
                Route.put(one, it -> expire(prefix, it)),
                Route.patch(one, it -> expire(prefix, it)),
                Route.post(one, it -> rename(prefix, it)),
                Route.delete(one, it -> delete(prefix, it)));
    }

    private Reply list(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        return Listing.of(
                exchange,
                engine.snapshots().list(instance),
                it -> prefix.path() + "/" + instance.name() + "/snapshots/" + it.name()
                        + Scope.query(instance.project()),
                this::wire);
    }

    private Reply take(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstanceSnapshotsPost.class);
        if (body.stateful()) {
            throw engine.runningState().refusal(instance);
        }
        return OperationTranslation.accepted(engine.snapshots()
                .take(
                        instance.project(),
                        instance.name(),
                        Given.text(body.name()),
                        SnapshotTranslation.expiry(body.expiresAt())));
    }

    private Reply show(InstancePrefix prefix, Exchange exchange) {
        Snapshot snapshot = require(prefix, exchange);
        return new Reply.Data(wire(snapshot), Etag.of(snapshot.expiresAt()).quoted());
    }

    private Reply expire(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        Snapshot snapshot = require(prefix, exchange);
        var body = exchange.json(InstanceSnapshotPut.class);
        Etag.of(snapshot.expiresAt()).check(exchange);
        return OperationTranslation.accepted(engine.snapshots()
                .expire(
                        instance.project(),
                        instance.name(),
                        snapshot.name(),
                        SnapshotTranslation.expiry(body.expiresAt())));
    }

    private Reply rename(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        Snapshot snapshot = require(prefix, exchange);
        var body = exchange.json(InstanceSnapshotPost.class);
        if (body.migration()) {
            throw new Refused(new Problem.Unsupported("Snapshots cannot be moved to another server yet"));
        }
        return OperationTranslation.accepted(engine.snapshots()
                .rename(instance.project(), instance.name(), snapshot.name(), Given.text(body.name())));
    }

    private Reply delete(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        return OperationTranslation.accepted(
                engine.snapshots().delete(instance.project(), instance.name(), exchange.segment("snapshot")));
    }

    private Snapshot require(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        return engine.snapshots().require(instance, exchange.segment("snapshot"));
    }

    private berth.wire.InstanceSnapshot wire(Snapshot snapshot) {
        return SnapshotTranslation.toWire(snapshot, engine.instances().effective(snapshot.instance()));
    }
}
