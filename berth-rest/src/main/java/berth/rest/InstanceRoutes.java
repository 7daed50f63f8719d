package berth.rest;

import berth.engine.UseCases;
import berth.engine.instance.InstanceView;
import berth.engine.instance.Origin;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstancePost;
import berth.wire.InstancePut;
import berth.wire.InstanceRebuild;
import berth.wire.InstanceStatePut;
import berth.wire.InstancesPost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** {@code /1.0/instances}, and its older names: make, show, change, state, rename, delete. */
final class InstanceRoutes {
    private final UseCases engine;
    private final InstanceCreation creation;

    InstanceRoutes(UseCases engine, InstanceCreation creation) {
        this.engine = engine;
        this.creation = creation;
    }

    List<Route> routes(InstancePrefix prefix) {
        String all = prefix.path();
        String one = all + "/{name}";
        return List.of(
                Route.get(all, it -> list(prefix, it)),
                Route.post(all, it -> create(prefix, it)),
                Route.get(one, it -> show(prefix, it)),
                Route.put(one, it -> put(prefix, it)),
                Route.patch(one, it -> patch(prefix, it)),
                Route.post(one, it -> rename(prefix, it)),
                Route.delete(one, it -> delete(prefix, it)),
                Route.post(one + "/rebuild", it -> rebuild(prefix, it)),
                Route.get(one + "/state", it -> state(prefix, it)),
                Route.put(one + "/state", it -> changeState(prefix, it)));
    }

    private Reply list(InstancePrefix prefix, Exchange exchange) {
        List<InstanceView> views = Scope.all(exchange)
                ? engine.instances().listAll()
                : engine.instances().list(Scope.of(exchange));
        boolean full = exchange.recursion() > 1;
        return Listing.filtered(
                exchange,
                views.stream().filter(it -> prefix.shows(it.instance())).toList(),
                it -> prefix.url(it.instance()),
                it -> full ? full(it) : InstanceTranslation.toWire(it));
    }

    private Reply create(InstancePrefix prefix, Exchange exchange) throws IOException {
        var project = Scope.existing(exchange);
        if (exchange.header("Content-Type").orElse("").startsWith("application/octet-stream")) {
            return restore(project, exchange);
        }
        var body = exchange.json(InstancesPost.class);
        var draft = creation.toDraft(project, prefix, body);
        boolean refresh = body.source() != null && body.source().refresh();
        InstanceName name = draft.name();
        if (refresh
                && draft.origin() instanceof Origin.OfInstance from
                && name != null
                && engine.shelves().instance(project, name).isPresent()) {
            return OperationTranslation.accepted(engine.refreshInstance().refresh(project, name, from));
        }
        return OperationTranslation.accepted(engine.createInstance().create(draft));
    }

    private Reply restore(ProjectName project, Exchange exchange) throws IOException {
        Path received;
        try (InputStream body = exchange.body()) {
            received = engine.importBackup().files().receive(body);
        }
        return OperationTranslation.accepted(engine.importBackup()
                .start(
                        project,
                        received,
                        exchange.header("X-LXD-name").orElse(""),
                        exchange.header("X-LXD-pool").orElse("")));
    }

    private Reply show(InstancePrefix prefix, Exchange exchange) {
        InstanceView view = prefix.show(engine.instances(), exchange);
        return new Reply.Data(
                exchange.recursion() > 0 ? full(view) : InstanceTranslation.toWire(view),
                InstanceTranslation.etag(view.instance()).quoted());
    }

