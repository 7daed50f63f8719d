package berth.cli;

import berth.client.Body;
import berth.client.Headers;
import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code berth export} and {@code berth import}: an instance as a file, and a file as an instance. */
final class Backups {
    private Backups() {}

    /** {@code berth export}. The server's copy goes afterwards, or with its time if we do not live to see that. */
    static final class Export implements Command {
        static final List<Flag> FLAGS = List.of(
                Flag.on("instance-only", '\0', "leave the snapshots out"),
                Flag.one("compression", '\0', "NAME", "gzip (the default), zstd, xz, bzip2, lzma or none"));

        @Override
        public int run(Call call) throws IOException {
            String name = call.name(0);
            Path target = Path.of(call.count() > 1 ? call.word(1) : name + ".tar.gz");
            if (Files.isDirectory(target)) {
                target = target.resolve(name + ".tar.gz");
            }
            String given = call.find("compression");
            Json body = Json.object()
                    .with("name", "")
                    .with("expires_at", Instant.now().plus(1, ChronoUnit.DAYS).toString())
                    .with("instance_only", Json.of(call.has("instance-only")))
                    .with("compression_algorithm", given == null ? "" : given);
            String all = Server.path("instances", name, "backups");
            Json ended =
                    Following.run(call, "Packing " + name, () -> call.server().post(all, body));
            List<String> made = ended.at("resources").at("backups").texts();
            if (made.isEmpty()) {
                throw new IOException("the server did not say what it has packed");
            }
            String backup = made.get(0).substring(made.get(0).lastIndexOf('/') + 1);
            String one = Server.path("instances", name, "backups", backup);
            try (var response = call.server().raw("GET", one + "/export", new Headers(), null)) {
                if (response.status() >= 400) {
                    var _ = Server.open(response);
                }
                ExportImage.save(call, "Exporting " + name, response.body(), target);
            } finally {
                call.finish(call.server().delete(one));
            }
            call.say("Instance " + name + " exported to " + target);
            return 0;
        }
    }

    /** {@code berth import}. */
    static final class Import implements Command {
        static final List<Flag> FLAGS = List.of(Flag.one("storage", 's', "POOL", "the storage pool of the instance"));

        @Override
        public int run(Call call) throws IOException {
            Path file = ImportImage.readable(call.word(0));
            var headers = new Headers().set("content-type", "application/octet-stream");
            if (call.count() > 1) {
                headers.set("x-lxd-name", call.name(1));
            }
            String pool = call.find("storage");
            if (pool != null) {
                headers.set("x-lxd-pool", Call.local(pool));
            }
            String what = "Transferring the backup";
            Json ended = Following.run(
                    call,
                    "Importing " + file,
                    () -> Server.open(call.server()
                            .raw("POST", "/1.0/instances", headers, ImportImage.counted(call, what, Body.of(file)))));
            call.say("Instance " + InstanceBody.made(ended) + " imported");
            return 0;
        }
    }
}
