package berth.spec;

import static java.util.Map.entry;

import berth.model.DeviceName;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Devices of guests and profiles, with the keys that LXD 5.0 gives them. */
final class DeviceOptions {
    private static final List<String> LATER = List.of("gpu", "infiniband", "tpm", "pci");
    private static final List<String> NOW =
            List.of("none", "nic", "disk", "unix-char", "unix-block", "unix-hotplug", "usb", "proxy");

    private static final Value MODE = Value.pattern("[0-7]{3,4}", "permission bits in octal");
    private static final Value FOUR_DIGITS = Value.pattern("[0-9a-f]{4}", "four lower case hex digits");

    private static final Options NIC = new Options(
            Map.<String, Value>ofEntries(
                    entry("type", Value.TEXT),
                    entry("network", Value.IFACE),
                    entry("nictype", Value.oneOf("bridged", "p2p", "macvlan", "routed", "physical", "host")),
                    entry("parent", Value.IFACE),
                    entry("name", Value.IFACE),
                    entry("hwaddr", Value.MAC),
                    entry("mtu", Value.range(68, 65_535)),
                    entry("host_name", Value.IFACE),
                    entry("boot.priority", Value.UINT),
                    entry("limits.ingress", Value.RATE),
                    entry("limits.egress", Value.RATE),
                    entry("limits.max", Value.RATE),
                    entry("vlan", Value.wordOr(List.of("none"), Value.range(1, 4094))),
                    entry("vlan.tagged", Value.pattern("[0-9, -]+", "numbers and ranges with commas between")),
                    entry("security.mac_filtering", Value.BOOL),
                    entry("security.ipv4_filtering", Value.BOOL),
                    entry("security.ipv6_filtering", Value.BOOL),
                    entry("security.port_isolation", Value.BOOL),
                    entry("ipv4.address", Value.wordOr(List.of("none"), Value.V4_OWN)),
                    entry("ipv6.address", Value.wordOr(List.of("none"), Value.V6_OWN)),
                    entry("ipv4.host_address", Value.V4_OWN),
                    entry("ipv6.host_address", Value.V6_OWN),
                    entry("ipv4.gateway", Value.wordOr(List.of("auto", "none"), Value.V4)),
                    entry("ipv6.gateway", Value.wordOr(List.of("auto", "none"), Value.V6)),
                    entry("ipv4.host_table", Value.UINT),
                    entry("ipv6.host_table", Value.UINT),
                    entry("ipv4.nat", Value.BOOL),
                    entry("ipv6.nat", Value.BOOL),
                    entry("ipv4.routes", Value.list(Value.V4_NET)),
                    entry("ipv6.routes", Value.list(Value.V6_NET)),
                    entry("user.*", Value.TEXT)),
            Map.of("security.acls", "not supported yet"));

    private static final Options DISK = new Options(
            Map.<String, Value>ofEntries(
                    entry("type", Value.TEXT),
                    entry("path", Value.ABSOLUTE),
                    entry("source", Value.TEXT),
                    entry("pool", Value.TEXT),
                    entry("size", Value.SIZE),
                    entry("readonly", Value.BOOL),
                    entry("required", Value.BOOL),
                    entry("recursive", Value.BOOL),
                    entry(
                            "propagation",
                            Value.oneOf(
                                    "private",
                                    "shared",
                                    "slave",
                                    "unbindable",
                                    "rshared",
                                    "rslave",
                                    "runbindable",
                                    "rprivate")),
                    entry("shift", Value.BOOL),
                    entry("raw.mount.options", Value.TEXT),
                    entry("limits.read", Value.IO_RATE),
                    entry("limits.write", Value.IO_RATE),
                    entry("limits.max", Value.IO_RATE),
                    entry("boot.priority", Value.UINT),
                    entry("user.*", Value.TEXT)),
            Map.of("size.state", "is for virtual machines; those are not supported yet"));

    private static final Options UNIX = new Options(
            Map.<String, Value>ofEntries(
                    entry("type", Value.TEXT),
                    entry("source", Value.ABSOLUTE),
                    entry("path", Value.ABSOLUTE),
                    entry("major", Value.UINT),
                    entry("minor", Value.UINT),
                    entry("uid", Value.UINT),
                    entry("gid", Value.UINT),
                    entry("mode", MODE),
                    entry("required", Value.BOOL),
                    entry("user.*", Value.TEXT)),
            Map.of());

    private static final Options USB = new Options(
            Map.<String, Value>ofEntries(
                    entry("type", Value.TEXT),
                    entry("vendorid", FOUR_DIGITS),
                    entry("productid", FOUR_DIGITS),
                    entry("uid", Value.UINT),
                    entry("gid", Value.UINT),
                    entry("mode", MODE),
                    entry("required", Value.BOOL),
                    entry("user.*", Value.TEXT)),
            Map.of());

