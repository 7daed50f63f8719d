package berth.spec;

import berth.model.AddressPools;
import berth.model.Cidr;
import berth.model.NetworkName;
import berth.model.Quoted;
import berth.model.wanted.GuestFile;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Origin;
import berth.model.wanted.WantedNetwork;
import berth.spec.yaml.Tree;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@code zones:} and a guest's {@code network:} and {@code forwardPorts:}, and says them in ordinary objects: a zone is
 * a managed network {@code vz-ZONE}; a guest of its own has a managed network {@code ve-GUEST} for itself; fixed addresses at
 * both ends are a pair of ends.
 */
final class NetworkSection {
    /** Where further names of a guest are kept. */
    static final String NAMES = "user.berth.names";

    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    /** The card of a guest that is in no bridge of the site's: as nspawn calls it. */
    private static final String HOST0 = "host0";

    private static final String DEFAULT = "default";
    private static final String EVERYWHERE = "0.0.0.0";
    private static final String RESOLV = "/etc/resolv.conf";
    private static final Shape ZONE = Shape.of("v4", "v6", "hostAddresses").later("dns", "protect", "on-drift");
    private static final Shape NETWORK = Shape.of(
                    "bridge", "zone", "veth", "v4", "v6", "interface", "mac", "macvlan", "dns", "move", "extra")
            .later(Later.NETWORK);
    private static final Shape FAMILY = Shape.of("address", "addrPool", "nat", "static");
    private static final Shape ZONE_FAMILY = Shape.of("addrPool", "nat");
    private static final Shape MACVLAN = Shape.of("parent", "v4", "v6", "host");
    private static final Shape STATIC = Shape.of("containerPool", "hostAddresses");
    private static final Shape FORWARD = Shape.of("hostPort", "containerPort", "protocol", "listen", "hostAddress");
    private static final Shape EXTRA = Shape.of(
            "bridge",
            "hostBridge",
            "hostAddress",
            "localAddress",
            "hostAddress6",
            "localAddress6",
            "mac",
            "forwardPorts");
    private static final List<Cidr> PRIVATE =
            List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10").stream()
                    .map(it -> Cidr.of(it).orElseThrow())
                    .toList();

    private static final List<Cidr> LOOPBACK = Stream.of("127.0.0.0/8", "::1/128")
            .map(it -> Cidr.of(it).orElseThrow())
            .toList();

    private record Family(String word, String key, int bits, String what) {}

    private static final List<Family> FAMILIES =
            List.of(new Family("v4", "ipv4", 32, "IPv4"), new Family("v6", "ipv6", 128, "IPv6"));

    private final Findings findings;
    /** Those that the files name, which a guest may be on without saying so. */
    private final Set<NetworkName> declared;

    private final Set<String> zones = new TreeSet<>();
    private final Map<String, String> named = new TreeMap<>();
    private final SortedMap<NetworkName, WantedNetwork> made = new TreeMap<>();
    /** Who has which interface of the host. */
    private final Map<String, String> interfaces = new TreeMap<>();

    NetworkSection(Findings findings, Set<NetworkName> declared) {
        this.findings = findings;
        this.declared = Set.copyOf(declared);
    }

    /** The networks that zones and guests make. */
    SortedMap<NetworkName, WantedNetwork> made() {
        return made;
    }

    // ---- zones ----

    /** One zone. */
    void zone(String name, Tree.Entry entry, String path) {
        if (!name.matches("[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?")) {
            findings.error(entry.at(), path, Quoted.of(name) + " is no name for a zone: letters, digits, - and _");
            return;
        }
        zones.add(name);
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        var fields = new Fields(mapping, path, ZONE, findings);
        var config = new TreeMap<String, String>();
        List<String> own = addresses(fields, "hostAddresses");
        for (Family family : FAMILIES) {
            var keys = inner(fields, family.word(), ZONE_FAMILY);
            List<String> hosts = own.stream()
                    .filter(it -> it.contains(":") == (family.bits() == 128))
                    .toList();
            pool(keys, family, hosts, config);
        }
        make("vz-", name, config, entry.at(), path);
    }

