package berth.driver.bridge;

import berth.model.Network;
import berth.model.Settings;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bridge's configuration in types, with every default filled in. Only for values that {@link NetworkKeys} let pass.
 *
 * @param name of the network and of its interface
 * @param mtu bytes
 * @param hwaddr of the interface
 * @param search domains told by DHCP; empty = none told but the domain itself
 */
record BridgeSettings(
        String name,
        int mtu,
        Optional<String> hwaddr,
        Family v4,
        Family v6,
        boolean stateful,
        String domain,
        String dnsMode,
        List<String> search,
        List<String> externalInterfaces,
        String rawDnsmasq) {

    /**
     * One family's part.
     *
     * @param address the host's own on the bridge; absent = the family is off
     * @param nat whether traffic to elsewhere gets the host's address
     */
    record Family(
            Optional<Cidr> address,
            boolean dhcp,
            String expiry,
            Optional<InetAddress> gateway,
            List<Checks.Range> ranges,
            boolean firewall,
            boolean nat,
            Optional<InetAddress> natAddress,
            List<Cidr> routes,
            boolean routing) {}

    static BridgeSettings of(Network network) {
        Map<String, String> config = network.config();
        return new BridgeSettings(
                network.name().text(),
                Integer.parseInt(value(config, "bridge.mtu", "1500")),
                Optional.ofNullable(set(config, "bridge.hwaddr"))
                        .or(() -> Optional.ofNullable(set(config, NetworkKeys.OWN_MAC)))
                        .map(it -> it.toLowerCase(java.util.Locale.ROOT)),
                family(config, "ipv4."),
                family(config, "ipv6."),
                Settings.truthy(config.get("ipv6.dhcp.stateful"), false),
                value(config, "dns.domain", "lxd"),
                value(config, "dns.mode", "managed"),
                list(config, "dns.search"),
                list(config, "bridge.external_interfaces"),
                value(config, "raw.dnsmasq", ""));
    }

    /** Whether dnsmasq has anything to do here. */
    boolean needsDnsmasq() {
        return v4.address().isPresent() || v6.address().isPresent();
    }

    private static Family family(Map<String, String> config, String family) {
        return new Family(
                Cidr.of(value(config, family + "address", "none")),
                Settings.truthy(config.get(family + "dhcp"), true),
                value(config, family + "dhcp.expiry", "1h"),
                Cidr.ip(value(config, family + "dhcp.gateway", "")),
                list(config, family + "dhcp.ranges").stream()
                        .map(Checks.Range::of)
                        .flatMap(Optional::stream)
                        .toList(),
                Settings.truthy(config.get(family + "firewall"), true),
                Settings.truthy(config.get(family + "nat"), false),
                Cidr.ip(value(config, family + "nat.address", "")),
                list(config, family + "routes").stream()
                        .map(Cidr::of)
                        .flatMap(Optional::stream)
                        .toList(),
                Settings.truthy(config.get(family + "routing"), true));
    }

    private static String value(Map<String, String> config, String key, String otherwise) {
        String value = set(config, key);
        return value == null ? otherwise : value;
    }

    private static List<String> list(Map<String, String> config, String key) {
        String value = set(config, key);
        return value == null ? List.of() : Checks.words(value);
    }

    private static @Nullable String set(Map<String, String> config, String key) {
        String value = config.get(key);
        return value == null || value.isEmpty() ? null : value;
    }
}
