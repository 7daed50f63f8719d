package berth.driver.bridge;

import berth.host.Program;
import berth.host.net.OwnHwaddr;
import berth.model.AddressPools;
import berth.model.Network;
import berth.model.Quoted;
import berth.model.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Fills in what a new network leaves open: free subnets, NAT for them, a MAC address that stays. Sends nothing anywhere. */
final class Defaults {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Path RESOLV = Path.of("/etc/resolv.conf");

    private Defaults() {}

    static Network complete(Network wanted, List<Network> others) {
        var config = new TreeMap<>(wanted.config());
        config.values().removeIf(String::isEmpty);
        boolean first = !config.containsKey(NetworkKeys.OWN_MAC);
        for (String family : List.of("ipv4.", "ipv6.")) {
            String key = family + "address";
            if (first) {
                config.putIfAbsent(key, family.equals("ipv6.") && !hostHasV6() ? "none" : "auto");
            }
            if ("auto".equals(config.get(key))) {
                config.put(key, free(wanted, family, taken(others)).toString());
                config.putIfAbsent(family + "nat", "true");
            }
        }
        config.putIfAbsent(
                NetworkKeys.OWN_MAC, OwnHwaddr.of("bridge", wanted.name().text()));
        var completed = new Network(wanted.name(), wanted.type(), wanted.description(), config, wanted.declared());
        refuseOverlaps(completed, others);
        return completed;
    }

    /** The first of the subnets that it may have that is free, or any that is. */
    private static Cidr free(Network wanted, String family, List<Cidr> taken) {
        var not = new ArrayList<String>();
        for (String pool : AddressPools.of(wanted.config(), family.replace(".", ""))) {
            if (pool.equals("auto")) {
                not.clear();
                break;
            }
            Cidr subnet = Cidr.of(pool)
                    .orElseThrow(() -> NetworkKeys.badValue(
                            wanted, family + "address", Quoted.of(pool) + " of its pools is no subnet"));
            var other = taken.stream().filter(subnet::overlaps).findFirst();
            if (other.isEmpty()) {
                return subnet;
            }
            not.add(pool + " (overlaps with " + other.get() + ")");
        }
        if (!not.isEmpty()) {
            throw NetworkKeys.badValue(
                    wanted,
                    family + "address",
                    "none of its pools is free: " + String.join(", ", not) + "; write another one into addrPool");
        }
        return family.equals("ipv4.") ? freeV4(taken) : freeV6(taken);
    }

    private static void refuseOverlaps(Network network, List<Network> others) {
        for (Cidr mine : subnets(network)) {
            for (Network other : others) {
                for (Cidr theirs : subnets(other)) {
                    if (mine.overlaps(theirs) && !other.name().equals(network.name())) {
                        throw NetworkKeys.badValue(
                                network,
                                mine.isV6() ? "ipv6.address" : "ipv4.address",
                                mine + " overlaps with " + theirs + " of network "
                                        + Quoted.of(other.name().text()));
                    }
                }
            }
        }
    }

    private static List<Cidr> taken(List<Network> others) {
        var taken = new ArrayList<Cidr>();
        others.forEach(it -> taken.addAll(subnets(it)));
        taken.addAll(routes("-4"));
        taken.addAll(routes("-6"));
        taken.addAll(nameServers(RESOLV));
        return taken;
    }

    private static List<Cidr> subnets(Network network) {
        var settings = BridgeSettings.of(network);
        var all = new ArrayList<Cidr>();
        settings.v4().address().ifPresent(all::add);
        settings.v6().address().ifPresent(all::add);
        return all;
    }

    /** What the host's tables reach by more than a default route; its own addresses are in the local table. */
    private static List<Cidr> routes(String family) {
        var routes = new ArrayList<Cidr>();
        for (String line : Program.of("ip", family, "route", "show", "table", "all")
                .run()
                .out()
                .lines()
                .toList()) {
            for (String word : line.split(" ")) {
                String cidr = word.indexOf('/') > 0 ? word : word + (family.equals("-4") ? "/32" : "/128");
                Cidr.of(cidr)
                        .filter(it -> it.prefix() > 0
                                && !it.address().isLoopbackAddress()
                                && !it.address().isMulticastAddress()
                                && !it.address().isLinkLocalAddress())
                        .ifPresent(routes::add);
            }
        }
        return routes;
    }

    /** Servers that the host asks for names: behind a subnet with their address nobody would reach them any more. */
    static List<Cidr> nameServers(Path resolv) {
        try {
            return Files.readAllLines(resolv, StandardCharsets.ISO_8859_1).stream()
                    .map(it -> it.strip().split("\\s+"))
                    .filter(it -> it.length == 2 && it[0].equals("nameserver"))
                    .flatMap(it -> Cidr.of(it[1] + (it[1].contains(":") ? "/128" : "/32")).stream())
                    .filter(it -> !it.address().isLoopbackAddress())
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static Cidr freeV4(List<Cidr> taken) {
        int start = RANDOM.nextInt(1 << 16);
        for (int i = 0; i < 1 << 16; i++) {
            int n = start + i * 257 & 0xffff;
            var candidate = cidr(new byte[] {10, (byte) (n >> 8), (byte) n, 1}, 24);
            if (taken.stream().noneMatch(candidate::overlaps)) {
                return candidate;
            }
        }
        throw noneFree("IPv4");
    }

    private static Cidr freeV6(List<Cidr> taken) {
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[16];
            RANDOM.nextBytes(bytes);
            bytes[0] = (byte) 0xfd;
            bytes[1] = 0x42;
            java.util.Arrays.fill(bytes, 8, 15, (byte) 0);
            bytes[15] = 1;
            var candidate = cidr(bytes, 64);
            if (taken.stream().noneMatch(candidate::overlaps)) {
                return candidate;
            }
        }
        throw noneFree("IPv6");
    }

    private static Refused noneFree(String family) {
        return Refused.failed("Failed generating auto config: Failed to automatically find an unused " + family
                + " subnet, manual configuration required");
    }

    private static Cidr cidr(byte[] address, int prefix) {
        try {
            return new Cidr(InetAddress.getByAddress(address), prefix);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean hostHasV6() {
        return Files.exists(Path.of("/proc/sys/net/ipv6/conf"));
    }
}
