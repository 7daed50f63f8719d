package berth.cli;

import static berth.cli.Catalogue.entry;

import berth.client.Headers;
import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code nixos-container}, NixOS' command for its containers: the old verbs and flags, on guests of Berth. */
final class NixosContainer extends Shim {
    private static final int LONGEST_NAME = 11;
    private static final Pattern SUBNET = Pattern.compile("10\\.233\\.([0-9]{1,3})\\.");
    private static final Pattern PORT =
            Pattern.compile("((?<protocol>tcp|udp):)?(?<host>[0-9]{1,5})(:(?<inside>[0-9]{1,5}))?");
    private static final List<String> KEYS = List.of("ecdsa", "ed25519", "rsa");

    private static final List<Flag> SYSTEM = List.of(
            Flag.one(
                    "image", '\0', "IMAGE", "what it is made from: an image of the daemon's (not among the old flags)"),
            Flag.one("config", '\0', "TEXT", "a configuration of NixOS"),
            Flag.one("config-file", '\0', "FILE", "a file with a configuration of NixOS"),
            Flag.one("flake", '\0', "FLAKE", "a flake with a configuration of NixOS"),
            Flag.one("nixos-path", '\0', "PATH", "the nixpkgs to build it with"),
            Flag.one("system-path", '\0', "PATH", "a system that is built already"));

    private NixosContainer() {
        super("nixos-container", "NixOS' containers, made and kept by Berth");
    }

    /** The shim. */
    static Shim shim() {
        return new NixosContainer();
    }

    /** Runs a command line and ends the process. */
    public static void main(String[] args) {
        shim().end(args);
    }

    @Override
    List<Entry> entries() {
        var create = new ArrayList<>(SYSTEM);
        create.addAll(List.of(
                Flag.on("auto-start", '\0', "start it at boot"),
                Flag.on("ensure-unique-name", '\0', "add a number to the name when it is taken"),
                Flag.one("bridge", '\0', "BRIDGE", "put it on a bridge, instead of an address of its own"),
                Flag.many("port", '\0', "PORT", "[tcp|udp:]HOST[:GUEST]: a port of the host that leads into it"),
                Flag.one("host-address", '\0', "ADDRESS", "of the host's end (default: 10.233.N.1)"),
                Flag.one("local-address", '\0', "ADDRESS", "of the guest's end (default: 10.233.N.2)")));
        return List.of(
                entry("list", "", "", "List the containers", "nixos-container list"),
                entry(
                        "create",
                        "",
                        "<name>",
                        "Make a container; it is not started",
                        "nixos-container create web --image debian/12",
                        create),
                of("destroy", "Stop a container and keep its data aside"),
                of("start", "Start a container"),
                of("stop", "Shut a container down"),
                of("restart", "Shut a container down and start it"),
                of("terminate", "End a container at once"),
                of("status", "Print whether a container is up, down or gone"),
                entry(
                        "update",
                        "",
                        "<name>",
                        "Bring a container to what its settings say, without a restart",
                        "nixos-container update web",
                        SYSTEM),
                of("login", "Open a container's console"),
                of("root-login", "Open a shell in a container"),
                new Entry(
                        "run",
                        List.of(),
                        "<name> <command>...",
                        "Run a command in a container",
                        "nixos-container run web -- hostname",
                        List.of(),
                        true),
                of("show-ip", "Print a container's address"),
                of("show-host-key", "Print a container's public SSH key"));
    }

    private static Entry of(String verb, String summary) {
        return entry(verb, "", "<name>", summary, "nixos-container " + verb + " web");
    }

    @Override
    int run(String verb, Call call) throws IOException {
        var guests = new Imperative(call);
        return switch (verb) {
            case "list" -> list(call);
            case "create" -> create(call, guests);
            case "destroy" -> NixosNspawn.remove(call, guests, false);
            case "start", "stop", "restart" -> berth(call, verb, call.word(0));
            case "terminate" -> berth(call, "stop", call.word(0), "--force");
            case "status" -> status(call);
            case "update" -> update(call, guests);
            case "login" -> berth(call, "console", call.word(0));
            case "root-login" -> berth(call, "exec", call.word(0), "--", "su", "-l");
            case "run" -> runInside(call);
            case "show-ip" -> address(call);
            default -> hostKey(call);
        };
    }