    /** The host's address on a network, and whether it stands in for the guests. */
    private void pool(Fields keys, Family family, List<String> hosts, Map<String, String> config) {
        List<String> pools = addresses(keys, "addrPool");
        List<String> said = (hosts.isEmpty() ? pools : hosts)
                .stream().map(it -> end(it, keys, family)).distinct().toList();
        if (hosts.size() > 1) {
            findings.error(
                    keys.at("addrPool"),
                    keys.path("addrPool"),
                    "a network has one " + family.what() + " address of the host; leave one of "
                            + String.join(", ", hosts));
        }
        boolean choice = said.size() > 1;
        String address = said.isEmpty() || choice ? "auto" : said.getFirst();
        config.put(family.key() + ".address", address);
        if (choice) {
            config.put(AddressPools.key(family.key()), AddressPools.text(said));
        }
        Optional<Boolean> nat = keys.flag("nat");
        boolean picked = address.equals("auto") && !choice;
        if (nat.isPresent() || choice || !picked && family.bits() == 32) {
            config.put(family.key() + ".nat", String.valueOf(nat.orElse(family.bits() == 32)));
        }
    }

    /** What a pool says of the host's end: its address there; or that any will do. */
    private String end(String pool, Fields keys, Family family) {
        Cidr subnet = Cidr.of(pool).orElseThrow();
        if (subnet.bits() != family.bits()) {
            findings.error(keys.at("addrPool"), keys.path("addrPool"), Quoted.of(pool) + " is not " + family.what());
        } else if (subnet.address().signum() == 0) {
            return "auto"; // 0.0.0.0/24 and ::/64 are networkd's way to say that any will do
        } else if (subnet.isNetwork()) {
            return text(subnet.address().add(BigInteger.ONE), family.bits()) + "/" + subnet.prefix();
        }
        return pool;
    }

    private void make(String prefix, String name, SortedMap<String, String> config, Origin at, String path) {
        findings.made(at, path, () -> new NetworkName(InterfaceName.of(prefix, name)))
                .filter(it -> isFree(prefix, name, at, path))
                .ifPresent(
                        it -> made.put(it, new WantedNetwork(it, "bridge", "", config, Set.of(), OnDrift.UNSAID, at)));
    }

    /** Whether the host's interface that is called after a guest or zone is nobody else's; tells when it is not. */
    private boolean isFree(String prefix, String name, Origin at, String path) {
        String text = InterfaceName.of(prefix, name);
        if (!text.equals(prefix + name)) {
            findings.warning(
                    at,
                    path,
                    "its interface on the host is called " + text + ", for " + prefix + name
                            + " is longer than the 15 characters that the kernel takes");
        }
        String spelled = "networks." + text;
        if (declared.stream().anyMatch(it -> it.text().equals(text))) {
            findings.error(
                    at,
                    path,
                    "is said twice: as " + spelled + " at " + findings.origin(spelled, at) + " and here; say it once");
            return false;
        }
        String twin = interfaces.putIfAbsent(text, path + " at " + at);
        if (twin != null) {
            findings.error(
                    at,
                    path,
                    "its interface on the host would be called " + text + ", as that of " + twin
                            + "; give one of them another name");
        }
        return twin == null;
    }

    // ---- a guest's card ----

    /** Gives a guest the card that it asks for, or the usual one when it has none. */
    void guest(String guest, Fields fields, SortedMap<String, SortedMap<String, String>> devices, boolean hasNic) {
        String path = fields.path("network");
        String word = fields.any("network")
                .filter(it -> it instanceof Tree.Scalar scalar && !scalar.isNull())
                .map(it -> ((Tree.Scalar) it).text())
                .orElse("");
        if (word.equals("host") || word.equals("none")) {
            if (hasNic) {
                findings.error(
                        fields.at("network"), path, word + ", but a device or a profile gives it a network card");
            } else if (word.equals("host")) {
                put(fields, devices, new TreeMap<>(Map.of("type", "nic", "nictype", "host")));
            }
            return;
        }
        var mapping = fields.mapping("network").orElse(new Tree.Mapping(fields.at("network"), List.of()));
        var keys = new Fields(mapping, path, NETWORK, findings);
        for (Tree item : keys.list("move")) {
            findings.text(item, keys.path("move"))
                    .flatMap(text -> findings.made(item.at(), keys.path("move"), () -> Value.IFACE.normal(text)))
                    .ifPresent(parent -> put(
                            fields,
                            devices,
                            new TreeMap<>(
                                    Map.of("type", "nic", "nictype", "physical", "name", parent, "parent", parent))));
        }
        extra(keys, fields, devices);
        boolean asks = List.of("bridge", "zone", "veth", "v4", "v6", "macvlan", "interface", "mac").stream()
                .anyMatch(keys::has);
        if (hasNic && !asks) {
            return;
        }
        List<String> kinds =
                List.of("bridge", "zone").stream().filter(keys::has).toList();
        if (kinds.size() > 1) {
            findings.error(
                    keys.at(kinds.get(1)),
                    keys.path(kinds.get(1)),
                    "excludes " + kinds.getFirst() + "; more cards are written under devices:");
            return;
        }
        var v4 = inner(keys, "v4", FAMILY);
        var v6 = inner(keys, "v6", FAMILY);
        boolean own = keys.has("veth") && keys.flag("veth").orElse(false)
                || List.of(v4, v6).stream().anyMatch(it -> it.has("addrPool") || it.has("nat") || it.has("static"));
        if (keys.has("macvlan")) {
            boolean beside = own || keys.has("zone") || keys.has("bridge");
            macvlans(keys, beside, fields, devices);
            if (!beside) {
                return;
            }
        }
        if (keys.has("zone")) {
            zoned(keys, v4, v6, fields, devices);
        } else if (keys.has("bridge")) {
            bridged(keys.line("bridge").orElse(""), "eth0", keys, fields, devices);
        } else if (own) {
            ownNetwork(guest, keys, v4, v6, fields, devices);
        } else {
            Optional<String> usual = usual();
            if (usual.isPresent()) {
                bridged(usual.get(), "eth0", keys, fields, devices);
            } else if (declared.isEmpty()) {
                ownNetwork(guest, keys, v4, v6, fields, devices);
            } else {
                findings.error(
                        fields.at("network"),
                        path,
                        "no network to be on: there are several, none of them named default; write network.bridge: NAME,"
                                + " network.veth: true for one of its own, or network: none");
            }
        }
    }

