package berth.cli;

import berth.client.Json;
import berth.client.Server;
import berth.client.ServerError;
import java.io.IOException;
import java.util.List;

/** {@code berth create}, {@code init} and {@code launch}: makes an instance, and starts it. */
final class CreateInstance implements Command {
    static final List<Flag> FLAGS = List.of(
            Flag.many("config", 'c', "KEY=VALUE", "a configuration key"),
            Flag.many("device", 'd', "DEVICE,KEY=VALUE", "a key of a device, also to override one of a profile"),
            Flag.many("profile", 'p', "PROFILE", "a profile to use instead of default"),
            Flag.on("no-profiles", '\0', "use no profile at all"),
            Flag.one("network", 'n', "NETWORK", "the network of eth0"),
            Flag.one("storage", 's', "POOL", "the storage pool of the root disk"),
            Flag.one("type", 't', "TYPE", "a size, as c2-m4 for two processors and 4 GiB"),
            Flag.on("ephemeral", 'e', "delete the instance once it stops"),
            Flag.on("empty", '\0', "make an instance without an image"),
            Flag.on("vm", '\0', "make a virtual machine"),
            Flag.one("target", '\0', "MEMBER", "the cluster member to use"),
            Flag.on("console", '\0', "not supported yet; use berth exec"));

    private final boolean start;

    CreateInstance(boolean start) {
        this.start = start;
    }

    @Override
    public int run(Call call) throws IOException {
        if (!start && OneGuest.isMeant(call)) {
            return OneGuest.create(call);
        }
        boolean empty = call.has("empty");
        if (!empty && call.count() == 0) {
            throw new Usage("an image is needed, as in: berth " + call.entry().path() + " debian/12 web1"
                    + "\nberth image list shows what there is");
        }
        if (empty && start) {
            throw new Usage("--empty makes an instance that cannot start: use berth create");
        }
        if (call.has("console")) {
            throw new Usage("--console is not supported yet: use berth exec");
        }
        int nameAt = empty ? 0 : 1;
        if (call.count() > nameAt + 1) {
            throw new Usage("too many arguments: " + call.word(nameAt + 1));
        }
        String name = call.count() > nameAt ? call.name(nameAt) : "";
        Json body = body(call, name, empty);
        call.say(name.isEmpty() ? (start ? "Launching the instance" : "Creating the instance") : "Creating " + name);
        String query = call.find("target") == null ? "" : "?target=" + Server.encoded(call.option("target", ""));
        Json ended = Following.run(
                call,
                name.isEmpty() ? "Creating the instance" : "Creating " + name,
                () -> call.server().post("/1.0/instances" + query, body));
        if (name.isEmpty()) {
            name = InstanceBody.made(ended);
            call.print("Instance name is: " + name);
        }
        if (start) {
            call.say("Starting " + name);
            ChangeState.act(call, name, "start", -1, false, false);
        }
        return 0;
    }

    private static Json body(Call call, String name, boolean empty) throws IOException {
        Json body = typed(call);
        body = body.with("name", name)
                .with("type", call.has("vm") ? "virtual-machine" : "container")
                .with("source", empty ? Json.object().with("type", "none") : image(call, call.name(0)));
        Json config = body.at("config").isNull() ? Json.object() : body.at("config");
        body = body.with("config", InstanceBody.config(call, config)).with("devices", devices(call, body));
        if (call.has("ephemeral")) {
            body = body.with("ephemeral", Json.of(true));
        }
        if (call.find("type") != null) {
            body = body.with("instance_type", call.option("type", ""));
        }
        return InstanceBody.profiles(call, body);
    }

    /** What was piped in as YAML, if anything. */
    private static Json typed(Call call) throws IOException {
        if (call.terminal().ttyIn()) {
            return Json.object();
        }
        Json typed = YamlText.read(call.terminal().everything());
        if (!typed.isNull() && !(typed instanceof Json.Obj)) {
            throw new Usage("the YAML on the input is no description of an instance: keys were expected");
        }
        for (String key : typed.fields().keySet()) {
            if (!Kind.INSTANCE.editable().contains(key)) {
                throw new Usage("the YAML on the input has the unknown key " + key
                        + Nearest.hint(key, Kind.INSTANCE.editable(), ""));
            }
        }
        return typed.isNull() ? Json.object() : typed;
    }

    private static Json image(Call call, String name) throws IOException {
        Json source = Json.object().with("type", "image");
        try {
            call.server().get(Server.path("images", "aliases", name));
            return source.with("alias", name);
        } catch (ServerError missing) {
            if (missing.code() != 404) {
                throw missing;
            }
        }
        try {
            return source.with(
                    "fingerprint", call.server().get(Kind.IMAGE.path(name)).text("fingerprint"));
        } catch (ServerError missing) {
            if (missing.code() != 404) {
                throw missing;
            }
            throw new ServerError(
                    404,
                    "there is no image \"" + name + "\" here"
                            + "\nberth image list shows what there is; berth image build debian/12 makes one");
        }
    }

    private static Json devices(Call call, Json body) throws IOException {
        Json devices = body.at("devices").isNull() ? Json.object() : body.at("devices");
        String network = call.find("network");
        if (network != null) {
            devices = devices.with("eth0", AttachNetwork.nic(call, Call.local(network), "eth0"));
        }
        String pool = call.find("storage");
        if (pool != null) {
            devices = devices.with(
                    "root", Json.object().with("type", "disk").with("path", "/").with("pool", Call.local(pool)));
        }
        return InstanceBody.devices(call, devices, it -> inherited(call, it));
    }

    /** A device of the profiles that are going to be used, the last one's first; empty if none has it. */
    private static Json inherited(Call call, String device) throws IOException {
        var profiles = call.all("profile").isEmpty() ? List.of("default") : call.all("profile");
        Json found = Json.object();
        if (!call.has("no-profiles")) {
            for (String profile : profiles) {
                Json there = call.server()
                        .get(Kind.PROFILE.path(profile))
                        .at("devices")
                        .at(device);
                found = there.isNull() ? found : there;
            }
        }
        return found;
    }
}
