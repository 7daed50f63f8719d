package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code berth storage volume …} but for its list: a custom volume is named by its pool and its name. */
final class Volumes implements Command {
    private final String verb;

    Volumes(String verb) {
        this.verb = verb;
    }

    @Override
    public int run(Call call) throws IOException {
        String pool = call.name(0);
        String name = call.word(1);
        switch (verb) {
            case "create" -> create(call, pool, name);
            case "show" -> call.terminal().out().print(Yaml.write(call.server().get(path(pool, name))));
            case "info" -> info(call, pool, name);
            case "get" ->
                call.print(call.server().get(path(pool, name)).at("config").text(call.word(2)));
            case "set" -> {
                var pairs = Pairs.of(call, call.words(2));
                change(call, path(pool, name), config -> {
                    Json changed = config;
                    for (var pair : pairs.entrySet()) {
                        changed = changed.with(pair.getKey(), pair.getValue());
                    }
                    return changed;
                });
            }
            case "unset" -> change(call, path(pool, name), config -> config.without(call.word(2)));
            case "rename" -> {
                call.finish(call.server().post(path(pool, name), Json.object().with("name", call.word(2))));
                call.say("Storage volume " + name + " renamed to " + call.word(2));
            }
            case "delete" -> {
                call.finish(call.server().delete(path(pool, name)));
                call.say("Storage volume " + name + " deleted");
            }
            case "copy" -> copy(call);
            case "move" -> move(call);
            case "snapshot" -> snapshot(call, pool, name);
            default -> {
                Json restore = Json.object().with("restore", call.word(2));
                call.finish(call.server().put(path(pool, name), restore, ""));
            }
        }
        return 0;
    }

    private static void create(Call call, String pool, String name) throws IOException {
        Json body = Json.object().with("name", name).with("config", Json.of(Pairs.of(call, call.words(2))));
        call.finish(call.server().post(Server.path("storage-pools", pool, "volumes", "custom"), body));
        call.say("Storage volume " + name + " created");
    }

    private static void info(Call call, String pool, String name) throws IOException {
        Json volume = call.server().get(path(pool, name));
        Json usage = call.server().get(path(pool, name) + "/state").at("usage");
        Json info = Json.object().with("name", name).with("description", volume.text("description"));
        if (usage.number("used") > 0) {
            info = info.with("used", Units.binary(usage.number("used")));
        }
        if (usage.number("total") > 0) {
            info = info.with("limit", Units.binary(usage.number("total")));
        }
        var snapshots = call.server().get(path(pool, name) + "/snapshots?recursion=1").items().stream()
                .map(it -> it.text("name").substring(it.text("name").indexOf('/') + 1))
                .toList();
        info = info.with("snapshots", Json.of(snapshots)).with("used by", volume.at("used_by"));
        call.terminal().out().print(Yaml.write(info));
    }

    private static void change(Call call, String path, UnaryOperator<Json> edit) throws IOException {
        var reply = call.server().fetch(path);
        Json changed = Json.object()
                .with("description", reply.metadata().text("description"))
                .with("config", edit.apply(reply.metadata().at("config")));
        call.finish(call.server().put(path, changed, reply.etag()));
    }

    private static void copy(Call call) throws IOException {
        String[] from = place(call.word(0));
        String[] to = place(call.word(1));
        Json source = Json.object().with("type", "copy").with("pool", from[0]).with("name", from[1]);
        if (call.has("volume-only")) {
            source = source.with("volume_only", Json.of(true));
        }
        Json body = Json.object().with("name", to[1]).with("source", source);
        call.finish(call.server().post(Server.path("storage-pools", to[0], "volumes", "custom"), body));
        call.say("Storage volume " + from[1] + " copied");
    }

    private static void move(Call call) throws IOException {
        String[] from = place(call.word(0));
        String[] to = place(call.word(1));
        Json body = Json.object().with("name", to[1]);
        if (!from[0].equals(to[0])) {
            body = body.with("pool", to[0]);
        }
        if (call.has("volume-only")) {
            body = body.with("volume_only", Json.of(true));
        }
        call.finish(call.server().post(path(from[0], from[1]), body));
        call.say("Storage volume " + from[1] + " moved");
    }

    private static void snapshot(Call call, String pool, String name) throws IOException {
        Json body = Json.object();
        if (call.count() > 2) {
            body = body.with("name", call.word(2));
        }
        call.finish(call.server().post(path(pool, name) + "/snapshots", body));
    }

    private static String[] place(String word) throws Usage {
        int slash = word.indexOf('/');
        if (slash <= 0 || slash == word.length() - 1) {
            throw new Usage("a volume is named by its pool and its name, as default/data, not \"" + word + "\"");
        }
        return new String[] {word.substring(0, slash), word.substring(slash + 1)};
    }

    /** Where a volume is, or one of its snapshots when the name has a slash. */
    private static String path(String pool, String name) {
        int slash = name.indexOf('/');
        return slash < 0
                ? Server.path("storage-pools", pool, "volumes", "custom", name)
                : Server.path(
                        "storage-pools",
                        pool,
                        "volumes",
                        "custom",
                        name.substring(0, slash),
                        "snapshots",
                        name.substring(slash + 1));
    }

    /** The verbs in the order of the help. */
    static final List<String> VERBS = List.of(
            "create", "show", "info", "get", "set", "unset", "rename", "copy", "move", "snapshot", "restore", "delete");
}
