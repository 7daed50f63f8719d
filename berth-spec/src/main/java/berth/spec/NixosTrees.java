package berth.spec;

import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trees of options that NixOS has for containers as what they mean in the file of a site: those of RFC 108 as the
 * RFC, its prototype and the tools around it spell them ({@code nixos.containers}, {@code virtualisation.nspawn}), and
 * {@code containers} of 2014. Only names are changed here; each value keeps its place.
 */
final class NixosTrees {
    private static final Set<String> ROOTS = Set.of("nixos", "containers", "virtualisation");
    private static final Set<String> RFC = Set.of(
            "network",
            "zone",
            "system-config",
            "config",
            "forwardPorts",
            "bindMounts",
            "binds",
            "activation",
            "credentials",
            "nixpkgs",
            "userNamespacing",
            "hostNetworkConfig",
            "containerNetworkConfig");

    private final Findings findings;
    private final List<Tree.Entry> site = new ArrayList<>();

    private NixosTrees(Findings findings) {
        this.findings = findings;
    }

    /** The keys of a site, those trees read as {@code instances}, {@code zones} and {@code systemd}. */
    static List<Tree.Entry> read(List<Tree.Entry> entries, Findings findings) {
        var reader = new NixosTrees(findings);
        for (Tree.Entry entry : entries) {
            String root = root(entry.key());
            if (ROOTS.contains(root)) {
                reader.root(entry, root);
            } else {
                reader.site.add(entry);
            }
        }
        return reader.withUsers();
    }

