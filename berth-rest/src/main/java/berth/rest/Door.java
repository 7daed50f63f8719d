package berth.rest;

import berth.engine.UseCases;
import berth.engine.image.ImageUseCases;
import berth.rest.http.HttpRefused;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.rest.http.Router;
import berth.rest.http.UnixServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The door: open from construction until it is closed. */
public final class Door implements AutoCloseable {
    private final UnixServer server;

    /** Opens it. */
    public Door(DoorSettings settings, UseCases engine) throws IOException {
        var routes = new ArrayList<Route>();
        for (Route route : routes(settings, engine)) {
            routes.add(guarded(settings, route));
        }
        server = new UnixServer(new Router(routes), settings.socket(), settings.group(), settings.inherited());
    }

    /** Every route of the house. */
    static List<Route> routes(DoorSettings settings, UseCases engine) {
        ImageUseCases images = engine.images();
        var sessions = new ExecSessions();
        var instances = new InstanceRoutes(
                engine,
                new InstanceCreation((project, source) ->
                        ImageTranslation.find(images.images(), images.aliases(), project, source)));
        var snapshots = new SnapshotRoutes(engine);
        var backups = new BackupRoutes(engine);
        var bulk = new BulkRoutes(engine);
        var exec = new ExecRoutes(engine.execInstance(), engine.instances(), engine.operations(), sessions);
        var console = new ConsoleRoutes(engine.consoles(), engine.instances(), engine.operations(), sessions);
        var logs = new LogRoutes(engine.instances());
        var files = new FileRoutes(engine.instances(), engine.instanceFiles());
        var metadata = new MetadataRoutes(engine.instances(), engine.instanceMetadata());
        var routes = new ArrayList<Route>();
        routes.addAll(new ServerRoutes(engine).routes());
        routes.addAll(new WarningRoutes(engine.warnings()).routes());
        routes.addAll(new MetricsRoutes(engine.readMetrics()).routes());
        for (InstancePrefix prefix : InstancePrefix.ALL) {
            routes.addAll(instances.routes(prefix));
            routes.addAll(bulk.routes(prefix));
            routes.addAll(snapshots.routes(prefix));
            routes.addAll(backups.routes(prefix));
            routes.addAll(exec.routes(prefix));
            routes.addAll(console.routes(prefix));
            routes.addAll(logs.routes(prefix));
            routes.addAll(files.routes(prefix));
            routes.addAll(metadata.routes(prefix));
        }
        routes.addAll(files.sftp());
        routes.addAll(new ImageRoutes(images, engine.publishInstance()).routes());
        routes.addAll(new AliasRoutes(images.aliases()).routes());
        routes.addAll(new ProfileRoutes(engine.profiles()).routes());
        routes.addAll(new NetworkRoutes(engine.networks(), new HostInterfaces()).routes());
        routes.addAll(new PoolRoutes(engine.pools()).routes());
        routes.addAll(new VolumeRoutes(engine).routes());
        routes.addAll(new VolumeSnapshotRoutes(engine).routes());
        routes.addAll(new VolumeBackupRoutes(engine).routes());
        routes.addAll(new ProjectRoutes(engine).routes());
        routes.addAll(new OperationRoutes(engine.operations(), sessions).routes());
        routes.addAll(new EventRoutes(engine.events()).routes());
        routes.addAll(new SiteRoutes(engine).routes());
        routes.addAll(new BerthRoutes(engine).routes());
        routes.addAll(new SessionRoutes(engine.sessions(), engine.instances()).routes());
        routes.addAll(FixedRoutes.routes());
        routes.addAll(internal(settings));
        return routes;
    }

    /** For {@code berthd waitready} and {@code berthd shutdown}. */
    private static List<Route> internal(DoorSettings settings) {
        return List.of(
                Route.get("/internal/ready", _ -> Reply.done()), //
                Route.put("/internal/shutdown", _ -> {
                    settings.onShutdown().run();
                    return Reply.done();
                }));
    }

    /** While the daemon goes down only looking is allowed, and following what goes on. */
    private static Route guarded(DoorSettings settings, Route route) {
        boolean always = route.method().equals("GET")
                || route.pattern().equals("/1.0")
                || route.pattern().startsWith("/1.0/operations")
                || route.pattern().startsWith("/internal/");
        return always
                ? route
                : new Route(route.method(), route.pattern(), exchange -> {
                    if (settings.stopping().getAsBoolean()) {
                        throw new HttpRefused(503, "Berth is shutting down");
                    }
                    return route.handler().answer(exchange);
                });
    }

    /** Lets nobody in any more and removes the socket. */
    @Override
    public void close() {
        server.close();
    }
}