    private static final Options PROXY = new Options(
            Map.<String, Value>ofEntries(
                    entry("type", Value.TEXT),
                    entry("listen", Value.TEXT),
                    entry("connect", Value.TEXT),
                    entry("bind", Value.oneOf("host", "instance")),
                    entry("nat", Value.BOOL),
                    entry("proxy_protocol", Value.BOOL),
                    entry("uid", Value.UINT),
                    entry("gid", Value.UINT),
                    entry("mode", MODE),
                    entry("security.uid", Value.UINT),
                    entry("security.gid", Value.UINT),
                    entry("user.*", Value.TEXT)),
            Map.of());

    private static final Options NONE = new Options(Map.of("type", Value.TEXT), Map.of());

    private DeviceOptions() {}

    /** Reads {@code devices:}. A device that has an error is left out. */
    static SortedMap<String, SortedMap<String, String>> read(Tree.Mapping mapping, String path, Findings findings) {
        var devices = new TreeMap<String, SortedMap<String, String>>();
        for (Tree.Entry entry : mapping.entries()) {
            String at = path + "." + Findings.shown(entry.key());
            findings.made(entry.at(), at, () -> new DeviceName(entry.key()))
                    .flatMap(name -> findings.mapping(entry.value(), at))
                    .flatMap(keys -> device(keys, entry.at(), at, findings))
                    .ifPresent(device -> {
                        if (devices.putIfAbsent(entry.key(), device) != null) {
                            findings.error(entry.at(), at, "is said already, at " + findings.origin(at, entry.at()));
                        }
                        findings.seen(at, entry.at());
                    });
        }
        return devices;
    }

    private static Optional<SortedMap<String, String>> device(
            Tree.Mapping keys, Origin at, String path, Findings findings) {
        String type = keys.entries().stream()
                .filter(entry -> entry.key().equals("type") && entry.value() instanceof Tree.Scalar)
                .map(entry -> ((Tree.Scalar) entry.value()).text())
                .findFirst()
                .orElse("");
        if (LATER.contains(type)) {
            findings.error(at, path, "devices of type " + type + " are not supported yet");
            return Optional.empty();
        }
        if (!NOW.contains(type)) {
            findings.error(
                    at,
                    path,
                    type.isEmpty()
                            ? "has no type; write type: nic or type: disk"
                            : Findings.shown(type) + " is no type of device." + findings.hint(type, NOW));
            return Optional.empty();
        }
        Options table = switch (type) {
            case "nic" -> NIC;
            case "disk" -> DISK;
            case "unix-char", "unix-block" -> UNIX;
            case "unix-hotplug", "usb" -> USB;
            case "proxy" -> PROXY;
            default -> NONE;
        };
        SortedMap<String, String> device = table.read(keys, path, findings);
        String wrong = type.equals("nic") ? wrongNic(device) : type.equals("disk") ? wrongDisk(device) : "";
        if (!wrong.isEmpty()) {
            findings.error(at, path, wrong);
        }
        return Optional.of(device);
    }

    private static String wrongNic(Map<String, String> nic) {
        if (nic.containsKey("network") && (nic.containsKey("parent") || nic.containsKey("nictype"))) {
            return "network: names a managed network; parent and nictype come from it, take them out";
        }
        if (nic.containsKey("network") || "bridged".equals(nic.get("nictype"))) {
            for (String key : List.of("ipv4.address", "ipv6.address")) {
                if (nic.getOrDefault(key, "").matches(".*[,/].*")) {
                    return key + ": a card on a bridge has one address, without the length of its prefix";
                }
            }
        }
        if ("routed".equals(nic.get("nictype"))) {
            return "";
        }
        if ("host".equals(nic.get("nictype"))) {
            return nic.size() == 2 ? "" : "the host's network is shared as it is; it takes no other keys";
        }
        if ("p2p".equals(nic.get("nictype"))) {
            return nic.containsKey("parent") ? "a card of nictype p2p hangs on no parent; take parent: out" : "";
        }
        if (!nic.containsKey("network") && !nic.containsKey("parent")) {
            return "hangs on nothing; write network: NAME, or nictype: bridged with parent: BRIDGE";
        }
        if (nic.containsKey("parent") && !nic.containsKey("nictype")) {
            return "parent: needs nictype: bridged, macvlan, routed or physical beside it";
        }
        return "";
    }

    private static String wrongDisk(Map<String, String> disk) {
        String path = disk.getOrDefault("path", "");
        String source = disk.getOrDefault("source", "");
        if (path.isEmpty()) {
            return "has no path; write where it is to be seen inside the guest";
        }
        if (path.equals("/")) {
            return !source.isEmpty()
                    ? "the root disk takes no source"
                    : disk.containsKey("pool") ? "" : "the root disk needs a pool; write pool: NAME";
        }
        if (source.isEmpty()) {
            return "has no source; write the path on the host";
        }
        if (disk.containsKey("pool")) {
            return "volumes of a pool are not supported yet as disks; write an absolute source without pool";
        }
        if (disk.containsKey("size")) {
            return "only the root disk may have a size";
        }
        return source.startsWith("/") && !(source + "/").contains("/../")
                ? ""
                : "source must be an absolute path without ..";
    }
}
