package berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code berth import libvirt-xml}: domains as {@code virsh dumpxml} prints them. */
final class ImportLibvirt implements Command {
    private static final Set<String> UNDERSTOOD =
            Set.of("name", "title", "description", "memory", "currentMemory", "vcpu", "os", "devices");
    private static final Map<String, String> USUAL =
            Map.of("on_poweroff", "destroy", "on_reboot", "restart", "on_crash", "destroy");
    /** What libvirt adds by itself, or what follows from the rest. */
    private static final Set<String> PLAIN =
            Set.of("emulator", "controller", "input", "memballoon", "address", "alias");

    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("bytes", 1L),
            Map.entry("KB", 1000L),
            Map.entry("k", 1L << 10),
            Map.entry("KiB", 1L << 10),
            Map.entry("MB", 1_000_000L),
            Map.entry("M", 1L << 20),
            Map.entry("MiB", 1L << 20),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("G", 1L << 30),
            Map.entry("GiB", 1L << 30),
            Map.entry("T", 1L << 40),
            Map.entry("TiB", 1L << 40));

    @Override
    public int run(Call call) throws IOException {
        var draft = new Draft(call.option("site", "libvirt"));
        List<String> words = call.words(0);
        for (String word : words) {
            String text = word.equals("-") ? call.terminal().everything() : Files.readString(Path.of(word));
            Xml root;
            try {
                root = Xml.parse(text);
            } catch (Usage wrong) {
                throw new Usage(word + ": " + wrong.getMessage());
            }
            List<Xml> domains = root.name().equals("domain")
                    ? List.of(root)
                    : root.children().stream()
                            .filter(it -> it.name().equals("domain"))
                            .toList();
            if (domains.isEmpty()) {
                throw new Usage(word + ": there is no domain in it");
            }
            for (Xml domain : domains) {
                domain(draft.guest(domain.child("name").text()), domain);
            }
        }
        return draft.write(call, words.size(), "domain");
    }

    private static void domain(Draft.Guest guest, Xml domain) {
        guest.put(domain.attribute("type").equals("lxc") ? "container" : "vm", "kind");
        String about = domain.has("description")
                ? domain.child("description").text()
                : domain.child("title").text();
        if (!about.isEmpty()) {
            guest.put(about.lines().findFirst().orElse(""), "description");
        }
        if (domain.has("memory")) {
            guest.put(size(domain.child("memory")), "memory");
        }
        if (domain.has("currentMemory") && !size(domain.child("currentMemory")).equals(size(domain.child("memory")))) {
            guest.left("currentMemory", "a guest begins with all of its memory");
        }
        if (domain.has("vcpu")) {
            guest.put(domain.child("vcpu").text(), "cpus");
        }
        Xml os = domain.child("os");
        if (os.attribute("firmware").equals("efi") || os.has("loader")) {
            guest.put("efi", "firmware");
        }
        for (Xml inside : os.children()) {
            String machine = inside.attribute("machine");
            if (inside.name().equals("type") && !machine.isEmpty()) {
                guest.left("os/type", "machine " + machine);
            } else if (!Set.of("type", "loader", "nvram", "firmware").contains(inside.name())) {
                guest.left("os/" + inside.name(), inside.attribute("dev"));
            }
        }
        for (Xml child : domain.children()) {
            boolean usual = child.text().equals(USUAL.get(child.name()));
            if (!usual && !UNDERSTOOD.contains(child.name())) {
                guest.left(
                        child.name(),
                        child.name().equals("uuid") ? "a new one is picked: " + child.text() : child.text());
            }
        }
        boolean cards = false;
        for (Xml device : domain.child("devices").children()) {
            switch (device.name()) {
                case "disk" -> disk(guest, device);
                case "interface" -> {
                    cards = true;
                    card(guest, device);
                }
                case "filesystem" -> filesystem(guest, device);
                case "serial", "console" -> guest.put(true, "console", "serial");
                case "graphics" -> guest.put(device.attribute("type"), "console", "graphics");
                default -> {
                    if (!PLAIN.contains(device.name())) {
                        guest.left("devices/" + device.name(), device.attribute("model"));
                    }
                }
            }
        }
        if (!cards) {
            guest.put("none", "network");
        }
    }

    private static String size(Xml element) {
        String unit = element.attribute("unit").isEmpty() ? "KiB" : element.attribute("unit");
        String text = element.text();
        if (!text.matches("[0-9]{1,15}") || !UNITS.containsKey(unit)) {
            return text + unit;
        }
        long bytes = Math.multiplyExact(Long.parseLong(text), UNITS.get(unit));
        for (String each : List.of("GiB", "MiB", "KiB")) {
            long whole = UNITS.getOrDefault(each, 1L);
            if (bytes % whole == 0) {
                return bytes / whole + each;
            }
        }
        return bytes + "B";
    }

    private static void disk(Draft.Guest guest, Xml device) {
        var disk = new LinkedHashMap<String, Object>();
        Xml source = device.child("source");
        said(disk, "name", device.child("target").attribute("dev"));
        String volume = source.attribute("volume");
        if (!volume.isEmpty()) {
            disk.put("volume", source.attribute("pool") + "/" + volume);
        } else {
            said(
                    disk,
                    "source",
                    source.attribute("file").isEmpty() ? source.attribute("dev") : source.attribute("file"));
        }
        said(disk, "bus", device.child("target").attribute("bus"));
        said(disk, "format", device.child("driver").attribute("type"));
        said(disk, "cache", device.child("driver").attribute("cache"));
        if (device.attribute("device").equals("cdrom")) {
            disk.put("cdrom", true);
        }
        if (device.has("readonly")) {
            disk.put("readonly", true);
        }
        String order = device.child("boot").attribute("order");
        if (order.matches("[0-9]{1,4}")) {
            disk.put("boot", Long.parseLong(order));
        }
        rest(
                guest,
                device,
                Set.of("source", "target", "driver", "readonly", "boot", "address", "alias", "backingStore"));
        guest.add(disk, "disks");
    }

    private static void card(Draft.Guest guest, Xml device) {
        var card = new LinkedHashMap<String, Object>();
        Xml source = device.child("source");
        switch (device.attribute("type")) {
            case "bridge" -> said(card, "bridge", source.attribute("bridge"));
            case "network" -> said(card, "network", source.attribute("network"));
            case "direct" -> {
                said(card, "direct", source.attribute("dev"));
                said(card, "mode", source.attribute("mode"));
            }
            default -> guest.left("devices/interface", "type " + device.attribute("type"));
        }
        said(card, "mac", device.child("mac").attribute("address"));
        said(card, "model", device.child("model").attribute("type"));
        said(card, "mtu", device.child("mtu").attribute("size"));
        String target = device.child("target").attribute("dev");
        if (!target.matches("(vnet|macvtap)[0-9]*")) {
            said(card, "host_name", target);
        }
        rest(guest, device, Set.of("source", "mac", "model", "target", "mtu", "address", "alias"));
        guest.add(card, "nics");
    }

    private static void filesystem(Draft.Guest guest, Xml device) {
        String inside = device.child("target").attribute("dir");
        if (!inside.startsWith("/")) {
            guest.left("devices/filesystem", inside + " is a tag, not a path inside");
            return;
        }
        if (inside.equals("/")) {
            guest.put(device.child("source").attribute("dir"), "rootfs");
            return;
        }
        guest.put(device.child("source").attribute("dir"), "bindMounts", inside, "hostPath");
        guest.put(device.has("readonly"), "bindMounts", inside, "isReadOnly");
    }

    private static void rest(Draft.Guest guest, Xml device, Set<String> understood) {
        for (Xml inside : device.children()) {
            if (!understood.contains(inside.name())) {
                guest.left("devices/" + device.name() + "/" + inside.name(), "");
            }
        }
    }

    private static void said(Map<String, Object> keys, String key, String value) {
        if (!value.isEmpty()) {
            keys.put(key, value);
        }
    }
}