    /** {@code extra:} are further cards, each called at both ends as it is here: NixOS' {@code extraVeths}. */
    private void extra(Fields keys, Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        List<Tree.Entry> cards = Fields.dotted(
                keys.mapping("extra").map(Tree.Mapping::entries).orElse(List.of()),
                it -> !(it.value() instanceof Tree.Mapping)); // names of interfaces may have dots
        for (Tree.Entry card : cards) {
            String path = keys.path("extra." + Findings.shown(card.key()));
            findings.mapping(card.value(), path).ifPresent(said -> {
                var set = said.entries().stream()
                        .filter(it ->
                                !(it.value() instanceof Tree.Scalar scalar && scalar.isNull())) // else not, in Nix
                        .toList();
                findings.made(card.at(), path, () -> Value.IFACE.normal(card.key()))
                        .ifPresent(_ -> extraCard(
                                card.key(),
                                new Fields(new Tree.Mapping(card.at(), set), path, EXTRA, findings),
                                card.at(),
                                fields,
                                devices));
            });
        }
    }

    private void extraCard(
            String name, Fields keys, Origin at, Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        SortedMap<String, String> nic = new TreeMap<>(Map.of("type", "nic", "name", name));
        keys.line("mac")
                .flatMap(text -> findings.made(keys.at("mac"), keys.path("mac"), () -> Value.MAC.normal(text)))
                .ifPresent(mac -> nic.put("hwaddr", mac));
        String bridge = keys.has("bridge") ? "bridge" : "hostBridge";
        if (keys.has("bridge") && keys.has("hostBridge")) {
            findings.error(keys.at("bridge"), keys.path("bridge"), "is said twice: as hostBridge too");
            return;
        }
        if (keys.has(bridge)) {
            for (String key : List.of("hostAddress", "localAddress", "hostAddress6", "localAddress6")) {
                if (keys.has(key)) {
                    findings.error(
                            keys.at(key),
                            keys.path(key),
                            onBridge(keys.line(bridge).orElse("")));
                }
            }
            keys.line(bridge)
                    .flatMap(it -> findings.made(keys.at(bridge), keys.path(bridge), () -> Value.IFACE.normal(it)))
                    .ifPresent(it -> on(nic, it));
        } else {
            if (!isFree("", name, at, keys.path())) {
                return;
            }
            nic.put("nictype", "p2p");
            nic.put("host_name", name);
            for (Family family : FAMILIES) {
                String six = family.bits() == 32 ? "" : "6";
                List<String> inside = single(keys, "localAddress" + six, family);
                List<String> host = single(keys, "hostAddress" + six, family);
                inside.forEach(it -> nic.put(family.key() + ".address", it));
                host.forEach(it -> nic.put(family.key() + ".host_address", it));
                if (!inside.isEmpty()) {
                    nic.put(family.key() + ".gateway", "none"); // the way out is by the guest's first card
                }
            }
        }
        put(at, keys.path(), fields, devices, nic);
        var only = new TreeMap<String, SortedMap<String, String>>(Map.of(name, nic));
        for (Tree item : keys.list("forwardPorts")) {
            String path = keys.path("forwardPorts");
            findings.mapping(item, path)
                    .ifPresent(it -> port(new Fields(it, path, FORWARD, findings), fields, item.at(), devices, only));
        }
    }

