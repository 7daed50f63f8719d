package berth.driver.bridge;

import berth.model.Network;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of a bridge, what their values may be, and which of LXD's keys we do not carry out (yet): those are refused. */
final class NetworkKeys {
    /** Where the bridge's generated MAC address is remembered; its presence also says that defaults were filled in once. */
    static final String OWN_MAC = "volatile.bridge.hwaddr";

    private static final Map<String, Checks.Check> KNOWN = Map.ofEntries(
            Map.entry("bridge.driver", Checks.oneOf("native", "openvswitch")),
            Map.entry("bridge.external_interfaces", Checks::interfaces),
            Map.entry("bridge.hwaddr", Checks::mac),
            Map.entry("bridge.mode", Checks.oneOf("standard", "fan")),
            Map.entry("bridge.mtu", Checks.number(68, 65535)),
            Map.entry("dns.domain", Checks::domain),
            Map.entry("dns.mode", Checks.oneOf("managed", "dynamic", "none")),
            Map.entry("dns.search", Checks::domains),
            Map.entry("ipv4.address", Checks.bridgeAddress(false)),
            Map.entry("ipv4.dhcp", Checks::bool),
            Map.entry("ipv4.dhcp.expiry", Checks::expiry),
            Map.entry("ipv4.dhcp.gateway", Checks.ip(false)),
            Map.entry("ipv4.dhcp.ranges", Checks.ranges(false)),
            Map.entry("ipv4.firewall", Checks::bool),
            Map.entry("ipv4.nat", Checks::bool),
            Map.entry("ipv4.nat.address", Checks.ip(false)),
            // Of xtables only: in a table of its own there is no before and after.
            Map.entry("ipv4.nat.order", Checks.oneOf("before", "after")),
            Map.entry("ipv4.routes", Checks.networks(false)),
            Map.entry("ipv4.routing", Checks::bool),
            Map.entry("ipv6.address", Checks.bridgeAddress(true)),
            Map.entry("ipv6.dhcp", Checks::bool),
            Map.entry("ipv6.dhcp.expiry", Checks::expiry),
            Map.entry("ipv6.dhcp.ranges", Checks.ranges(true)),
            Map.entry("ipv6.dhcp.stateful", Checks::bool),
            Map.entry("ipv6.firewall", Checks::bool),
            Map.entry("ipv6.nat", Checks::bool),
            Map.entry("ipv6.nat.address", Checks.ip(true)),
            Map.entry("ipv6.nat.order", Checks.oneOf("before", "after")),
            Map.entry("ipv6.routes", Checks.networks(true)),
            Map.entry("ipv6.routing", Checks::bool),
            Map.entry("raw.dnsmasq", Checks::lines),
            Map.entry(OWN_MAC, Checks::mac));

    /** Keys that LXD has, and what they are about. */
    private static final List<Map.Entry<Pattern, String>> NOT_YET = List.of(
            Map.entry(Pattern.compile("bgp\\..+"), "BGP"),
            Map.entry(Pattern.compile("fan\\.(overlay_subnet|type|underlay_subnet)"), "the fan mode"),
            Map.entry(Pattern.compile("tunnel\\.[^.]+\\..+"), "tunnels"),
            Map.entry(Pattern.compile("security\\.acls(\\.default\\.(in|e)gress\\.(action|logged))?"), "access lists"),
            Map.entry(Pattern.compile("dns\\.zone\\.(forward|reverse\\.ipv[46])"), "DNS zones"),
            Map.entry(Pattern.compile("ipv[46]\\.ovn\\.ranges"), "OVN"),
            Map.entry(Pattern.compile("maas\\.subnet\\.ipv[46]"), "MAAS"));

    private NetworkKeys() {}

    /** Refuses the first key or value that is not acceptable. */
    static void check(Network network) {
        network.config().forEach((key, value) -> checkOne(network, key, value));
        checkTogether(network);
    }

    static Refused badValue(Network network, String key, String why) {
        return Refused.invalid("Invalid value for network "
                + Quoted.of(network.name().text()) + " option " + Quoted.of(key) + ": " + why);
    }

    private static void checkOne(Network network, String key, String value) {
        if (key.startsWith("user.")) {
            return;
        }
        for (var later : NOT_YET) {
            if (later.getKey().matcher(key).matches()) {
                throw notYet(network, key, later.getValue() + " are not among what Berth's bridges can do yet");
            }
        }
        Checks.Check check = KNOWN.get(key);
        if (check == null) {
            throw Refused.invalid(
                    "Invalid option for network " + Quoted.of(network.name().text()) + " option " + Quoted.of(key));
        }
        if (value.isEmpty()) {
            return;
        }
        Optional<String> wrong = check.apply(value);
        if (wrong.isPresent()) {
            throw badValue(network, key, wrong.get());
        }
        if (value.equals("openvswitch") && key.equals("bridge.driver")
                || value.equals("fan") && key.equals("bridge.mode")) {
            throw notYet(network, key, value + " is not among what Berth's bridges can do yet");
        }
    }

    private static void checkTogether(Network network) {
        BridgeSettings settings = BridgeSettings.of(network);
        if (settings.mtu() < 1280 && settings.v6().address().isPresent()) {
            throw badValue(network, "bridge.mtu", "IPv6 needs an MTU of at least 1280, this is " + settings.mtu());
        }
        checkRanges(network, "ipv4.dhcp.ranges", settings.v4());
        checkRanges(network, "ipv6.dhcp.ranges", settings.v6());
        settings.v6().address().filter(it -> it.prefix() > 126).ifPresent(it -> {
            throw badValue(network, "ipv6.address", "the network of " + it + " is too small for guests");
        });
        settings.v4().address().filter(it -> it.prefix() > 30).ifPresent(it -> {
            throw badValue(network, "ipv4.address", "the network of " + it + " is too small for guests");
        });
    }

    private static void checkRanges(Network network, String key, BridgeSettings.Family family) {
        for (Checks.Range range : family.ranges()) {
            if (family.address().isPresent()
                    && !(family.address().get().contains(range.first())
                            && family.address().get().contains(range.last()))) {
                throw badValue(
                        network,
                        key,
                        "the range " + Cidr.text(range.first()) + "-" + Cidr.text(range.last()) + " is not inside "
                                + family.address().get().network());
            }
        }
    }

    private static Refused notYet(Network network, String key, String why) {
        return new Refused(new Problem.Unsupported("Option " + Quoted.of(key) + " of network "
                + Quoted.of(network.name().text()) + " is not supported: " + why + ". Leave it out"));
    }
}
