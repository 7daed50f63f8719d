package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code berth import}: a site's file out of what another daemon has. What cannot be carried is left out, and each such key
 * is named, in the file and on standard error. Nothing is changed, neither there nor here; data is not moved.
 */
final class ImportSite {
    private static final List<String> SOCKETS =
            List.of("/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket", "/var/lib/incus/unix.socket");
    private static final Set<String> WHOLE = Set.of("kind", "type", "driver", "image");
    private static final int MOST_ROUNDS = 50;

    private final Call call;
    private final Set<String> left = new LinkedHashSet<>();

    private ImportSite(Call call) {
        this.call = call;
    }

    /** {@code berth import preseed}. */
    static final class Preseed implements Command {
        @Override
        public int run(Call call) throws IOException {
            String text =
                    call.word(0).equals("-") ? call.terminal().everything() : Files.readString(Path.of(call.word(0)));
            return new ImportSite(call).preseed(YamlText.read(text));
        }
    }

    /** {@code berth import lxd}. */
    static final class Lxd implements Command {
        @Override
        public int run(Call call) throws IOException {
            try (var lxd = new Server(socket(call), "")) {
                return new ImportSite(call).live(lxd);
            }
        }

        private static Path socket(Call call) throws Usage {
            String from = call.option("from", "local");
            if (!from.equals("local")) {
                Path path = Path.of(from);
                return Files.isDirectory(path) ? path.resolve("unix.socket") : path;
            }
            var all = new ArrayList<String>();
            if (!call.terminal().env("LXD_DIR").isEmpty()) {
                all.add(call.terminal().env("LXD_DIR") + "/unix.socket");
            }
            all.addAll(SOCKETS);
            for (String path : all) {
                if (Files.exists(Path.of(path))) {
                    return Path.of(path);
                }
            }
            throw new Usage("no LXD or Incus listens on this machine; name its socket: --from /path/unix.socket");
        }
    }

    private int preseed(Json preseed) throws IOException {
        Json site = head();
        preseed.at("config")
                .fields()
                .forEach((key, _) -> left.add("config." + key + ": settings of the daemon itself"));
        for (Json project : preseed.at("projects").items()) {
            if (!project.text("name").equals("default")) {
                left.add("projects." + project.text("name") + ": there is one project so far");
            }
        }
        preseed.at("storage_volumes")
                .items()
                .forEach(it -> left.add("storage_volumes." + it.text("name") + ": volumes are not declared yet"));
        if (preseed.at("cluster").at("enabled").truth()) {
            left.add("cluster: there are no clusters");
        }
        site = site.with("pools", things(preseed.at("storage_pools"), "pools", "driver"))
                .with("networks", things(preseed.at("networks"), "networks", "type"))
                .with("profiles", things(preseed.at("profiles"), "profiles", ""));
        return write(site);
    }

    /** What a server has, as a site that can be read; what cannot be carried is left out in silence. */
    static Json of(Call call, Server server) throws IOException {
        var one = new ImportSite(call);
        return one.readable(one.site(server));
    }

    private int live(Server lxd) throws IOException {
        return write(site(lxd));
    }

    private Json site(Server lxd) throws IOException {
        var instances = new LinkedHashMap<String, Json>();
        for (Json it : lxd.get("/1.0/instances?recursion=1").items()) {
            if (it.text("type").equals("virtual-machine")) {
                left.add("instances." + it.text("name") + ": virtual machines are not supported yet");
            } else {
                instances.put(it.text("name"), instance(it));
            }
        }
        var managed = new ArrayList<Json>();
        for (Json it : lxd.get("/1.0/networks?recursion=1").items()) {
            if (it.at("managed").truth()) {
                managed.add(it);
            }
        }
        return head().with("pools", things(lxd.get("/1.0/storage-pools?recursion=1"), "pools", "driver"))
                .with("networks", things(new Json.Arr(managed), "networks", "type"))
                .with("profiles", things(lxd.get("/1.0/profiles?recursion=1"), "profiles", ""))
                .with("instances", new Json.Obj(instances));
    }

    private Json head() {
        return Json.object()
                .with("berth", Json.of(1))
                .with("site", call.option("site", call.entry().path().equals("import here") ? "home" : "lxd"));
    }

