package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code berth admin init}: asks what {@code lxd init} asks of a host that stands alone (S4-42 to S4-54), writes the answers as a
 * site's file and applies it. What is not served yet is not asked for: clusters, MAAS, the network door.
 */
final class InitHost implements Command {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}";
    private static final String LINK = "[A-Za-z][A-Za-z0-9_.-]{1,14}";
    private static final String FOUR = "auto|none|[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}";
    private static final String SIX = "auto|none|[0-9a-fA-F:]{2,39}/[0-9]{1,3}";
    private static final int STANDARD_GIB = 30;

    @Override
    public int run(Call call) throws IOException {
        boolean auto = call.has("auto") || call.has("minimal");
        if (!auto
                && (call.has("storage-backend")
                        || call.has("storage-create-loop")
                        || call.has("storage-create-device"))) {
            throw new Usage("what --storage-… says needs --auto");
        }
        Path file = Path.of(call.option("file", "berth.yaml"));
        if (Files.exists(file)) {
            throw new Usage(file + " is there already; berth plan " + file + " shows what it would do");
        }
        List<String> pools = names(call, "storage-pools");
        if (auto && !pools.isEmpty()) {
            throw new Usage("Storage has already been configured: " + String.join(", ", pools)
                    + ". berth import here writes a file of what is there");
        }
        var answers = auto ? standing(call) : asked(call, pools);
        write(file, text(call.option("site", "home"), answers));
        call.say(file + " is written.");
        if (!answers.refreshed()) {
            Json config = Json.object().with("images.auto_update_interval", Json.of("0"));
            call.server().send("PATCH", "/1.0", Json.object().with("config", config), "");
        }
        if (!answers.applied()) {
            call.say("Next: berth plan " + file + ", then: berth apply " + file);
            return 0;
        }
        Json body = Sites.body(call, List.of());
        return new Applying().follow(call, () -> call.server().post("/1.0/sites/apply", body));
    }

    /** What the file is made of; a pool or bridge of an empty name is not wanted. */
    private record Answers(Pool pool, String bridge, List<String> network, boolean refreshed, boolean applied) {}

    /** A pool to be made, or one that is there when it has no driver. */
    private record Pool(String name, String driver, List<String> config) {
        static final Pool NONE = new Pool("", "", List.of());
    }

    private static Answers standing(Call call) throws Usage {
        String driver = call.option("storage-backend", "dir");
        String size = call.option("storage-create-loop", "");
        String device = call.option("storage-create-device", "");
        if (driver.equals("dir") && !(size + device).isEmpty()) {
            throw new Usage("a pool of kind dir is a directory: --storage-create-loop and --storage-create-device go"
                    + " with --storage-backend btrfs");
        }
        if (!size.isEmpty() && (!size.matches("[1-9][0-9]{0,5}") || !device.isEmpty())) {
            throw new Usage("--storage-create-loop takes a number of GiB, and goes without --storage-create-device");
        }
        var config = new ArrayList<String>();
        if (!size.isEmpty()) {
            config.add("size: " + size + "GiB");
        } else if (!device.isEmpty()) {
            config.add("source: " + quoted(device));
        }
        return new Answers(new Pool("default", driver, config), "lxdbr0", List.of(), true, true);
    }

    private static Answers asked(Call call, List<String> pools) throws IOException {
        var ask = new Questions(call.terminal());
        Pool pool = pool(call, ask, pools);
        String bridge = "";
        var network = new ArrayList<String>();
        List<String> networks = names(call, "networks");
        if (ask.agrees("Would you like to create a new local network bridge?", true)) {
            bridge = ask.text(
                    "What should the new bridge be called?",
                    "lxdbr0",
                    "a name of 2 to 15 letters and digits that no network has",
                    it -> it.matches(LINK) && !networks.contains(it));
            family(ask, network, "ipv4", "IPv4", FOUR);
            family(ask, network, "ipv6", "IPv6", SIX);
        }
        boolean refreshed = ask.agrees("Should stale cached images be updated automatically?", true);
        boolean applied = ask.agrees("Should it be applied now? (else only the file is written)", true);
        return new Answers(pool, bridge, network, refreshed, applied);
    }

    private static Pool pool(Call call, Questions ask, List<String> pools) throws IOException {
        if (!ask.agrees("Do you want to configure a new storage pool?", pools.isEmpty())) {
            return pools.isEmpty() ? Pool.NONE : new Pool(pools.getFirst(), "", List.of());
        }
        String name = ask.text(
                "Name of the new storage pool",
                pools.contains("default") ? "" : "default",
                "a name that no pool has",
                it -> it.matches(NAME) && !pools.contains(it));
        var drivers = new ArrayList<String>();
        for (Json it : call.server()
                .get("/1.0")
                .at("environment")
                .at("storage_supported_drivers")
                .items()) {
            drivers.add(it.text("Name"));
        }
        String driver = ask.text(
                "Name of the storage backend to use (" + String.join(", ", drivers) + ")",
                "dir",
                "one of " + String.join(", ", drivers),
                drivers::contains);
        return new Pool(name, driver, driver.equals("dir") ? List.of() : place(ask, driver));
    }

    private static List<String> place(Questions ask, String driver) throws IOException {
        if (!ask.agrees("Create a new " + driver.toUpperCase(java.util.Locale.ROOT) + " pool?", true)) {
            return List.of("source: "
                    + quoted(ask.text(
                            "Path of the existing " + driver + " file system or subvolume",
                            "",
                            "an absolute path",
                            it -> it.startsWith("/"))));
        }
        if (ask.agrees("Would you like to use an existing empty block device (e.g. a disk or partition)?", false)) {
            return List.of("source: "
                    + quoted(ask.text(
                            "Path to the existing block device",
                            "",
                            "a path below /dev",
                            it -> it.matches("/dev/.+"))));
        }
        return List.of("size: "
                + ask.text(
                        "Size in GiB of the new loop file (1GiB minimum)",
                        String.valueOf(STANDARD_GIB),
                        "a whole number from 1",
                        it -> it.matches("[1-9][0-9]{0,5}"))
                + "GiB");
    }

    private static void family(Questions ask, List<String> network, String key, String name, String pattern)
            throws IOException {
        String address = ask.text(
                "What " + name + " address should be used? (CIDR subnet notation, \"auto\" or \"none\")",
                "auto",
                "an address with the length of its prefix, auto or none",
                it -> it.matches(pattern));
        network.add(key + ".address: " + quoted(address));
        if (address.indexOf('/') > 0) {
            network.add(key + ".nat: "
                    + quoted(String.valueOf(
                            ask.agrees("Would you like to NAT " + name + " traffic on your bridge?", true))));
        }
    }

    private static String text(String site, Answers answers) {
        var text = new StringBuilder("berth: 1\nsite: " + site + "\n");
        Pool pool = answers.pool();
        if (!pool.driver().isEmpty()) {
            text.append("\npools:\n  ")
                    .append(pool.name())
                    .append(":\n    driver: ")
                    .append(pool.driver())
                    .append('\n');
            config(text, pool.config());
        }
        if (!answers.bridge().isEmpty()) {
            text.append("\nnetworks:\n  ").append(answers.bridge()).append(":\n    type: bridge\n");
            config(text, answers.network());
        }
        if (!pool.name().isEmpty() || !answers.bridge().isEmpty()) {
            text.append("\nprofiles:\n  default:\n    devices:\n");
        }
        if (!pool.name().isEmpty()) {
            text.append("      root: { type: disk, path: /, pool: ")
                    .append(pool.name())
                    .append(" }\n");
        }
        if (!answers.bridge().isEmpty()) {
            text.append("      eth0: { type: nic, network: ")
                    .append(answers.bridge())
                    .append(", name: eth0 }\n");
        }
        return text.append("\n# instances:\n#   web1: { image: debian/12, memory: 1GiB }\n")
                .toString();
    }

    private static void config(StringBuilder text, List<String> pairs) {
        if (!pairs.isEmpty()) {
            text.append("    config:\n");
            pairs.forEach(it -> text.append("      ").append(it).append('\n'));
        }
    }

    private static String quoted(String text) {
        return Json.of(text).line();
    }

    private static List<String> names(Call call, String what) throws IOException {
        var names = new ArrayList<String>();
        for (String url : call.server().get("/1.0/" + what).texts()) {
            names.add(url.substring(url.lastIndexOf('/') + 1));
        }
        return names;
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException _) {
            throw new Usage(file + " is there already");
        }
    }
}
