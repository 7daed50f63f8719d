package berth.engine.device;

import berth.model.Quoted;
import berth.spi.Fitting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What can be set of the host's end of a card, while it is in a guest too. */
final class CardSettings {
    /** The keys that change in place. */
    static final Set<String> LIVE =
            Set.of("boot.priority", "limits.ingress", "limits.egress", "limits.max", "ipv4.routes", "ipv6.routes");

    private CardSettings() {}

    /** Adds its keys. */
    static Keys to(Keys keys) {
        return keys.with(Rate.VALUE, "limits.ingress", "limits.egress", "limits.max")
                .with("ipv4.routes", Value.V4_NETWORKS)
                .with("ipv6.routes", Value.V6_NETWORKS);
    }

    /** What its host end is held to from its first packet on. */
    static Fitting.Bounds bounds(Device nic) {
        return new Fitting.Bounds(
                rate(nic, "limits.ingress"), rate(nic, "limits.egress"), nic.isTrue("security.port_isolation", false));
    }

    /** Puts routes into effect. */
    static void putRoutes(Device nic, String routesBy) {
        HostEnd.route(routesBy, routes(nic));
    }

    /** Puts limits into effect, none included. */
    static void limit(Device nic, String hostName) {
        new HostEnd(hostName).limit(rate(nic, "limits.ingress"), rate(nic, "limits.egress"));
    }

    private static long rate(Device nic, String key) {
        String value = nic.has("limits.max") ? nic.value("limits.max") : nic.value(key);
        return value.isEmpty() ? 0 : Rate.bits(value);
    }

    /** Changes them from what they were. */
    static void change(Device before, Device after, String hostName, String routesBy) {
        limit(after, hostName);
        Set<String> gone = new TreeSet<>(routes(before));
        gone.removeAll(routes(after));
        HostEnd.unroute(routesBy, List.copyOf(gone));
        HostEnd.route(routesBy, routes(after));
    }

    /** Takes the routes away; limits go with the end. */
    static void remove(Device nic, String routesBy) {
        HostEnd.unroute(routesBy, routes(nic));
    }

    /** The networks behind the guest. */
    static List<String> routes(Device nic) {
        var all = new ArrayList<String>();
        for (String key : List.of("ipv4.routes", "ipv6.routes")) {
            if (nic.has(key)) {
                all.addAll(Value.items(nic.value(key)));
            }
        }
        return all;
    }

    /** Refuses an address that is none of the network's. */
    static void checkWithin(String network, String key, String address, String subnet) {
        boolean within = berth.model.Cidr.of(subnet)
                .flatMap(net -> berth.model.Cidr.address(address).map(net::overlaps))
                .orElse(false);
        if (!within) {
            throw new Wrong("Device IP address " + Quoted.of(address) + " not within network " + Quoted.of(network)
                    + " subnet");
        }
        if (subnet.startsWith(address + "/")) {
            throw new Wrong("IP address " + Quoted.of(address) + " is assigned to parent managed network device "
                    + Quoted.of(network));
        }
    }
}