    private List<String> single(Fields keys, String key, Family family) {
        Tree said = keys.any(key).orElse(null);
        return said == null ? List.of() : ofFamily(addresses(List.of(said), keys.path(key)), keys, key, family);
    }

    /** On a network of the site, or on a bridge that is the host's own or another's. */
    private void on(SortedMap<String, String> nic, String bridge) {
        boolean ours = made.keySet().stream().anyMatch(it -> it.text().equals(bridge))
                || declared.stream().anyMatch(it -> it.text().equals(bridge));
        if (ours) {
            nic.put("network", bridge);
        } else {
            nic.put("nictype", "bridged");
            nic.put("parent", bridge);
        }
    }

    private static String onBridge(String bridge) {
        return "a card on the bridge " + bridge
                + " is given no addresses from outside; set them in the guest's own system, or" + " declare networks."
                + bridge + " and write v4.address";
    }

    private Fields inner(Fields fields, String key, Shape shape) {
        return new Fields(
                fields.mapping(key).orElse(new Tree.Mapping(fields.at(key), List.of())),
                fields.path(key),
                shape,
                findings);
    }

    /** The one that is meant when none is named: the only one, or the one named default. */
    private Optional<String> usual() {
        var names = declared.stream().map(NetworkName::text).toList();
        if (names.contains(DEFAULT)) {
            return Optional.of(DEFAULT);
        }
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    private void bridged(
            String network,
            String name,
            Fields keys,
            Fields fields,
            SortedMap<String, SortedMap<String, String>> devices) {
        var nic = card(name, keys);
        if (keys.has("bridge")
                && findings.made(keys.at("bridge"), keys.path("bridge"), () -> Value.IFACE.normal(network))
                        .isEmpty()) {
            return;
        }
        on(nic, network);
        for (Family family : FAMILIES) {
            var inner = inner(keys, family.word(), FAMILY);
            for (String other : List.of("addrPool", "nat")) {
                if (inner.has(other) && keys.has("bridge")) {
                    findings.error(
                            inner.at(other),
                            inner.path(other),
                            "is a matter of the network " + network + "; write it in its config");
                }
            }
            if (inner.has("static") && keys.has("bridge")) {
                if (nic.containsKey("network")) {
                    fixed(inner, family, "networks." + network, new NetworkName(network), nic);
                } else {
                    findings.error(inner.at("static"), inner.path("static"), onBridge(network));
                }
            }
            address(inner, family).ifPresent(it -> nic.put(family.key() + ".address", it));
        }
        put(fields, devices, nic);
    }

    private void zoned(
            Fields keys, Fields v4, Fields v6, Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        String zone = keys.line("zone").orElse("");
        if (!zones.contains(zone)) {
            findings.error(
                    keys.at("zone"),
                    keys.path("zone"),
                    Quoted.of(zone) + " is no zone of this site; declare it under zones:."
                            + findings.hint(zone, zones));
            return;
        }
        for (Fields family : List.of(v4, v6)) {
            for (String other : List.of("addrPool", "nat")) {
                if (family.has(other)) {
                    findings.error(
                            family.at(other),
                            family.path(other),
                            "is a matter of the zone; write it under zones." + zone);
                }
            }
        }
        String network = InterfaceName.of("vz-", zone);
        bridged(network, HOST0, keys, fields, devices);
        var nic = devices.get(keys.line("interface").orElse(HOST0));
        for (Family family : FAMILIES) {
            Fields of = family.bits() == 32 ? v4 : v6;
            if (nic != null && of.has("static")) {
                fixed(of, family, "zones." + zone, new NetworkName(network), nic);
            }
        }
    }

    /** A fixed address within a zone or network is the one that its DHCP keeps for the guest. */
    private void fixed(Fields of, Family family, String where, NetworkName network, SortedMap<String, String> nic) {
        var keys = inner(of, "static", STATIC);
        if (of.has("address") || keys.has("hostAddresses")) {
            findings.error(
                    of.at("static"),
                    of.path("static"),
                    of.has("address")
                            ? "is said twice: as " + of.path("address") + " too"
                            : "the host's addresses are a matter of the network; write them under " + where);
            return;
        }
        List<String> inside = ofFamily(keys, "containerPool", family);
        if (inside.size() > 1) {
            findings.later(
                    keys.at("containerPool"),
                    keys.path("containerPool"),
                    "more than one address of a family is not supported yet within a zone or network");
        } else if (inside.size() == 1) {
            nic.put(family.key() + ".address", inside.getFirst().replaceFirst("/.*", ""));
            WantedNetwork there = made.get(network);
            if (there != null && family.bits() == 128) {
                var config = new TreeMap<>(there.config());
                config.put("ipv6.dhcp.stateful", "true");
                made.put(
                        network,
                        new WantedNetwork(
                                network,
                                there.type(),
                                there.description(),
                                config,
                                there.protect(),
                                there.onDrift(),
                                there.origin()));
            }
        }
    }

    /** A network of its own: with what the host hands out, or with fixed addresses at both ends. */
    private void ownNetwork(
            String guest,
            Fields keys,
            Fields v4,
            Fields v6,
            Fields fields,
            SortedMap<String, SortedMap<String, String>> devices) {
        if (v4.has("static") || v6.has("static")) {
            pair(guest, keys, List.of(v4, v6), fields, devices);
            return;
        }
        var config = new TreeMap<String, String>();
        pool(v4, FAMILIES.get(0), List.of(), config);
        pool(v6, FAMILIES.get(1), List.of(), config);
        make("ve-", guest, config, fields.at("network"), fields.path("network"));
        bridged(InterfaceName.of("ve-", guest), HOST0, keys, fields, devices);
    }

    private void pair(
            String guest,
            Fields keys,
            List<Fields> families,
            Fields fields,
            SortedMap<String, SortedMap<String, String>> devices) {
        var nic = card(HOST0, keys);
        nic.put("nictype", "p2p");
        nic.put("host_name", InterfaceName.of("ve-", guest));
        boolean free = isFree("ve-", guest, fields.at("network"), fields.path("network"));
        for (int i = 0; i < families.size(); i++) {
            Family family = FAMILIES.get(i);
            Fields of = families.get(i);
            for (String other : List.of("addrPool", "address")) {
                if (of.has(other)) {
                    findings.error(of.at(other), of.path(other), "excludes static addresses of either family");
                }
            }
            var fixed = inner(of, "static", STATIC);
            List<String> inside = ofFamily(fixed, "containerPool", family);
            List<String> hosts = ofFamily(fixed, "hostAddresses", family);
            if (hosts.isEmpty()) {
                hosts = firstFree(inside, family, fixed);
            }
            if (!inside.isEmpty()) {
                nic.put(family.key() + ".address", String.join(",", inside));
            }
            if (!hosts.isEmpty()) {
                nic.put(family.key() + ".host_address", String.join(",", hosts));
            }
            boolean usual = family.bits() == 32 && inside.stream().allMatch(NetworkSection::isPrivate);
            if (!inside.isEmpty() && of.flag("nat").orElse(usual)) {
                nic.put(family.key() + ".nat", "true");
            }
        }
        if (!keys.has("dns")) {
            findings.warning(
                    fields.at("network"),
                    fields.path("network"),
                    "addresses without DNS servers; write network.dns: [ ADDRESS ] unless the guest knows some itself");
        }
        if (free) {
            put(fields, devices, nic);
        }
    }

    /** The host has the first address of each subnet that the guest does not have. */
    private List<String> firstFree(List<String> inside, Family family, Fields fixed) {
        var taken = new TreeSet<BigInteger>();
        inside.forEach(it -> Cidr.of(it).ifPresent(address -> taken.add(address.address())));
        var hosts = new ArrayList<String>();
        var subnets = new TreeSet<String>();
        for (String text : inside) {
            Cidr address = Cidr.of(text).orElseThrow();
            int host = family.bits() - address.prefix();
            BigInteger first = address.address().shiftRight(host).shiftLeft(host);
            if (!subnets.add(first + "/" + address.prefix())) {
                continue;
            }
            BigInteger free = first.add(BigInteger.ONE);
            while (!taken.add(free)) {
                free = free.add(BigInteger.ONE);
            }
            BigInteger last = first.add(BigInteger.ONE.shiftLeft(host)).subtract(BigInteger.ONE);
            if (free.compareTo(last) >= 0) {
                findings.error(
                        fixed.at("containerPool"),
                        fixed.path("containerPool"),
                        text + " leaves no address for the host; write hostAddresses");
                return List.of();
            }
            hosts.add(text(free, family.bits()) + "/" + address.prefix());
        }
        return hosts;
    }

    private static boolean isPrivate(String text) {
        Cidr address = Cidr.of(text).orElseThrow();
        return PRIVATE.stream().anyMatch(new Cidr(address.address(), address.bits(), address.bits())::overlaps);
    }

    /** Addresses of one family that an interface has. */
    private List<String> ofFamily(Fields fields, String key, Family family) {
        return ofFamily(addresses(fields, key), fields, key, family);
    }

    private List<String> ofFamily(List<String> addresses, Fields fields, String key, Family family) {
        var own = new ArrayList<String>();
        for (String text : addresses) {
            Cidr address = Cidr.of(text).orElseThrow();
            if (address.bits() != family.bits()) {
                findings.error(
                        fields.at(key), fields.path(key), Quoted.of(text) + " is not an " + family.what() + " address");
            } else if (address.isNetwork() || address.prefix() == 0) {
                findings.error(
                        fields.at(key),
                        fields.path(key),
                        Quoted.of(text) + " is a whole network; write an address in it");
            } else {
                own.add(text);
            }
        }
        return own;
    }

    /**
     * Cards beside interfaces of the host: a name, a mapping, or a list of these, as NixOS has them.
     *
     * @param beside whether the guest has another card too, whose {@code interface}, {@code mac} and addresses are said
     */
    private void macvlans(
            Fields keys, boolean beside, Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        Tree said = keys.any("macvlan").orElseThrow();
        List<Tree> items = said instanceof Tree.Sequence list ? list.items() : List.of(said);
        items.forEach(item -> macvlan(item, beside || items.size() > 1, keys, fields, devices));
        if (beside) {
            return;
        }
        for (String key : List.of("interface", "mac")) {
            if (items.size() > 1 && keys.has(key)) {
                findings.error(
                        keys.at(key), keys.path(key), "of which of its cards? Write them under devices: instead");
            }
        }
        for (Family family : FAMILIES) {
            if (inner(keys, family.word(), FAMILY).has("address")) {
                findings.error(
                        keys.at(family.word()),
                        keys.path(family.word() + ".address"),
                        "is of a card on a network, and there is none here; write macvlan: { parent: NAME, "
                                + family.word() + ": [ ADDRESS/LENGTH ] }");
            }
        }
    }

    private void macvlan(
            Tree item,
            boolean beside,
            Fields keys,
            Fields fields,
            SortedMap<String, SortedMap<String, String>> devices) {
        String path = keys.path("macvlan");
        Tree whole = item instanceof Tree.Scalar
                ? new Tree.Mapping(item.at(), List.of(new Tree.Entry("parent", item.at(), item)))
                : item;
        var mapping = findings.mapping(whole, path).orElse(null);
        if (mapping == null) {
            return;
        }
        var inner = new Fields(mapping, path, MACVLAN, findings);
        String parent = inner.line("parent")
                .flatMap(it -> findings.made(inner.at("parent"), inner.path("parent"), () -> Value.IFACE.normal(it)))
                .orElse("");
        if (parent.isEmpty()) {
            if (!inner.has("parent")) {
                findings.error(inner.at("parent"), inner.path("parent"), "is missing; name an interface of the host");
            }
            return;
        }
        String name = InterfaceName.of("mv-", parent);
        SortedMap<String, String> nic = beside ? new TreeMap<>(Map.of("type", "nic", "name", name)) : card(name, keys);
        nic.put("nictype", "macvlan");
        nic.put("parent", parent);
        for (Family family : FAMILIES) {
            List<String> own = ofFamily(inner, family.word(), family);
            if (!own.isEmpty()) {
                nic.put(family.key() + ".address", String.join(",", own));
            }
        }
        hostCard(inner, parent, nic);
        put(fields, devices, nic);
    }

    /** {@code host:} is the address of the host's own card beside that interface, or one of each family. */
    private void hostCard(Fields keys, String parent, SortedMap<String, String> nic) {
        List<Tree> said = keys.any("host").orElse(null) instanceof Tree.Scalar one && !one.isNull()
                ? List.of(one)
                : keys.list("host");
        for (String text : addresses(said, keys.path("host"))) {
            Cidr address = Cidr.of(text).orElseThrow();
            String key = (address.bits() == 32 ? "ipv4" : "ipv6") + ".host_address";
            if (address.isNetwork() || address.prefix() == 0 || address.prefix() == address.bits()) {
                findings.error(
                        keys.at("host"),
                        keys.path("host"),
                        Quoted.of(text) + " is no address in a network; write for instance 192.168.2.2/24");
            } else {
                nic.merge(key, text, (one, other) -> one + "," + other);
                nic.put("host_name", InterfaceName.of("mv-", parent + "-host"));
            }
        }
    }

    private SortedMap<String, String> card(String name, Fields keys) {
        var nic = new TreeMap<>(
                Map.of("type", "nic", "name", keys.line("interface").orElse(name)));
        keys.line("mac")
                .flatMap(text -> findings.made(keys.at("mac"), keys.path("mac"), () -> Value.MAC.normal(text)))
                .ifPresent(mac -> nic.put("hwaddr", mac));
        findings.made(
                keys.at("interface"), keys.path("interface"), () -> Value.IFACE.normal(nic.getOrDefault("name", "")));
        return nic;
    }

    private void put(
            Fields fields, SortedMap<String, SortedMap<String, String>> devices, SortedMap<String, String> nic) {
        put(fields.at("network"), fields.path("network"), fields, devices, nic);
    }

    private void put(
            Origin at,
            String here,
            Fields fields,
            SortedMap<String, SortedMap<String, String>> devices,
            SortedMap<String, String> nic) {
        String name = nic.getOrDefault("name", "host");
        String path = fields.path("devices." + name);
        if (devices.containsKey(name)) {
            findings.error(
                    at,
                    here,
                    "is said twice: as devices." + name + " at " + findings.origin(path, fields.at("devices"))
                            + " and here; say it once");
        } else {
            devices.put(name, nic);
            findings.seen(path, at);
        }
    }

    private Optional<String> address(Fields inner, Family family) {
        return inner.line("address").flatMap(text -> {
            Optional<Cidr> address = Cidr.address(text).filter(it -> it.bits() == family.bits());
            if (address.isEmpty()) {
                findings.error(
                        inner.at("address"),
                        inner.path("address"),
                        Quoted.of(text)
                                + (family.bits() == 32 ? " is not an IPv4 address" : " is not an IPv6 address")
                                + (text.contains("/") ? "; leave out the prefix length" : ""));
            }
            return address.map(it -> text.toLowerCase(Locale.ROOT));
        });
    }

    /** A list of addresses with the lengths of their prefixes; one that has none has the longest. */
    private List<String> addresses(Fields fields, String key) {
        return addresses(fields.list(key), fields.path(key));
    }

    private List<String> addresses(List<Tree> items, String path) {
        var all = new ArrayList<String>();
        for (Tree item : items) {
            findings.text(item, path).ifPresent(text -> {
                Optional<Cidr> address = Cidr.of(text).or(() -> Cidr.address(text));
                if (address.isEmpty()) {
                    findings.error(
                            item.at(),
                            path,
                            Quoted.of(text) + " is no address; write for instance 10.20.30.2/24 or fd42::2/64");
                }
                address.ifPresent(
                        it -> all.add((text.contains("/") ? text : text + "/" + it.prefix()).toLowerCase(Locale.ROOT)));
            });
        }
        return all;
    }

    private static String text(BigInteger address, int bits) {
        byte[] raw = new byte[bits / 8];
        byte[] number = address.toByteArray();
        int length = Math.min(number.length, raw.length);
        System.arraycopy(number, number.length - length, raw, raw.length - length, length);
        try {
            String plain = InetAddress.getByAddress(raw).getHostAddress();
            return bits == 32 ? plain : plain.replaceFirst("(^|:)(0(:0)+)(:|$)", "::");
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@code network.dns:} is what the guest finds in its resolv.conf, unless it is given another. */
    List<GuestFile> withServers(Fields fields, List<GuestFile> files) {
        if (!(fields.any("network").orElse(null) instanceof Tree.Mapping mapping)) {
            return files;
        }
        var servers = new ArrayList<String>();
        for (Tree.Entry entry : mapping.entries()) {
            if (entry.key().equals("dns") && entry.value() instanceof Tree.Sequence list) {
                String path = fields.path("network.dns");
                list.items()
                        .forEach(item -> findings.text(item, path).ifPresent(text -> {
                            if (Cidr.address(text).isEmpty()) {
                                findings.error(item.at(), path, Quoted.of(text) + " is no address");
                            }
                            servers.add(text);
                        }));
                if (files.stream().anyMatch(it -> it.path().equals(RESOLV))) {
                    findings.error(entry.at(), path, "is said twice: as guest.files of " + RESOLV + " too");
                    return files;
                }
            } else if (entry.key().equals("dns")) {
                findings.error(entry.at(), fields.path("network.dns"), "a list of addresses is wanted here");
            }
        }
        if (servers.isEmpty()) {
            return files;
        }
        String text = servers.stream().map(it -> "nameserver " + it + "\n").collect(Collectors.joining());
        return Stream.concat(
                        files.stream(), Stream.of(new GuestFile(RESOLV, new GuestFile.Content.Text(text), 0644, 0, 0)))
                .sorted()
                .toList();
    }

    /** {@code names:} by which the host is to know a guest as well; words with blanks between. */
    String names(Fields fields) {
        var names = new TreeSet<String>();
        String path = fields.path("names");
        for (Tree item : fields.list("names")) {
            findings.text(item, path).map(it -> it.toLowerCase(Locale.ROOT)).ifPresent(name -> {
                String twin = named.putIfAbsent(name, fields.path("names"));
                if (!NAME.matcher(name).matches() || name.equals("localhost")) {
                    findings.error(item.at(), path, Quoted.of(name) + " is no name for a guest");
                } else if (twin != null) {
                    findings.error(item.at(), path, name + " is said by " + twin + " already");
                }
                names.add(name);
            });
        }
        return String.join(" ", names);
    }

    // ---- ports ----

    /** {@code forwardPorts:} are doors from the host's ports into the guest. */
    void ports(Fields fields, SortedMap<String, SortedMap<String, String>> devices) {
        for (Tree item : fields.list("forwardPorts")) {
            String path = fields.path("forwardPorts");
            findings.mapping(item, path)
                    .ifPresent(mapping ->
                            port(new Fields(mapping, path, FORWARD, findings), fields, item.at(), devices, devices));
        }
    }

    /** @param cards of which one has the address that it leads to */
    private void port(
            Fields keys,
            Fields fields,
            Origin at,
            SortedMap<String, SortedMap<String, String>> devices,
            SortedMap<String, SortedMap<String, String>> cards) {
        Optional<String> from = number(keys, "hostPort");
        if (from.isEmpty()) {
            if (!keys.has("hostPort")) {
                findings.error(keys.at("hostPort"), keys.path("hostPort"), "is missing; write the port on the host");
            }
            return;
        }
        boolean other = keys.any("containerPort")
                .filter(it -> !(it instanceof Tree.Scalar scalar && scalar.isNull()))
                .isPresent();
        String to = other ? number(keys, "containerPort").orElse("") : from.get();
        String protocol = keys.line("protocol").orElse("tcp").toLowerCase(Locale.ROOT);
        if (!List.of("tcp", "udp").contains(protocol)) {
            findings.error(keys.at("protocol"), keys.path("protocol"), Quoted.of(protocol) + " is neither tcp nor udp");
            return;
        }
        String word = keys.has("hostAddress") ? "hostAddress" : "listen";
        if (keys.has("hostAddress") && keys.has("listen")) {
            findings.error(keys.at("listen"), keys.path("listen"), "is said twice: as hostAddress too");
            return;
        }
        String said = keys.line(word).orElse(EVERYWHERE);
        Cidr address = Cidr.address(said).orElse(null);
        if (address == null) {
            findings.error(keys.at(word), keys.path(word), Quoted.of(said) + " is no address");
            return;
        }
        boolean shared = devices.values().stream().anyMatch(it -> "host".equals(it.get("nictype")));
        if (shared && to.equals(from.get())) {
            findings.error(
                    keys.at("hostPort"),
                    keys.path("hostPort"),
                    "has no effect on the host's own network, where the guest listens itself; take it out");
            return;
        }
        String listen = text(address.address(), address.bits());
        String name = "port-" + protocol + "-" + from.get() + (listen.equals(EVERYWHERE) ? "" : "-" + listen);
        String host = listen.contains(":") ? "[" + listen + "]" : listen;
        var door = new TreeMap<>(Map.of("type", "proxy", "listen", protocol + ":" + host + ":" + from.get()));
        Optional<String> guest = LOOPBACK.stream().anyMatch(address::overlaps)
                ? Optional.empty()
                : fixed(cards, address.bits() == 32 ? "ipv4.address" : "ipv6.address");
        if (guest.isPresent()) {
            door.put("nat", "true");
            door.put(
                    "connect",
                    protocol + ":" + (address.bits() == 32 ? guest.get() : "[" + guest.get() + "]") + ":" + to);
        } else {
            door.put("connect", protocol + ":127.0.0.1:" + to);
        }
        String spelled = fields.path("devices." + name);
        if (devices.putIfAbsent(name, door) != null) {
            findings.error(
                    keys.at("hostPort"),
                    keys.path("hostPort"),
                    from.get() + " of " + protocol + " is said twice: as devices." + name + " at "
                            + findings.origin(spelled, fields.at("devices")) + " too");
        }
        findings.seen(spelled, at);
    }

    /** The address of a guest that its description fixes and that the host reaches: its rules can lead there. */
    private static Optional<String> fixed(SortedMap<String, SortedMap<String, String>> devices, String key) {
        return devices.values().stream()
                .filter(it -> "nic".equals(it.get("type")))
                .filter(it -> !List.of("macvlan", "physical").contains(it.getOrDefault("nictype", "")))
                .map(it -> it.getOrDefault(key, "none").split("[,/]", 2)[0].strip())
                .filter(it -> !it.equals("none"))
                .findFirst();
    }

    private Optional<String> number(Fields keys, String key) {
        return keys.line(key)
                .flatMap(text -> findings.made(
                        keys.at(key),
                        keys.path(key),
                        () -> Value.range(1, 65_535).normal(text)));
    }
}
