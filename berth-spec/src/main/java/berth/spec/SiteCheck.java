package berth.spec;

import berth.model.Cidr;
import berth.model.InstanceName;
import berth.model.wanted.Need;
import berth.model.wanted.Origin;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.WantedNetwork;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can only be seen when the whole site is read: overlaps, doubles, needs in a ring. */
final class SiteCheck {
    private record Family(String key, int bits, String stateful) {}

    private static final List<Family> FAMILIES =
            List.of(new Family("ipv4.address", 32, ""), new Family("ipv6.address", 128, "ipv6.dhcp.stateful"));

    private static final String PORTS = "[0-9]{1,5}(-[0-9]{1,5})?";
    private static final Pattern LISTEN = Pattern.compile(
            "(?<protocol>tcp|udp):\\[?(?<address>[^\\[\\]]+?)]?:(?<ports>" + PORTS + "(," + PORTS + ")*)");

    private final Spec spec;
    private final Findings findings;

    SiteCheck(Spec spec, Findings findings) {
        this.spec = spec;
        this.findings = findings;
    }

    void check() {
        networks();
        names();
        needs();
        rings();
        addresses();
        hostCards();
        ports();
        hosts();
    }

    /** Guests are to be on a host that is declared; where none is, all that say where they are to be say the same. */
    private void hosts() {
        if (!spec.hosts().isEmpty()) {
            spec.instances().values().stream()
                    .filter(it -> !it.host().isEmpty() && !spec.hosts().containsKey(it.host()))
                    .forEach(it -> {
                        String path = "instances." + it.name() + ".host";
                        findings.error(
                                findings.origin(path, it.origin()),
                                path,
                                it.host() + " is not one of hosts: "
                                        + String.join(", ", spec.hosts().keySet()));
                    });
            return;
        }
        String first = "";
        for (WantedInstance guest : spec.instances().values()) {
            if (!first.isEmpty() && !guest.host().isEmpty() && !guest.host().equals(first)) {
                String path = "instances." + guest.name() + ".host";
                findings.later(
                        findings.origin(path, guest.origin()),
                        path,
                        "another guest is on " + first + "; declare both under hosts:");
            }
            first = first.isEmpty() ? guest.host() : first;
        }
    }

    /** One subnet of a network, as the range of its addresses. */
    private record Range(Cidr subnet, String path, Origin at) {
        BigInteger first() {
            int host = subnet.bits() - subnet.prefix();
            return subnet.address().shiftRight(host).shiftLeft(host);
        }

        /** Two subnets overlap only when one lies in the other: the wider comes first. */
        static final Comparator<Range> ORDER = Comparator.<Range>comparingInt(it -> it.subnet.bits())
                .thenComparing(Range::first)
                .thenComparingInt(it -> it.subnet.prefix())
                .thenComparing(Range::at);
    }

    private void networks() {
        var ranges = new ArrayList<Range>();
        for (WantedNetwork network : spec.networks().values()) {
            for (Family family : FAMILIES) {
                String path = "networks." + network.name() + ".config." + family.key();
                Origin at = findings.origin(path, network.origin());
                Cidr.of(network.config().getOrDefault(family.key(), ""))
                        .ifPresent(subnet -> ranges.add(new Range(subnet, path, at)));
            }
        }
        pairs(ranges);
        ranges.sort(Range.ORDER);
        var around = new ArrayDeque<Range>();
        for (Range range : ranges) {
            if (range.subnet().isNetwork()) {
                findings.error(
                        range.at(),
                        range.path(),
                        "is the whole network; write the bridge's own address in it, such as .1 or ::1");
            }
            Range wider = around.peek();
            if (wider != null && wider.subnet().overlaps(range.subnet())) {
                boolean later = range.at().compareTo(wider.at()) >= 0;
                Range first = later ? wider : range;
                Range second = later ? range : wider;
                findings.error(second.at(), second.path(), "overlaps with " + first.path() + " at " + first.at());
            } else {
                around.push(range);
            }
        }
    }

    /** The host's ends of pairs are on networks too. */
    private void pairs(List<Range> ranges) {
        cards((instance, name, device, path, at) -> {
            if (isPair(device)) {
                for (Family family : FAMILIES) {
                    each(device, family.key().replace(".address", ".host_address"))
                            .filter(it -> it.prefix() < it.bits())
                            .forEach(it -> ranges.add(new Range(it, path, at)));
                }
            }
        });
    }