    /** Things by their names, without what a daemon only tells of them. */
    private Json things(Json list, String section, String sort) {
        var things = new LinkedHashMap<String, Json>();
        for (Json it : list.items()) {
            Json thing = Json.object();
            if (!it.text("description").isEmpty()) {
                thing = thing.with("description", it.text("description"));
            }
            if (!sort.isEmpty() && !it.text(sort).isEmpty()) {
                thing = thing.with(sort, it.text(sort));
            }
            var config = config(it.at("config"));
            if (section.equals("pools") && config.remove("source") != null) {
                left.add("pools." + it.text("name") + ".config.source: its data is the other daemon's");
            }
            things.put(it.text("name"), parts(thing, config, it.at("devices")));
        }
        return new Json.Obj(things);
    }

    private static Json parts(Json thing, Map<String, Json> config, Json devices) {
        Json whole = config.isEmpty() ? thing : thing.with("config", new Json.Obj(config));
        return devices.fields().isEmpty() ? whole : whole.with("devices", devices);
    }

    private Json instance(Json it) {
        String name = it.text("name");
        Json guest = Json.object().with("image", it.at("config").text("volatile.base_image"));
        if (!it.text("description").isEmpty()) {
            guest = guest.with("description", it.text("description"));
        }
        if (it.at("ephemeral").truth()) {
            guest = guest.with("ephemeral", Json.of(true));
        }
        guest = guest.with("profiles", it.at("profiles"));
        boolean card = it.at("expanded_devices").fields().values().stream()
                .anyMatch(device -> device.text("type").equals("nic"));
        if (!card) {
            guest = guest.with("network", "none");
        }
        var config = config(it.at("config"));
        if (!it.at("expanded_config").fields().containsKey("boot.autostart")
                && !it.text("status").equals("Running")) {
            config.put("boot.autostart", Json.of("false"));
        }
        if (guest.text("image").isEmpty()) {
            left.add("instances." + name + ": it was made from no image");
        }
        return parts(guest, config, it.at("devices"));
    }

    /** Without what the daemon keeps for itself. */
    private static Map<String, Json> config(Json config) {
        var own = new LinkedHashMap<String, Json>();
        config.fields().forEach((key, value) -> {
            if (!key.startsWith("volatile.")
                    && !key.startsWith("image.")
                    && !value.text().isEmpty()) {
                own.put(key, value);
            }
        });
        return own;
    }

    /** Without what the files of sites cannot say. */
    private Json readable(Json whole) throws IOException {
        Json site = whole;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Json> errors = errors(site);
            if (errors.isEmpty()) {
                break;
            }
            Json before = site;
            for (Json error : errors) {
                String path = error.text("path");
                Json less = without(site, path);
                if (!less.line().equals(site.line())) {
                    left.add(path + ": " + error.text("text"));
                    site = less;
                }
            }
            if (site.line().equals(before.line())) {
                break;
            }
        }
        return site;
    }

    private int write(Json whole) throws IOException {
        Json site = readable(whole);
        List<Json> errors = errors(site);
        var out = call.terminal().out();
        left.forEach(it -> out.println("# not carried: " + it));
        out.print(Yaml.write(site));
        var err = call.terminal().err();
        err.println(Sites.count(site.at("instances").fields().size(), "instance") + ", "
                + Sites.count(site.at("networks").fields().size(), "network") + ", "
                + Sites.count(site.at("pools").fields().size(), "pool") + ", "
                + Sites.count(site.at("profiles").fields().size(), "profile") + " read.");
        left.forEach(it -> err.println("not carried: " + it));
        for (Json error : errors) {
            err.println("to be put right by hand: " + error.text("path") + ": " + error.text("text"));
        }
        return errors.isEmpty() ? 0 : 1;
    }

    private List<Json> errors(Json site) throws IOException {
        Json file = Json.object().with("name", "import.yaml").with("text", Yaml.write(site));
        return call.server()
                .post(
                        "/1.0/sites/check",
                        Json.object().with("files", new Json.Arr(List.of(file))).with("host", Json.of(false)))
                .metadata()
                .at("errors")
                .items();
    }

    /** The tree without what a path leads to; a thing of another sort than Berth has goes as a whole. */
    static Json without(Json tree, String path) {
        String key = "";
        for (String each : tree.fields().keySet()) {
            boolean leads = path.equals(each) || path.startsWith(each + ".");
            key = leads && each.length() > key.length() ? each : key;
        }
        if (key.isEmpty()) {
            return tree;
        }
        String rest = path.length() > key.length() ? path.substring(key.length() + 1) : "";
        if (rest.isEmpty() || WHOLE.contains(rest)) {
            return tree.without(key);
        }
        return tree.with(key, without(tree.at(key), rest));
    }
}
