package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.List;

/** {@code berth publish}: a stopped instance, or a snapshot, becomes an image. */
final class Publish implements Command {
    private static final long PATIENCE = 30;

    static final List<Flag> FLAGS = List.of(
            Flag.many("alias", '\0', "ALIAS", "a name for the image; one that is taken moves to it"),
            Flag.on("public", '\0', "let everybody have it"),
            Flag.on("force", 'f', "stop a running instance for it, and start it again"),
            Flag.one("compression", '\0', "NAME", "none, gzip, bzip2, lzma, xz, zstd or squashfs (default: gzip)"),
            Flag.one("expire", '\0', "WHEN", "when the image may go: 30d, \"1y 6m\" or 2030-12-31T00:00Z"));

    @Override
    public int run(Call call) throws IOException {
        String what = call.name(0);
        boolean snapshot = what.indexOf('/') >= 0;
        Json body = body(call, snapshot ? "snapshot" : "instance", what);
        boolean stopped = !snapshot && stopFor(call, what);
        Json ended;
        try {
            ended = Following.run(
                    call, "Publishing " + what, () -> call.server().post("/1.0/images", body));
        } finally {
            if (stopped) {
                ChangeState.act(call, what, "start", -1, false, false);
            }
        }
        call.print(
                "Instance published with fingerprint: " + ended.at("metadata").text("fingerprint"));
        return 0;
    }

    private static Json body(Call call, String type, String name) throws IOException {
        List<Json> aliases = call.all("alias").stream()
                .map(it -> Json.object().with("name", it))
                .toList();
        Json body = Json.object()
                .with("source", Json.object().with("type", type).with("name", name))
                .with("properties", Pairs.into(Json.object(), call, call.words(1)))
                .with("public", Json.of(call.has("public")))
                .with("aliases", new Json.Arr(aliases))
                .with("compression_algorithm", call.option("compression", ""));
        return call.has("expire") ? body.with("expires_at", Snapshots.when(call.option("expire", ""))) : body;
    }

    /** Whether it ran and is stopped now. */
    private static boolean stopFor(Call call, String name) throws IOException {
        Json instance = call.server().get(Kind.INSTANCE.path(name));
        if (instance.text("status").equals("Stopped")) {
            return false;
        }
        if (!call.has("force")) {
            throw new Usage(name + " is running: stop it first, use --force, or publish a snapshot of it");
        }
        if (instance.at("ephemeral").truth()) {
            throw new Usage(name + " would be deleted when it stops: publish a snapshot of it");
        }
        ChangeState.act(call, name, "stop", PATIENCE, false, false);
        return true;
    }
}
