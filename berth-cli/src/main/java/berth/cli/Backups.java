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
import org.jspecify.annotations.Nullable;

/** An instance or a custom volume as a file, and a file as one of these. */
final class Backups {
    private static final Flag COMPRESSION =
            Flag.one("compression", '\0', "NAME", "gzip (the default), zstd, xz, bzip2, lzma, squashfs or none");

    private Backups() {}

    /** Has a backup of what is at the path packed, fetches it and has it deleted; returns the file that it is in. */
    private static Path export(Call call, String of, String name, String alone, Path given) throws IOException {
        Path target = Files.isDirectory(given) ? given.resolve(name + ".tar.gz") : given;
        String compression = call.find("compression");
        Json body = Json.object()
                .with("name", "")
                .with("expires_at", Instant.now().plus(1, ChronoUnit.DAYS).toString())
                .with(alone.replace('-', '_'), Json.of(call.has(alone)))
                .with("compression_algorithm", compression == null ? "" : compression);
        Json ended = Following.run(call, "Packing " + name, () -> call.server().post(of + "/backups", body));
        List<String> made = ended.at("resources").at("backups").texts();
        if (made.isEmpty()) {
            throw new IOException("the server did not say what it has packed");
        }
        String one = of + "/backups/" + made.get(0).substring(made.get(0).lastIndexOf('/') + 1);
        try (var response = call.server().raw("GET", one + "/export", new Headers(), null)) {
            if (response.status() >= 400) {
                var _ = Server.open(response);
            }
            ExportImage.save(call, "Exporting " + name, response.body(), target);
        } finally {
            call.finish(call.server().delete(one));
        }
        return target;
    }

    /** Makes an instance of a backup; without a name or pool it has those that the backup says. */
    static void importOf(Call call, Path file, @Nullable String name, @Nullable String pool) throws IOException {
        var headers = new Headers();
        if (name != null) {
            headers.set("x-lxd-name", name);
        }
        if (pool != null) {
            headers.set("x-lxd-pool", Call.local(pool));
        }
        Json ended = send(call, file, "/1.0/instances", headers);
        call.say("Instance " + InstanceBody.made(ended) + " imported");
    }

    /** Sends a backup's file; returns the operation as it ended. */
    private static Json send(Call call, Path file, String to, Headers headers) throws IOException {
        headers.set("content-type", "application/octet-stream");
        return Following.run(
                call,
                "Importing " + file,
                () -> Server.open(call.server()
                        .raw(
                                "POST",
                                to,
                                headers,
                                ImportImage.counted(call, "Transferring the backup", Body.of(file)))));
    }

    /** {@code berth storage volume export}. */
    static final class ExportVolume implements Command {
        static final List<Flag> FLAGS = List.of(Flag.on("volume-only", '\0', "leave the snapshots out"), COMPRESSION);

        @Override
        public int run(Call call) throws IOException {
            String pool = call.name(0);
            String name = call.word(1);
            Path given = Path.of(call.count() > 2 ? call.word(2) : name + ".tar.gz");
            String of = Server.path("storage-pools", pool, "volumes", "custom", name);
            call.say("Storage volume " + name + " exported to " + export(call, of, name, "volume-only", given));
            return 0;
        }
    }

    /** {@code berth storage volume import}. */
    static final class ImportVolume implements Command {
        @Override
        public int run(Call call) throws IOException {
            Path file = ImportImage.readable(call.word(1));
            var headers = new Headers();
            if (call.count() > 2) {
                headers.set("x-lxd-name", call.word(2));
            }
            Json ended = send(call, file, Server.path("storage-pools", call.name(0), "volumes", "custom"), headers);
            String made =
                    String.join("", ended.at("resources").at("storage_volumes").texts());
            call.say("Storage volume " + made.substring(made.lastIndexOf('/') + 1) + " imported");
            return 0;
        }
    }

    /** {@code berth export}. The server's copy goes afterwards, or with its time if we do not live to see that. */
    static final class Export implements Command {
        static final List<Flag> FLAGS = List.of(Flag.on("instance-only", '\0', "leave the snapshots out"), COMPRESSION);

        @Override
        public int run(Call call) throws IOException {
            String name = call.name(0);
            Path given = Path.of(call.count() > 1 ? call.word(1) : name + ".tar.gz");
            Path target = export(call, Server.path("instances", name), name, "instance-only", given);
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
            importOf(call, file, call.count() > 1 ? call.name(1) : null, call.find("storage"));
            return 0;
        }
    }
}