    /** A card of the host beside an interface is one for all guests that ask for it: they say the same addresses. */
    private void hostCards() {
        var said = new TreeMap<String, String>();
        cards((instance, name, device, path, at) -> {
            if ("macvlan".equals(device.get("nictype")) && device.containsKey("host_name")) {
                String addresses = Stream.of("ipv4.host_address", "ipv6.host_address")
                        .map(it -> device.getOrDefault(it, ""))
                        .collect(Collectors.joining(" "))
                        .strip();
                String twin = said.putIfAbsent(device.getOrDefault("host_name", ""), addresses);
                if (twin != null && !twin.equals(addresses)) {
                    findings.error(
                            at,
                            path,
                            "the host's card beside " + device.get("parent") + " has " + twin
                                    + " by another guest; say the same here, or leave host out");
                }
            }
        });
    }

    private static boolean isPair(Map<String, String> device) {
        return "p2p".equals(device.get("nictype"));
    }

    private static Stream<Cidr> each(Map<String, String> device, String key) {
        return Stream.of(device.getOrDefault(key, "").split(",", -1))
                .flatMap(it -> Cidr.of(it).or(() -> Cidr.address(it)).stream());
    }

    private interface Card {
        void found(WantedInstance instance, String name, Map<String, String> device, String path, Origin at);
    }

    private void cards(Card card) {
        for (WantedInstance instance : spec.instances().values()) {
            spec.effective(instance).devices().forEach((name, device) -> {
                if ("nic".equals(device.get("type"))) {
                    String path = "instances." + instance.name() + ".devices." + name;
                    card.found(instance, name, device, path, findings.origin(path, instance.origin()));
                }
            });
        }
    }

    /** Ports of the host, one after another, by which a guest is reached. */
    private record Door(String protocol, Cidr address, int first, int last, String path, Origin at) {
        boolean collides(Door other) {
            return protocol.equals(other.protocol)
                    && (address.equals(other.address) || covers(other.address) || other.covers(address))
                    && first <= other.last
                    && other.first <= last;
        }

        /** {@code 0.0.0.0} is every address of IPv4, {@code [::]} every one of IPv6: doors are of one family. */
        private boolean covers(Cidr one) {
            return address.address().signum() == 0 && address.bits() == one.bits();
        }
    }

    /** Ports of the host that two doors would listen on. */
    private void ports() {
        var doors = new ArrayList<Door>();
        for (WantedInstance instance : spec.instances().values()) {
            spec.effective(instance).devices().forEach((name, device) -> {
                if ("proxy".equals(device.get("type")) && !"instance".equals(device.get("bind"))) {
                    String path = "instances." + instance.name() + ".devices." + name;
                    doors(device.getOrDefault("listen", ""), path, findings.origin(path, instance.origin()), doors);
                }
            });
        }
        doors.sort(Comparator.comparing(Door::protocol)
                .thenComparingInt(Door::first)
                .thenComparing(Door::at)
                .thenComparing(Door::path));
        var open = new ArrayList<Door>();
        for (Door door : doors) {
            open.removeIf(it -> !it.protocol().equals(door.protocol()) || it.last() < door.first());
            open.stream().filter(it -> it.collides(door)).findFirst().ifPresent(twin -> taken(twin, door));
            open.add(door);
        }
    }

    private static void doors(String listen, String path, Origin at, List<Door> doors) {
        var matcher = LISTEN.matcher(listen);
        if (!matcher.matches()) {
            return; // a socket with a name, or what the device itself is refused for
        }
        Cidr address = Cidr.address(matcher.group("address")).orElse(null);
        if (address == null) {
            return;
        }
        for (String range : matcher.group("ports").split(",", -1)) {
            String[] ends = range.split("-", -1);
            doors.add(new Door(
                    matcher.group("protocol"),
                    address,
                    Integer.parseInt(ends[0]),
                    Integer.parseInt(ends[ends.length - 1]),
                    path,
                    at));
        }
    }

    private void taken(Door one, Door other) {
        boolean later = other.at().compareTo(one.at()) >= 0;
        Door first = later ? one : other;
        Door second = later ? other : one;
        String port = "port " + Math.max(one.first(), other.first()) + " of the host (" + one.protocol() + ") is ";
        findings.error(
                second.at(),
                second.path(),
                port
                        + (first.path().equals(second.path())
                                ? "said twice"
                                : "taken by " + first.path() + " at " + first.at()));
    }

    private void names() {
        var dns = new HashMap<String, InstanceName>();
        for (WantedInstance instance : spec.instances().values()) {
            InstanceName twin = dns.putIfAbsent(instance.name().text().toLowerCase(Locale.ROOT), instance.name());
            if (twin != null) {
                findings.error(
                        instance.origin(),
                        "instances." + instance.name(),
                        "differs from " + twin + " in upper and lower case only; their DNS names would be one");
            }
        }
    }

