package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.List;

/** {@code berth copy} and {@code berth move}: an instance, or a snapshot of one, under another name or in another pool. */
final class CopyInstance implements Command {
    static final List<Flag> COPY = List.of(
            Flag.many("config", 'c', "KEY=VALUE", "a configuration key of the copy"),
            Flag.many("device", 'd', "DEVICE,KEY=VALUE", "a key of a device of the copy"),
            Flag.many("profile", 'p', "PROFILE", "a profile to use instead of the original's"),
            Flag.on("no-profiles", '\0', "use no profile at all"),
            Flag.one("storage", 's', "POOL", "the storage pool of the copy"),
            Flag.on("ephemeral", 'e', "delete the copy once it stops"),
            Flag.on("instance-only", '\0', "leave the snapshots out"),
            Flag.on("refresh", '\0', "bring a copy that is there up to date: root and snapshots, not its settings"));
    static final List<Flag> MOVE = List.of(
            Flag.one("storage", 's', "POOL", "the storage pool to move to"),
            Flag.on("instance-only", '\0', "leave the snapshots behind, which deletes them"));

    private final boolean move;

    CopyInstance(boolean move) {
        this.move = move;
    }

    @Override
    public int run(Call call) throws IOException {
        return move ? move(call) : copy(call);
    }

    private static int copy(Call call) throws IOException {
        String from = call.name(0);
        String to = call.count() > 1 ? call.name(1) : "";
        Json source = Json.object()
                .with("type", "copy")
                .with("source", from)
                .with("instance_only", Json.of(call.has("instance-only")))
                .with("refresh", Json.of(call.has("refresh")));
        int slash = from.indexOf('/');
        Json original = call.server().get(Kind.INSTANCE.path(slash < 0 ? from : from.substring(0, slash)));
        Json plain = Json.object()
                .with("name", to)
                .with("type", original.text("type"))
                .with("ephemeral", Json.of(call.has("ephemeral")))
                .with("config", InstanceBody.config(call, Json.object()))
                .with("devices", devices(call, original))
                .with("source", source);
        Json body = InstanceBody.profiles(call, plain);
        String what = "Copying " + from;
        Json ended = Following.run(call, what, () -> call.server().post("/1.0/instances", body));
        if (to.isEmpty()) {
            to = InstanceBody.made(ended);
        }
        call.say("Instance " + from + " copied to " + to);
        return 0;
    }

    private static Json devices(Call call, Json original) throws IOException {
        Json devices = Json.object();
        String pool = call.find("storage");
        if (pool != null) {
            Json root = Json.object().with("type", "disk").with("path", "/");
            String name = "root";
            for (var device : original.at("expanded_devices").fields().entrySet()) {
                if (device.getValue().text("path").equals("/")) {
                    root = device.getValue();
                    name = device.getKey();
                }
            }
            devices = devices.with(name, root.with("pool", Call.local(pool)));
        }
        return InstanceBody.devices(call, devices, name -> {
            Json device = original.at("expanded_devices").at(name);
            return device.isNull() ? Json.object() : device;
        });
    }

    private static int move(Call call) throws IOException {
        String from = call.name(0);
        String to = call.count() > 1 ? call.name(1) : from;
        String pool = call.find("storage");
        if (from.indexOf('/') > 0) {
            int slash = from.indexOf('/');
            call.finish(call.server()
                    .post(
                            Server.path("instances", from.substring(0, slash), "snapshots", from.substring(slash + 1)),
                            Json.object().with("name", to.substring(to.indexOf('/') + 1))));
            call.say("Snapshot " + from + " renamed to " + to.substring(to.indexOf('/') + 1));
            return 0;
        }
        if (pool == null && to.equals(from)) {
            throw new Usage("say where to: another name, or --storage POOL");
        }
        Json body = Json.object().with("name", to);
        if (pool != null) {
            body = body.with("migration", Json.of(true))
                    .with("live", Json.of(false))
                    .with("instance_only", Json.of(call.has("instance-only")))
                    .with("pool", Call.local(pool));
        }
        Json whole = body;
        Following.run(call, "Moving " + from, () -> call.server().post(Kind.INSTANCE.path(from), whole));
        call.say("Instance " + from + " moved to " + (pool == null ? to : to + " in " + Call.local(pool)));
        return 0;
    }
}