    private static int list(Call call) throws IOException {
        for (Json it : call.server().get("/1.0/instances?recursion=1").items()) {
            call.print(it.text("name"));
        }
        return 0;
    }

    private static int status(Call call) throws IOException {
        call.print(
                switch (NixosNspawn.status(call, call.word(0))) {
                    case "Running", "Frozen" -> "up";
                    case "Gone" -> "gone";
                    default -> "down";
                });
        return 0;
    }

    private static int runInside(Call call) {
        var words = new ArrayList<>(List.of("exec", call.word(0), "--"));
        words.addAll(call.words(1));
        return berth(call, words.toArray(String[]::new));
    }

    private static int create(Call call, Imperative guests) throws IOException {
        Map<String, Json> what = system(call);
        if (what.isEmpty()) {
            throw new Usage("what is it to be made from? nixos-container create " + call.word(0) + " --image IMAGE");
        }
        String[] made = {"", "", ""};
        int code = guests.apply(
                files -> {
                    String name = name(call, files);
                    made[0] = name;
                    var guest = new LinkedHashMap<>(what);
                    guest.put("activation", Json.object().with("autoStart", Json.of(call.has("auto-start"))));
                    String bridge = call.option("bridge", "");
                    if (bridge.isEmpty()) {
                        String subnet = subnet(files);
                        made[1] = call.option("host-address", subnet + "1");
                        made[2] = call.option("local-address", subnet + "2");
                        guest.put("devices", Json.object().with("eth0", pair(name, made[1], made[2])));
                    } else {
                        guest.put("devices", Json.object().with("eth0", bridged(bridge)));
                    }
                    if (!call.all("port").isEmpty()) {
                        guest.put("forwardPorts", ports(call.all("port")));
                    }
                    return Imperative.with(files, file(name, new Json.Obj(guest)));
                },
                "",
                body -> Systems.with(call, body, made[0]));
        if (code == 0 && !made[1].isEmpty()) {
            call.print("host IP is " + made[1] + ", container IP is " + made[2]);
        }
        if (code == 0 && call.has("ensure-unique-name")) {
            call.print(made[0]);
        }
        return code;
    }

    private static String name(Call call, List<Json> files) throws IOException {
        String name = call.word(0);
        String chosen = name;
        for (int n = 0; taken(call, files, chosen); n++) {
            if (!call.has("ensure-unique-name")) {
                throw new Usage("container " + name + " is there already");
            }
            chosen = name + "-" + n;
        }
        if (chosen.length() > LONGEST_NAME) {
            throw new Usage("container name " + chosen + " is too long: at most " + LONGEST_NAME + " characters");
        }
        return chosen;
    }

    private static boolean taken(Call call, List<Json> files, String name) throws IOException {
        return Imperative.file(files, name).isPresent()
                || !NixosNspawn.status(call, name).equals("Gone");
    }

    /** What the flags say that the guest is. */
    private static Map<String, Json> system(Call call) throws Usage {
        var what = new LinkedHashMap<String, Json>();
        if (!call.option("config", "").isEmpty()) {
            throw new Usage("--config takes a text, of which there would be no trace: write it to a file and name that,"
                    + " --config-file FILE");
        }
        put(what, "image", call.option("image", ""));
        String file = call.option("config-file", "");
        put(
                what,
                "system-config",
                file.isEmpty() ? "" : Path.of(file).toAbsolutePath().normalize().toString());
        put(what, "path", call.option("system-path", ""));
        put(what, "flake", call.option("flake", ""));
        put(what, "nixpkgs", call.option("nixos-path", ""));
        return what;
    }

    private static void put(Map<String, Json> what, String key, String value) {
        if (!value.isEmpty()) {
            what.put(key, Json.of(value));
        }
    }

