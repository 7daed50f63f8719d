package berth.spec;

import static berth.spec.Form.ANY;
import static berth.spec.Form.BOOL;
import static berth.spec.Form.PATH;
import static berth.spec.Form.SECONDS;
import static berth.spec.Form.TEXT;
import static berth.spec.Form.keys;
import static berth.spec.Form.list;
import static berth.spec.Form.names;
import static berth.spec.Form.one;
import static berth.spec.Form.oneOrNothing;
import static berth.spec.Form.valuesByName;

import berth.model.Cidr;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Keys that have a meaning in Berth and that this version does not carry out: what may stand there. */
final class Later {
    private static final Set<String> UNIT_WORDS = Set.of(
            "enable",
            "name",
            "address",
            "addresses",
            "gateway",
            "dns",
            "ntp",
            "domains",
            "routes",
            "routingPolicyRules",
            "vlan",
            "macvlan",
            "ipvlan",
            "ipvtap",
            "vxlan",
            "tunnel",
            "xfrm",
            "vrf",
            "bond",
            "bridge",
            "DHCP",
            "extraConfig",
            "dhcpServerStaticLeases",
            "wireguardPeers",
            "ipv6Prefixes",
            "ipv6RoutePrefixes",
            "bridgeVLANs");

    private static final Form UNIT = section(Later::unitKey, "of a networkd unit");
    private static final Form UNITS = names(UNIT, Later::unitKey);
    private static final Form NETWORKD = keys(Map.of(
            "networks", UNITS, "netdevs", UNITS, "links", UNITS, "enable", BOOL, "config", ANY, "wait-online", ANY));
    private static final Form SETTINGS =
            section(Set.of("enable", "execConfig", "filesConfig", "networkConfig")::contains, "of nspawn's settings");

    /** An address with its prefix length, of any family. */
    private static final Value ADDRESS = text -> Cidr.of(text)
            .map(it -> text.toLowerCase(Locale.ROOT))
            .orElseThrow(() -> Refused.invalid(
                    Quoted.of(text) + " is not an address with its prefix length; write for instance 10.20.30.1/24"));

    private static final Form POOL4 = list(one(Value.V4_NET));
    private static final Form POOL6 = list(one(Value.V6_NET));
    private static final Form PORT = one(Value.range(1, 65_535));
    private static final Form COUNT = one(Value.range(0, 1_000_000));
    private static final Form WORDS = list(TEXT);

    /** {@code hosts:}, which the plan looks at. */
    static final Form HOSTS = names(
            keys(Map.of(
                    "address", TEXT,
                    "port", PORT,
                    "user", TEXT,
                    "nics", valuesByName(one(Value.IFACE)),
                    "arch", TEXT,
                    "labels", valuesByName(TEXT))),
            Set.of("address", "port", "user", "nics", "arch", "labels")::contains);

    /** {@code systemd:} of the site and of a guest. */
    static final Form SYSTEMD = systemd();

    /** Of the site. */
    static final Map<String, Form> SITE =
            Map.of("volumes", ANY, "include", list(PATH), "credentials", ANY, "secrets", ANY);

    /** Of {@code defaults:}. */
    static final Map<String, Form> DEFAULTS =
            Map.of("kind", TEXT, "backend", TEXT, "activation", ANY, "protect", WORDS, "snapshots", ANY, "update", ANY);

    /** Of a guest and of a profile alike. */
    private static final Map<String, Form> SHARED = Map.ofEntries(
            Map.entry(
                    "disks",
                    list(keys(Map.ofEntries(
                            Map.entry("name", TEXT),
                            Map.entry("volume", TEXT),
                            Map.entry("pool", TEXT),
                            Map.entry("source", TEXT),
                            Map.entry("size", one(Value.SIZE)),
                            Map.entry("clone", one(Value.oneOf("copy-on-write", "full"))),
                            Map.entry("bus", TEXT),
                            Map.entry("format", TEXT),
                            Map.entry("cache", TEXT),
                            Map.entry("readonly", BOOL),
                            Map.entry("cdrom", BOOL),
                            Map.entry("boot", COUNT))))),
            Map.entry(
                    "nics",
                    list(keys(Map.ofEntries(
                            Map.entry("name", TEXT),
                            Map.entry("direct", TEXT),
                            Map.entry("mode", TEXT),
                            Map.entry("bridge", TEXT),
                            Map.entry("network", TEXT),
                            Map.entry("mac", one(text -> Value.MAC.normal(text).toLowerCase(Locale.ROOT))),
                            Map.entry("model", TEXT),
                            Map.entry("host_name", TEXT),
                            Map.entry("mtu", one(Value.range(68, 65_535))),
                            Map.entry("acl", TEXT),
                            Map.entry("expect", TEXT))))),
            Map.entry("console", keys(Map.of("graphics", TEXT, "serial", BOOL, "listen", TEXT))),
            Map.entry(
                    "ssh",
                    keys(Map.of("port", PORT, "user", TEXT, "authorized-keys", list(PATH), "host-keys", list(PATH)))),
            Map.entry("owned", TEXT));

