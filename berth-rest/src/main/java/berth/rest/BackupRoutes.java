package berth.rest;

import berth.engine.UseCases;
import berth.model.Backup;
import berth.model.Instance;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.wire.InstanceBackup;
import berth.wire.InstanceBackupsPost;
import berth.wire.InstanceSnapshotPost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code /1.0/instances/{name}/backups}. */
final class BackupRoutes {
    private final UseCases engine;

    BackupRoutes(UseCases engine) {
        this.engine = engine;
    }

    List<Route> routes(InstancePrefix prefix) {
        String all = prefix.path() + "/{name}/backups";
        String one = all + "/{backup}";
        return List.of(
                Route.get(all, it -> list(prefix, it)),
                Route.post(all, it -> create(prefix, it)),
                Route.get(one, it -> Reply.of(wire(backup(prefix, it)))),
                Route.post(one, it -> rename(prefix, it)),
                Route.delete(one, it -> delete(prefix, it)),
                Route.get(one + "/export", it -> export(prefix, it)));
    }

    private Reply list(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        return Listing.of(
                exchange,
                engine.backups().list(instance),
                it -> prefix.path() + "/" + instance.name() + "/backups/" + it.name() + Scope.query(instance.project()),
                BackupRoutes::wire);
    }

    private Reply create(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstanceBackupsPost.class);
        return OperationTranslation.accepted(engine.backups()
                .create(
                        instance,
                        Given.text(body.name()),
                        SnapshotTranslation.expiry(body.expiresAt()),
                        Given.text(body.compressionAlgorithm()),
                        body.instanceOnly() || body.containerOnly(),
                        body.optimizedStorage()));
    }

    private Reply rename(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        var body = exchange.json(InstanceSnapshotPost.class);
        return OperationTranslation.accepted(
                engine.backups().rename(instance, backup(prefix, exchange), Given.text(body.name())));
    }

    private Reply delete(InstancePrefix prefix, Exchange exchange) {
        Instance instance = prefix.require(engine.instances(), exchange);
        return OperationTranslation.accepted(engine.backups().delete(instance, backup(prefix, exchange)));
    }

    private Reply export(InstancePrefix prefix, Exchange exchange) throws IOException {
        Backup backup = backup(prefix, exchange);
        Path file = engine.backups().file(prefix.require(engine.instances(), exchange), backup);
        return download(backup, file);
    }

    /** The file of a backup. */
    static Reply download(Backup backup, Path file) throws IOException {
        return new Reply.Download(
                backup.name(), Files.size(file), backup.createdAt(), Map.of(), () -> Files.newInputStream(file));
    }

    /** When a backup goes, in LXD's words. */
    static Instant expiry(Backup backup) {
        return backup.expiresAt().equals(Instant.EPOCH) ? SnapshotTranslation.NEVER : backup.expiresAt();
    }

    private Backup backup(InstancePrefix prefix, Exchange exchange) {
        return engine.backups().require(prefix.require(engine.instances(), exchange), exchange.segment("backup"));
    }

    static InstanceBackup wire(Backup backup) {
        return new InstanceBackup(
                backup.name(), backup.createdAt(), expiry(backup), backup.alone(), backup.alone(), backup.optimized());
    }
}
