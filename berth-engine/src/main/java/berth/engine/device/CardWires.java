package berth.engine.device;

import berth.model.Cidr;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Fitting.Route;
import berth.spi.Fitting.Wiring;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The addresses and routes that both ends of a card are given by its keys, before the guest's first process runs. */
final class CardWires {
    private static final List<String> FAMILIES = List.of("ipv4", "ipv6");

    private CardWires() {}

    /** Work that changes how this host passes packets on. */
    interface Work {
        void run();
    }

    /** The fitting of a card whose other end is an interface of the host's own, in no bridge. */
    static Fitting pair(Device nic, Owner owner, Wiring wiring) {
        return new Fitting.Nic(
                nic.name(),
                null,
                owner.hostName(nic),
                owner.guestName(nic),
                owner.hwaddr(nic),
                CardKeys.mtu(nic),
                wiring,
                CardSettings.bounds(nic));
    }

    /** Of a card with ends of its own: what is said of each, and a route to what no subnet of the host's end has. */
    static Wiring ofPair(Device nic) {
        var inside = new ArrayList<String>();
        var gateways = new ArrayList<String>();
        var host = new ArrayList<String>();
        var routes = new ArrayList<Route>();
        for (String ip : FAMILIES) {
            List<String> own = own(nic, ip + ".address");
            List<String> hosts = own(nic, ip + ".host_address");
            inside.addAll(own.stream().map(it -> inside(nic, ip, it, hosts)).toList());
            host.addAll(hosts);
            for (String address : own) {
                boolean near = hosts.stream()
                        .anyMatch(it -> Cidr.of(it)
                                .orElseThrow()
                                .overlaps(Cidr.address(bare(address)).orElseThrow()));
                if (!near) {
                    routes.add(new Route(bare(address) + longest(ip), "", 0));
                }
            }
            String gateway = nic.value(ip + ".gateway");
            if (gateway.isEmpty() || gateway.equals("auto")) {
                if (!own.isEmpty()) {
                    hosts.stream().findFirst().map(CardWires::bare).ifPresent(gateways::add);
                }
            } else if (!gateway.equals("none")) {
                gateways.add(gateway);
            }
        }
        return new Wiring(inside, gateways, host, routes);
    }

    /** One without a way out and without a subnet has the host's end for its only neighbour. */
    private static String inside(Device nic, String ip, String address, List<String> hosts) {
        boolean alone = nic.value(ip + ".gateway").equals("none") && address.endsWith(longest(ip)) && !hosts.isEmpty();
        return alone ? bare(address) + " peer " + bare(hosts.getFirst()) + longest(ip) : address;
    }

    /** Of a card that the host routes each address to, whatever network that is of. */
    static Wiring ofRouted(Device nic) {
        var inside = new ArrayList<String>();
        var gateways = new ArrayList<String>();
        var host = new ArrayList<String>();
        var routes = new ArrayList<Route>();
        for (String ip : FAMILIES) {
            List<String> own = addresses(nic, ip);
            if (own.isEmpty()) {
                continue;
            }
            String usual = ip.equals("ipv4") ? "169.254.0.1" : "fe80::1";
            String hosts = nic.has(ip + ".host_address") ? nic.value(ip + ".host_address") : usual;
            host.add(hosts + longest(ip));
            if (!nic.value(ip + ".gateway").equals("none")) {
                gateways.add(hosts);
            }
            for (String address : own) {
                inside.add(address + longest(ip));
                route(nic, ip, address + longest(ip), "", routes);
            }
            for (String network : CardSettings.routes(nic)) {
                if (network.contains(":") == ip.equals("ipv6")) {
                    route(nic, ip, network, own.getFirst(), routes);
                }
            }
        }
        return new Wiring(inside, gateways, host, routes);
    }

    private static void route(Device nic, String ip, String network, String via, List<Route> routes) {
        routes.add(new Route(network, via, 0));
        if (nic.has(ip + ".host_table")) {
            routes.add(new Route(network, via, Long.parseLong(nic.value(ip + ".host_table"))));
        }
    }

    /** The addresses of a family, alone. */
    static List<String> addresses(Device nic, String ip) {
        return nic.has(ip + ".address") ? Value.items(nic.value(ip + ".address")) : List.of();
    }

    /** The addresses of a family by a key, each with the length of its prefix. */
    static List<String> own(Device nic, String key) {
        if (!nic.has(key)) {
            return List.of();
        }
        String longest = longest(key.substring(0, 4));
        return Value.items(nic.value(key)).stream()
                .map(it -> it.contains("/") ? it : it + longest)
                .toList();
    }

    private static String longest(String ip) {
        return ip.equals("ipv4") ? "/32" : "/128";
    }

    static String bare(String address) {
        return address.split("/", 2)[0];
    }

    /** The host passes on packets of the families in which the card has addresses. */
    static void passOn(Device nic) {
        if (nic.has("ipv4.address")) {
            change(berth.host.net.Forwarding::v4);
        }
        if (nic.has("ipv6.address")) {
            change(() -> berth.host.net.Forwarding.v6(""));
        }
    }

    static void change(Work work) {
        try {
            work.run();
        } catch (UncheckedIOException failed) {
            throw Refused.failed(Optional.ofNullable(failed.getMessage()).orElse("the host cannot pass packets on"));
        }
    }
}