    private static String root(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private void root(Tree.Entry entry, String root) {
        Tree.Entry whole = split(List.of(entry)).get(root);
        if (whole == null) {
            return;
        }
        switch (root) {
            case "containers" ->
                things(whole.value(), root).forEach((name, guest) -> old(name, guest, root + "." + name));
            case "nixos" -> {
                for (Tree.Entry inner :
                        keys(whole.value(), root, Set.of("containers")).values()) {
                    rfc(inner.value(), "nixos.containers");
                }
            }
            default -> {
                var keys = keys(whole.value(), root, Set.of("nspawn", "incus", "lxd"));
                Tree.Entry nspawn = keys.get("nspawn");
                if (nspawn != null) {
                    keys(nspawn.value(), "virtualisation.nspawn", Set.of("containers"))
                            .values()
                            .forEach(it -> things(it.value(), "virtualisation.nspawn.containers")
                                    .forEach((name, guest) -> fpletz(name, guest)));
                }
                for (String daemon : List.of("incus", "lxd")) {
                    if (keys.containsKey(daemon)) {
                        daemon(keys.get(daemon), "virtualisation." + daemon);
                    }
                }
            }
        }
    }

    private void rfc(Tree tree, String path) {
        var keys = keys(tree, path, Set.of("instances", "zones"));
        Tree.Entry zones = keys.get("zones");
        if (zones != null) {
            site.add(zones);
        }
        Tree.Entry instances = keys.get("instances");
        if (instances != null) {
            things(instances.value(), path + ".instances")
                    .forEach((name, guest) -> instance(name, guest, path + ".instances." + name, false));
        }
    }

    private void fpletz(String name, Tree.Entry guest) {
        instance(name, guest, "virtualisation.nspawn.containers." + name, true);
    }

    /** A daemon's preseed is read as it is; that it runs at all is not the site's business. */
    private void daemon(Tree.@Nullable Entry entry, String path) {
        if (entry == null) {
            return;
        }
        for (Tree.Entry key : split(mapping(entry.value(), path)).values()) {
            switch (key.key()) {
                case "preseed" -> site.addAll(mapping(key.value(), path + ".preseed"));
                case "enable", "package", "lxcPackage", "startTimeout", "zfsSupport", "ui", "socketActivation" ->
                    findings.warning(key.at(), path + "." + key.key(), "is about the daemon, and is passed over");
                case "recommendedSysctlSettings" ->
                    findings.warning(
                            key.at(),
                            path + "." + key.key(),
                            "is a file of the host: packaging/sysctl.d/60-berth.conf");
                default -> findings.error(key.at(), path + "." + key.key(), "unknown key");
            }
        }
    }

    /** One of RFC 108, in any of its spellings. */
    private void instance(String name, Tree.Entry entry, String path, boolean ephemeral) {
        var guest = new Guest(name, entry);
        boolean networkSaid = false;
        for (Tree.Entry key : split(mapping(entry.value(), path), RFC).values()) {
            switch (key.key()) {
                case "network" -> {
                    networkSaid = true;
                    network(guest, key, path);
                }
                case "zone" -> {
                    networkSaid = true;
                    guest.put("network", nested(key, "zone", key.value()));
                }
                case "config", "system-config" -> guest.put("system-config", system(key, path));
                case "binds", "bindMounts" -> guest.put("bindMounts", binds(key, path));
                case "userNamespacing" -> guest.put("userns", yes(key.value()) ? "pick" : "no", key.at());
                case "hostNetworkConfig" -> hostSide(name, key.at(), key.value());
                case "containerNetworkConfig" -> guest.inside(key.at(), key.value());
                default -> guest.put(key);
            }
        }
        if (!networkSaid) {
            findings.warning(
                    entry.at(),
                    "instances." + name + ".network",
                    "is not said, which stands for the host's network here; network = { } is one of its own");
            guest.put("network", "host", entry.at());
        }
        if (ephemeral && !guest.has("ephemeral")) {
            guest.put("ephemeral", "true", entry.at());
        }
        guest.done();
    }

    private void network(Guest guest, Tree.Entry key, String path) {
        if (key.value() instanceof Tree.Scalar scalar
                && (scalar.isNull() || scalar.text().equals("null"))) {
            guest.put("network", "host", key.at());
            return;
        }
        if (!(key.value() instanceof Tree.Mapping mapping)) {
            guest.put(key);
            return;
        }
        var kept = new ArrayList<Tree.Entry>();
        for (Tree.Entry inner : split(mapping.entries(), Set.of("veth")).values()) {
            if (!inner.key().equals("veth")) {
                kept.add(inner);
                continue;
            }
            var veth = keys(inner.value(), path + ".network.veth", Set.of("enable", "zone", "config"));
            Tree.Entry enable = veth.get("enable");
            if (enable != null && !yes(enable.value())) {
                guest.put("network", "host", enable.at());
                return;
            }
            Tree.Entry zone = veth.get("zone");
            if (zone != null && !(zone.value() instanceof Tree.Scalar scalar && scalar.isNull())) {
                kept.add(zone);
            }
            Tree.Entry config = veth.get("config");
            if (config != null) {
                keys(config.value(), path + ".network.veth.config", Set.of("host", "container"))
                        .forEach((side, it) -> {
                            if (side.equals("host")) {
                                hostSide(guest.name, it.at(), it.value());
                            } else {
                                guest.inside(it.at(), it.value());
                            }
                        });
            }
        }
        guest.put("network", new Tree.Entry("network", key.at(), new Tree.Mapping(mapping.at(), kept)));
    }

    /** What networkd is told of the host's end of a link. */
    private void hostSide(String name, Origin at, Tree unit) {
        site.add(new Tree.Entry("systemd", at, deep(at, List.of("network", "networks", "20-ve-" + name), unit)));
    }

    /** One of the containers of 2014, and as they are today. */
    private void old(String name, Tree.Entry entry, String path) {
        var guest = new Guest(name, entry);
        var keys = split(mapping(entry.value(), path));
        boolean own = keys.containsKey("privateNetwork") && yes(value(keys, "privateNetwork"))
                || Stream.of("hostBridge", "macvlans", "interfaces", "extraVeths", "networkNamespace")
                        .anyMatch(it -> isSaid(keys.get(it)));
        var network = new ArrayList<Tree.Entry>();
        boolean autoStart = false;
        boolean users = false;
        boolean pair = false; // a card of its own beside those that macvlans are
        for (Tree.Entry key : keys.values()) {
            if (key.value() instanceof Tree.Scalar scalar && scalar.isNull()) {
                continue; // NixOS' word for what is not set
            }
            switch (key.key()) {
                case "config" -> guest.put("system-config", system(key, path));
                case "privateNetwork" -> {}
                case "hostAddress", "localAddress", "hostAddress6", "localAddress6" -> {
                    if (own) {
                        pair = true;
                        network.add(address(key));
                    } else {
                        findings.error(
                                key.at(),
                                path + "." + key.key(),
                                "has no effect without privateNetwork; take it out, or add privateNetwork = true");
                    }
                }
                case "hostBridge" -> {
                    pair = true;
                    network.add(named("bridge", key));
                }
                case "localMacAddress" -> {
                    network.add(named("mac", key));
                    if (!own) {
                        findings.error(
                                key.at(),
                                path + "." + key.key(),
                                "has no effect without privateNetwork; take it out, or add privateNetwork = true");
                    }
                }
                case "macvlans" -> network.add(named("macvlan", key));
                case "interfaces" -> network.add(named("move", key));
                case "extraVeths" -> network.add(named("extra", key));
                case "autoStart" -> {
                    autoStart = true;
                    guest.put("activation", nested(key, "autoStart", key.value()));
                }
                case "restartIfChanged" -> {
                    if (!yes(key.value())) {
                        guest.put("activation", nested(key, "strategy", new Tree.Scalar(key.at(), "none", false)));
                    }
                }
                case "privateUsers" -> {
                    users = true;
                    guest.put("userns", named("userns", key));
                }
                case "bindMounts" -> guest.put("bindMounts", binds(key, path));
                case "specialArgs" ->
                    findings.warning(
                            key.at(), path + ".specialArgs", "is for whoever builds the system, and is passed over");
                default -> guest.put(key);
            }
        }
        if (!own) {
            guest.put("network", "host", entry.at());
        } else {
            if (pair || !isSaid(keys.get("macvlans"))) {
                network.add(new Tree.Entry("interface", entry.at(), new Tree.Scalar(entry.at(), "eth0", false)));
            }
            guest.put("network", new Tree.Entry("network", entry.at(), new Tree.Mapping(entry.at(), network)));
            if (keys.containsKey("localAddress") || keys.containsKey("localAddress6")) {
                Tree resolved = new Tree.Scalar(entry.at(), name + ".containers", false);
                guest.put(
                        "names", new Tree.Entry("names", entry.at(), new Tree.Sequence(entry.at(), List.of(resolved))));
            }
        }
        if (!autoStart) {
            guest.put("activation", nested(entry, "autoStart", new Tree.Scalar(entry.at(), "false", false)));
        }
        if (!users) {
            findings.warning(
                    entry.at(),
                    path,
                    "has no user namespace, as its kind has by default; privateUsers = \"pick\" would confine it better");
            guest.put("userns", "no", entry.at());
        }
        guest.done();
    }

    /** Whether a key is there that asks for something: null and empty lists and sets do not. */
    private static boolean isSaid(Tree.@Nullable Entry key) {
        return key != null
                && switch (key.value()) {
                    case Tree.Scalar scalar -> !scalar.isNull();
                    case Tree.Sequence list -> !list.items().isEmpty();
                    case Tree.Mapping mapping -> !mapping.entries().isEmpty();
                    default -> true;
                };
    }

    /** {@code hostAddress = "10.0.0.1"} is one of the addresses of the host's end. */
    private static Tree.Entry address(Tree.Entry key) {
        String family = key.key().endsWith("6") ? "v6" : "v4";
        String side = key.key().startsWith("host") ? "hostAddresses" : "containerPool";
        Tree address = key.value() instanceof Tree.Scalar text && text.text().indexOf('/') < 0
                ? new Tree.Scalar(text.at(), text.text() + (family.equals("v4") ? "/32" : "/128"), false)
                : key.value();
        return new Tree.Entry(
                family,
                key.at(),
                deep(key.at(), List.of("static", side), new Tree.Sequence(key.at(), List.of(address))));
    }

    /** A list of {@code HOST:GUEST:OPTIONS}, or a mapping from paths inside. */
    private Tree.Entry binds(Tree.Entry key, String path) {
        if (!(key.value() instanceof Tree.Sequence list)) {
            return named("bindMounts", key);
        }
        var mounts = new ArrayList<Tree.Entry>();
        for (Tree item : list.items()) {
            String text = findings.text(item, path + "." + key.key()).orElse("");
            String[] parts = text.split(":", -1);
            if (!text.startsWith("/") || parts.length > 3) {
                findings.error(item.at(), path + "." + key.key(), "write HOST:GUEST or HOST:GUEST:OPTIONS");
                continue;
            }
            String options = parts.length == 3 ? parts[2] : "";
            var mount = new ArrayList<Tree.Entry>();
            mount.add(new Tree.Entry("hostPath", item.at(), new Tree.Scalar(item.at(), parts[0], false)));
            mount.add(new Tree.Entry(
                    "isReadOnly",
                    item.at(),
                    new Tree.Scalar(
                            item.at(),
                            String.valueOf(List.of(options.split(",")).contains("ro")),
                            false)));
            if (options.contains("idmap")) {
                mount.add(new Tree.Entry("idmap", item.at(), new Tree.Scalar(item.at(), "true", false)));
            }
            mounts.add(new Tree.Entry(
                    parts.length > 1 ? parts[1] : parts[0], item.at(), new Tree.Mapping(item.at(), mount)));
        }
        return new Tree.Entry("bindMounts", key.at(), new Tree.Mapping(list.at(), mounts));
    }

    /** A module is not looked into: what matters is where it is. */
    private Tree.Entry system(Tree.Entry key, String path) {
        Tree value =
                key.value() instanceof Tree.Mapping mapping && key.at().file().endsWith(".nix")
                        ? new Tree.Opaque(
                                mapping.at(),
                                "a system",
                                "nix:" + findings.real(key.at().file()) + "#" + path + "." + key.key())
                        : key.value();
        return new Tree.Entry("system-config", key.at(), value);
    }

    /** What {@code systemd.nspawn} says of the user namespace of a guest is said of the guest. */
    private List<Tree.Entry> withUsers() {
        var guests = new HashSet<String>();
        for (Tree.Entry entry : site) {
            Tree.Entry whole = split(List.of(entry)).get("instances");
            if (whole != null && whole.value() instanceof Tree.Mapping mapping) {
                guests.addAll(split(mapping.entries()).keySet());
            }
        }
        var all = new ArrayList<Tree.Entry>();
        for (Tree.Entry entry : site) {
            Tree.Entry systemd = split(List.of(entry)).get("systemd");
            Tree.Entry kept = systemd == null ? entry : without(systemd, guests, all);
            if (kept != null) {
                all.add(kept);
            }
        }
        return List.copyOf(all);
    }

    /** systemd's settings without {@code nspawn.GUEST.execConfig.PrivateUsers}. */
    private static Tree.@Nullable Entry without(Tree.Entry systemd, Set<String> guests, List<Tree.Entry> users) {
        return inner(
                systemd,
                nspawn -> !nspawn.key().equals("nspawn")
                        ? nspawn
                        : inner(
                                nspawn,
                                guest -> !guests.contains(guest.key())
                                        ? guest
                                        : inner(
                                                guest,
                                                section -> !section.key().equals("execConfig")
                                                        ? section
                                                        : inner(section, key -> {
                                                            if (!key.key().equals("PrivateUsers")) {
                                                                return key;
                                                            }
                                                            Tree word = yes(key.value())
                                                                    ? new Tree.Scalar(key.at(), "pick", false)
                                                                    : key.value();
                                                            users.add(new Tree.Entry(
                                                                    "instances",
                                                                    key.at(),
                                                                    deep(
                                                                            key.at(),
                                                                            List.of(guest.key() + ".userns"),
                                                                            word)));
                                                            return null;
                                                        }))));
    }

    /** The same with other keys inside; without those that are null, and itself null when none is left. */
    private static Tree.@Nullable Entry inner(Tree.Entry entry, Function<Tree.Entry, Tree.@Nullable Entry> each) {
        if (!(entry.value() instanceof Tree.Mapping mapping)) {
            return entry;
        }
        var keys = new ArrayList<Tree.Entry>();
        boolean gone = false;
        for (Tree.Entry key : split(mapping.entries()).values()) {
            Tree.Entry kept = each.apply(key);
            gone |= kept == null;
            if (kept != null) {
                keys.add(kept);
            }
        }
        return gone && keys.isEmpty()
                ? null
                : new Tree.Entry(entry.key(), entry.at(), new Tree.Mapping(mapping.at(), keys));
    }

    private final class Guest {
        private final String name;
        private final Tree.Entry entry;
        private final List<Tree.Entry> keys = new ArrayList<>();

        Guest(String name, Tree.Entry entry) {
            this.name = name;
            this.entry = entry;
        }

        void put(Tree.Entry key) {
            keys.add(key);
        }

        void put(String name, Tree.Entry key) {
            keys.add(new Tree.Entry(name, key.at(), key.value()));
        }

        void put(String name, String text, Origin at) {
            keys.add(new Tree.Entry(name, at, new Tree.Scalar(at, text, false)));
        }

        boolean has(String name) {
            return keys.stream().anyMatch(it -> it.key().equals(name));
        }

        /** What networkd inside is told of the guest's end of its link. */
        void inside(Origin at, Tree unit) {
            keys.add(
                    new Tree.Entry("guest", at, deep(at, List.of("systemd", "network", "networks", "20-host0"), unit)));
        }

        void done() {
            var guest = new Tree.Entry(
                    name, entry.at(), new Tree.Mapping(entry.value().at(), List.copyOf(keys)));
            site.add(new Tree.Entry("instances", entry.at(), new Tree.Mapping(entry.at(), List.of(guest))));
        }
    }

    private List<Tree.Entry> mapping(Tree tree, String path) {
        return findings.mapping(tree, path).map(Tree.Mapping::entries).orElse(List.of());
    }

    /** The keys of a mapping, which has no others than these. */
    private Map<String, Tree.Entry> keys(Tree tree, String path, Set<String> known) {
        var keys = split(mapping(tree, path));
        keys.values().removeIf(it -> {
            boolean unknown = !known.contains(it.key());
            if (unknown) {
                findings.error(
                        it.at(),
                        path + "." + Findings.shown(it.key()),
                        "unknown key." + findings.hint(it.key(), known));
            }
            return unknown;
        });
        return keys;
    }

    private Map<String, Tree.Entry> things(Tree tree, String path) {
        return split(mapping(tree, path));
    }

    private static Map<String, Tree.Entry> split(List<Tree.Entry> entries) {
        return split(entries, null);
    }

    /**
     * Keys with dots taken apart at their first one, what belongs together put together.
     *
     * @param roots the words that may be taken apart; null for all
     */
    private static Map<String, Tree.Entry> split(List<Tree.Entry> entries, @Nullable Set<String> roots) {
        var all = new LinkedHashMap<String, Tree.Entry>();
        for (Tree.Entry entry : entries) {
            String root = root(entry.key());
            boolean apart = root.length() < entry.key().length() && (roots == null || roots.contains(root));
            Tree.Entry plain = apart
                    ? new Tree.Entry(
                            root,
                            entry.at(),
                            new Tree.Mapping(
                                    entry.at(),
                                    List.of(new Tree.Entry(
                                            entry.key().substring(root.length() + 1), entry.at(), entry.value()))))
                    : entry;
            all.merge(plain.key(), plain, NixosTrees::both);
        }
        return all;
    }

    private static Tree.Entry both(Tree.Entry one, Tree.Entry other) {
        if (one.value() instanceof Tree.Mapping left && other.value() instanceof Tree.Mapping right) {
            var entries = new ArrayList<>(left.entries());
            entries.addAll(right.entries());
            return new Tree.Entry(one.key(), one.at(), new Tree.Mapping(left.at(), entries));
        }
        return one;
    }

    private static Tree value(Map<String, Tree.Entry> keys, String key) {
        Tree.Entry entry = keys.get(key);
        return entry == null ? new Tree.Scalar(new Origin("", 1, 1), "", true) : entry.value();
    }

    private static boolean yes(Tree tree) {
        return tree instanceof Tree.Scalar scalar && Set.of("true", "yes", "on").contains(scalar.text());
    }

    private static Tree.Entry named(String name, Tree.Entry key) {
        return new Tree.Entry(name, key.at(), key.value());
    }

    private static Tree.Entry nested(Tree.Entry key, String name, Tree value) {
        return new Tree.Entry(
                name, key.at(), new Tree.Mapping(key.at(), List.of(new Tree.Entry(name, key.at(), value))));
    }

    private static Tree deep(Origin at, List<String> names, Tree value) {
        Tree tree = value;
        for (String name : names.reversed()) {
            tree = new Tree.Mapping(at, List.of(new Tree.Entry(name, at, tree)));
        }
        return tree;
    }
}