    private Reply put(InstancePrefix prefix, Exchange exchange) {
        Instance before = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstancePut.class);
        if (!Given.text(body.restore()).isEmpty()) {
            String snapshot = body.restore() + "";
            if (body.stateful()) {
                throw engine.runningState().refusal(before, snapshot.substring(snapshot.indexOf('/') + 1));
            }
            return OperationTranslation.accepted(engine.snapshots()
                    .restore(before.project(), before.name(), snapshot.substring(snapshot.indexOf('/') + 1)));
        }
        InstanceTranslation.etag(before).check(exchange);
        var byHand = Scope.byHand(exchange);
        return OperationTranslation.accepted(engine.updateInstance()
                .update(
                        before.project(),
                        before.name(),
                        now -> byHand.checked(now, InstanceTranslation.toPut(now, body))));
    }

    private Reply patch(InstancePrefix prefix, Exchange exchange) {
        Instance named = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstancePut.class);
        engine.updateInstance()
                .updateNow(
                        named.project(),
                        named.name(),
                        before -> {
                            InstanceTranslation.etag(before).check(exchange);
                            return Scope.byHand(exchange).checked(before, InstanceTranslation.toPatch(before, body));
                        },
                        null);
        return Reply.done();
    }

    private Reply rename(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstancePost.class);
        String to = Given.text(body.name());
        if (body.migration()) {
            return move(instance, body);
        }
        if (to.isEmpty() || to.equals(instance.name().text())) {
            throw new Refused(
                    new Problem.Taken("Name " + Quoted.of(instance.name().text()) + " already in use"));
        }
        Scope.byHand(exchange).whole("instance " + instance.name(), instance.declared());
        return OperationTranslation.accepted(
                engine.renameInstance().rename(instance.project(), instance.name(), new InstanceName(to)));
    }

    /** As LXD has it since 5.12; what the root was is kept as a snapshot. */
    private Reply rebuild(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var source = exchange.json(InstanceRebuild.class).source();
        if (source == null || !"image".equals(source.type())) {
            throw new HttpRefused(400, "An instance can be rebuilt from an image only");
        }
        Scope.byHand(exchange).whole("instance " + instance.name(), instance.declared());
        return OperationTranslation.accepted(engine.rebuildInstance()
                .rebuild(instance.project(), instance.name(), creation.image(instance.project(), source)));
    }

    private Reply move(Instance instance, InstancePost body) {
        if (Given.text(body.pool()).isEmpty() || !Given.text(body.project()).isEmpty() || body.target() != null) {
            throw new Refused(new Problem.Unsupported(
                    "Instances cannot be moved to another server or project yet, only to another storage pool"));
        }
        String to = Given.text(body.name());
        return OperationTranslation.accepted(engine.moveInstance()
                .move(
                        instance.project(),
                        instance.name(),
                        to.isEmpty() ? instance.name() : new InstanceName(to),
                        engine.pools().require(new PoolName(Given.text(body.pool()))),
                        body.instanceOnly() || body.containerOnly()));
    }

    private Reply delete(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        Scope.byHand(exchange).deletion("instance " + instance.name(), instance.declared());
        return OperationTranslation.accepted(engine.deleteInstance().delete(instance.project(), instance.name()));
    }

    private Reply state(InstancePrefix prefix, Exchange exchange) {
        return Reply.of(StateTranslation.toWire(engine.instances(), prefix.show(engine.instances(), exchange)));
    }

    private Reply changeState(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstanceStatePut.class);
        var project = instance.project();
        var name = instance.name();
        if (body.stateful()) {
            throw engine.runningState().refusal(instance);
        }
        return OperationTranslation.accepted(
                switch (Given.text(body.action())) {
                    case "start" -> engine.startInstance().start(project, name);
                    case "stop" -> engine.stopInstance().stop(project, name, InstanceTranslation.manner(body));
                    case "restart" -> engine.restartInstance().restart(project, name, InstanceTranslation.manner(body));
                    case "freeze" -> engine.freezeInstance().freeze(project, name);
                    case "unfreeze" -> engine.freezeInstance().thaw(project, name);
                    case String unknown -> throw new HttpRefused(400, "Unknown action: '" + shown(unknown) + "'");
                });
    }

    private Object full(InstanceView view) {
        return InstanceTranslation.toFull(
                view,
                StateTranslation.toWire(engine.instances(), view),
                engine.snapshots().list(view.instance()).stream()
                        .map(it -> SnapshotTranslation.toWire(
                                it, engine.instances().effective(it.instance())))
                        .toList(),
                engine.backups().list(view.instance()).stream()
                        .map(BackupRoutes::wire)
                        .toList());
    }

    static String shown(String text) {
        String quoted = Quoted.of(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