    private void needs() {
        var names = spec.instances().keySet().stream().map(InstanceName::text).toList();
        for (WantedInstance instance : spec.instances().values()) {
            String path = "instances." + instance.name() + ".needs";
            for (Need need : instance.needs()) {
                if (!spec.instances().containsKey(need.instance())) {
                    findings.error(
                            findings.origin(path, instance.origin()),
                            path,
                            need.instance() + " is no guest of this site."
                                    + findings.hint(need.instance().text(), names));
                } else if (need.state() == Need.State.HEALTHY
                        && spec.instances().get(need.instance()).upkeep().health() == null) {
                    findings.error(
                            findings.origin(path, instance.origin()),
                            path,
                            need.instance() + " is to be healthy, but has no health: that says what that is");
                }
            }
        }
    }

    private void rings() {
        var done = new TreeSet<InstanceName>();
        for (WantedInstance instance : spec.instances().values()) {
            ring(instance.name(), done).ifPresent(ring -> {
                String path = "instances." + ring.getFirst() + ".needs";
                findings.error(
                        findings.origin(path, instance.origin()),
                        path,
                        "guests need each other in a ring: "
                                + String.join(
                                        " -> ",
                                        ring.stream().map(InstanceName::text).toList()));
            });
        }
    }

    /** Walks without recursion: a chain of needs may be as long as the site. */
    private Optional<List<InstanceName>> ring(InstanceName start, Set<InstanceName> done) {
        var walk = new ArrayList<InstanceName>();
        var next = new ArrayList<Integer>();
        if (done.contains(start)) {
            return Optional.empty();
        }
        walk.add(start);
        next.add(0);
        var open = new TreeSet<>(walk);
        while (!walk.isEmpty()) {
            InstanceName here = walk.getLast();
            var needs = Optional.ofNullable(spec.instances().get(here))
                    .map(WantedInstance::needs)
                    .orElse(List.of());
            int index = next.getLast();
            if (index == needs.size()) {
                walk.removeLast();
                next.removeLast();
                open.remove(here);
                done.add(here);
                continue;
            }
            next.set(next.size() - 1, index + 1);
            InstanceName other = needs.get(index).instance();
            if (open.contains(other)) {
                var ring = new ArrayList<>(walk.subList(walk.indexOf(other), walk.size()));
                ring.add(other);
                done.addAll(walk);
                return Optional.of(ring);
            }
            if (!done.contains(other)) {
                walk.add(other);
                next.add(0);
                open.add(other);
            }
        }
        return Optional.empty();
    }

    private void addresses() {
        var taken = new TreeMap<String, String>();
        cards((instance, name, device, path, at) -> {
            String network = device.getOrDefault("network", device.getOrDefault("parent", ""));
            for (Family family : FAMILIES) {
                each(device, family.key()).forEach(address -> {
                    String text = device.getOrDefault(family.key(), "").split(",", 2)[0];
                    String holder = instance.name() + ", device " + name;
                    String twin = taken.putIfAbsent(network + " " + address.address(), holder);
                    if (twin != null) {
                        findings.error(
                                at,
                                path,
                                text + " is given twice" + (network.isEmpty() ? "" : " on " + network) + ": to " + twin
                                        + " too");
                    }
                    if (!network.isEmpty()) {
                        fits(address, text, family, network, path, at);
                    }
                });
            }
        });
    }

    private void fits(Cidr address, String text, Family family, String network, String path, Origin at) {
        WantedNetwork known = spec.networks().values().stream()
                .filter(it -> it.name().text().equals(network))
                .findFirst()
                .orElse(null);
        if (known == null) {
            return;
        }
        String said = known.config().getOrDefault(family.key(), "auto");
        Cidr subnet = Cidr.of(said).orElse(null);
        if (said.equals("auto")) {
            findings.warning(
                    at,
                    path,
                    text + " may lie outside of " + network + ", whose subnet is picked when it is made; write its "
                            + family.key());
        } else if (subnet == null || !subnet.overlaps(address)) {
            findings.error(at, path, text + " is not within " + network + " (" + said + ")");
        } else if (subnet.address().equals(address.address())) {
            findings.error(at, path, text + " is the address of " + network + " itself");
        }
        if (!family.stateful().isEmpty() && !"true".equals(known.config().get(family.stateful()))) {
            findings.error(
                    at, path, "a fixed IPv6 address needs " + family.stateful() + ": true in the config of " + network);
        }
    }
}