    /** The first of the subnets 10.233.N that no other container has. */
    private static String subnet(List<Json> files) throws Usage {
        var taken = new HashSet<Integer>();
        for (Json file : files) {
            taken.addAll(SUBNET.matcher(file.text("text"))
                    .results()
                    .map(it -> Integer.parseInt(it.group(1)))
                    .collect(Collectors.toSet()));
        }
        for (int n = 1; n < 255; n++) {
            if (!taken.contains(n)) {
                return "10.233." + n + ".";
            }
        }
        throw new Usage("all subnets from 10.233.1 to 10.233.254 are taken; say --host-address and --local-address");
    }

    private static Json pair(String name, String host, String inside) {
        return Json.object()
                .with("type", "nic")
                .with("nictype", "p2p")
                .with("name", "eth0")
                .with("host_name", "ve-" + name)
                .with("ipv4.address", inside)
                .with("ipv4.host_address", host)
                .with("ipv4.nat", Json.of(true));
    }

    private static Json bridged(String bridge) {
        return Json.object()
                .with("type", "nic")
                .with("nictype", "bridged")
                .with("name", "eth0")
                .with("parent", bridge);
    }

    private static Json ports(List<String> given) throws Usage {
        var ports = new ArrayList<Json>();
        for (String each : given) {
            var port = PORT.matcher(each);
            if (!port.matches()) {
                throw new Usage(each + " is no port: [tcp|udp:]HOST[:GUEST]");
            }
            String inside = port.group("inside") == null ? port.group("host") : port.group("inside");
            ports.add(Json.object()
                    .with("hostPort", Json.of(Long.parseLong(port.group("host"))))
                    .with("containerPort", Json.of(Long.parseLong(inside)))
                    .with("protocol", port.group("protocol") == null ? "tcp" : port.group("protocol")));
        }
        return new Json.Arr(ports);
    }

    private static Json file(String name, Json guest) {
        return Json.object()
                .with("name", "nixos-container/" + name + ".yaml")
                .with("folder", "/")
                .with("text", Yaml.write(guest))
                .with("guest", name);
    }

    private static int update(Call call, Imperative guests) throws IOException {
        Map<String, Json> what = system(call);
        String name = call.word(0);
        return guests.apply(
                files -> {
                    Json now = guests.require(files, name);
                    if (what.isEmpty()) {
                        return files;
                    }
                    Json guest = YamlText.read(now.text("text"));
                    for (String key : List.of("image", "system-config", "path", "flake")) {
                        guest = guest.without(key);
                    }
                    for (var each : what.entrySet()) {
                        guest = guest.with(each.getKey(), each.getValue());
                    }
                    return Imperative.with(files, now.with("text", Yaml.write(guest)));
                },
                "reload",
                guests.build(name));
    }

    private static int address(Call call) throws IOException {
        Json network = call.server()
                .get(Server.path("instances", call.word(0), "state"))
                .at("network");
        for (Json card : network.fields().values()) {
            for (Json address : card.at("addresses").items()) {
                if (address.text("family").equals("inet")
                        && address.text("scope").equals("global")) {
                    call.print(address.text("address"));
                    return 0;
                }
            }
        }
        throw new Usage(call.word(0) + " has no IPv4 address now");
    }

    private static int hostKey(Call call) throws IOException {
        for (String kind : KEYS) {
            String path =
                    Server.path("instances", call.word(0), "files") + "?path=/etc/ssh/ssh_host_" + kind + "_key.pub";
            try (var answer = call.server().raw("GET", path, new Headers(), null)) {
                byte[] body = answer.body().readAllBytes();
                if (answer.status() < 300) {
                    call.print(new String(body, StandardCharsets.UTF_8).strip());
                    return 0;
                }
                if (answer.status() != 404) {
                    throw Server.errorOf(answer.status(), body);
                }
            }
        }
        throw new Usage(call.word(0) + " has no SSH host key");
    }
}