    /** Credentials of which one comes from a command. */
    static final Form CREDENTIALS = list(keys(Map.of("id", TEXT, "path", PATH, "command", WORDS)));

    /** Of a guest. */
    static final Map<String, Form> INSTANCE = and(
            SHARED,
            Map.ofEntries(
                    Map.entry("backend", TEXT),
                    Map.entry("rootfs", PATH),
                    Map.entry("flake", TEXT),
                    Map.entry("tmpfs", WORDS),
                    Map.entry("allowedDevices", ANY),
                    Map.entry("enableTun", BOOL),
                    Map.entry("additionalCapabilities", WORDS),
                    Map.entry("extraFlags", WORDS),
                    Map.entry("networkNamespace", TEXT),
                    Map.entry("copyResolvConf", BOOL),
                    Map.entry("firmware", ANY),
                    Map.entry("resources", valuesByName(ANY)),
                    Map.entry("secrets", ANY),
                    Map.entry("retire", TEXT),
                    Map.entry("timeoutStartSec", TEXT),
                    Map.entry("systemd", systemd()),
                    Map.entry("expect", TEXT),
                    Map.entry("labels", valuesByName(TEXT))));

    /** Of a profile. */
    static final Map<String, Form> PROFILE = and(
            SHARED,
            Map.of(
                    "network", ANY,
                    "activation",
                            keys(Map.of(
                                    "autoStart",
                                    BOOL,
                                    "strategy",
                                    TEXT,
                                    "reloadScript",
                                    ANY,
                                    "stopTimeout",
                                    SECONDS,
                                    "timeoutStartSec",
                                    TEXT)),
                    "needs", ANY,
                    "guest", ANY,
                    "image", TEXT,
                    "health", ANY,
                    "update", ANY,
                    "forwardPorts", ANY,
                    "bindMounts", ANY));

    /** Of an image. */
    static final Map<String, Form> IMAGE =
            Map.of("digest", TEXT, "format", TEXT, "grow", TEXT, "owned", TEXT, "on-drift", ANY);

    /** Of {@code activation:}. */
    static final Map<String, Form> ACTIVATION = Map.of("timeoutStartSec", TEXT);

    /** Of {@code network:}. */
    static final Map<String, Form> NETWORK = Map.of("ipvlan", ANY);

    private Later() {}

    private static boolean unitKey(String key) {
        return UNIT_WORDS.contains(key) || key.endsWith("Config");
    }

    /** Names without dots: what comes behind one belongs to the thing. */
    private static boolean first(String word) {
        return !word.isEmpty();
    }

    /** One named thing that must be the whole of something. */
    static Map<String, Form> any(String... names) {
        var all = new java.util.TreeMap<String, Form>();
        for (String name : names) {
            all.put(name, ANY);
        }
        return all;
    }

    private static Form systemd() {
        return keys(Map.of("network", NETWORKD, "nspawn", names(SETTINGS, Later::first)));
    }

    /** Sections as NixOS spells them, with systemd's own keys inside. */
    private static Form section(Predicate<String> key, String of) {
        return (tree, path, findings) -> names(
                        (value, at, seen) -> {
                            String name = at.substring(path.length() + 1);
                            if (!key.test(name)) {
                                seen.error(value.at(), at, "unknown key " + of);
                                return java.util.Optional.empty();
                            }
                            return ANY.read(value, at, seen);
                        },
                        Later::first)
                .read(tree, path, findings);
    }

    /** What a system is built with is for whoever builds it. */
    static java.util.Optional<berth.model.wanted.Kept> nixpkgs(
            berth.spec.yaml.Tree tree, String path, Findings findings) {
        return tree instanceof berth.spec.yaml.Tree.Opaque
                ? java.util.Optional.of(new berth.model.wanted.Kept.Text("<nixpkgs>"))
                : oneOrNothing(Value.TEXT).read(tree, path, findings);
    }

    private static Map<String, Form> and(Map<String, Form> some, Map<String, Form> others) {
        var all = new java.util.TreeMap<>(some);
        all.putAll(others);
        return all;
    }
}
