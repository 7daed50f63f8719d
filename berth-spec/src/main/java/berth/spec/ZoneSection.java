package berth.spec;

import berth.model.Cidr;
import berth.model.NetworkName;
import berth.model.Quoted;
import berth.model.wanted.OnDrift;
import berth.model.wanted.WantedNetwork;
import berth.spec.yaml.Tree;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@code zones:} of RFC 108. A zone is the network that its guests share: a bridge {@code vz-NAME}, with addresses
 * that are picked unless they are said, and a way out by the host's own address.
 */
final class ZoneSection {
    static final String PREFIX = "vz-";
    private static final Shape ZONE = Shape.of("v4", "v6", "hostAddresses");
    private static final Shape FAMILY = Shape.of("addrPool", "nat");

    private final Findings findings;

    ZoneSection(Findings findings) {
        this.findings = findings;
    }

    /** The network of a zone; empty when it cannot be called so. */
    Optional<WantedNetwork> zone(String name, Tree.Entry entry, String path) {
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        var fields = new Fields(mapping, path, ZONE, findings);
        var config = new TreeMap<String, String>();
        family(fields, "v4", "ipv4", 32).forEach(config::put);
        family(fields, "v6", "ipv6", 128).forEach(config::put);
        return findings.made(entry.at(), path, () -> new NetworkName(PREFIX + name))
                .map(network -> new WantedNetwork(network, "bridge", "", config, Set.of(), OnDrift.UNSAID, entry.at()));
    }

    private SortedMap<String, String> family(Fields zone, String family, String ip, int bits) {
        var keys = new Fields(
                zone.mapping(family).orElse(new Tree.Mapping(zone.at(family), List.of())),
                zone.path(family),
                FAMILY,
                findings);
        var addresses = new ArrayList<>(addresses(zone, "hostAddresses", bits, false));
        addresses.addAll(addresses(keys, "addrPool", bits, true));
        if (addresses.size() > 1) {
            findings.later(
                    keys.at("addrPool"),
                    keys.path("addrPool"),
                    "a zone has one subnet of each family; more than " + addresses.getFirst()
                            + " is not supported yet");
        }
        var config = new TreeMap<String, String>();
        config.put(ip + ".address", addresses.isEmpty() ? "auto" : addresses.getFirst());
        Optional<Boolean> nat = keys.flag("nat");
        if (nat.isPresent() || bits == 32 && !addresses.isEmpty()) {
            config.put(ip + ".nat", String.valueOf(nat.orElse(true)));
        }
        return config;
    }

    /** Of the host's end, each with the length of its prefix; {@code 0.0.0.0/24} stands for one that is picked. */
    private List<String> addresses(Fields keys, String key, int bits, boolean only) {
        var addresses = new ArrayList<String>();
        for (Tree item : keys.list(key)) {
            String text = findings.text(item, keys.path(key)).orElse("");
            Cidr cidr = Cidr.of(text).orElse(null);
            if (cidr == null || only && cidr.bits() != bits) {
                findings.error(
                        item.at(),
                        keys.path(key),
                        Quoted.of(text) + " is no " + (only ? bits == 32 ? "IPv4 " : "IPv6 " : "")
                                + "address with its prefix length");
            } else if (cidr.bits() == bits && cidr.address().signum() != 0) {
                addresses.add(cidr.isNetwork() ? first(cidr) : text);
            }
        }
        return addresses;
    }

    /** The first address of a subnet. */
    static String first(Cidr subnet) {
        int host = subnet.bits() - subnet.prefix();
        BigInteger first = subnet.address().shiftRight(host).shiftLeft(host).add(BigInteger.ONE);
        return text(first, subnet.bits()) + "/" + subnet.prefix();
    }

    /** An address as it is written. */
    static String text(BigInteger address, int bits) {
        byte[] given = address.toByteArray();
        var bytes = new byte[bits / 8];
        int length = Math.min(given.length, bytes.length);
        System.arraycopy(given, given.length - length, bytes, bytes.length - length, length);
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return bits == 32 ? text : shortened(text);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The longest run of zeros as {@code ::}. */
    private static String shortened(String text) {
        String best = "";
        var runs = java.util.regex.Pattern.compile("(?<![0-9a-f])0(:0(?![0-9a-f]))+")
                .matcher(text);
        int at = -1;
        while (runs.find()) {
            if (runs.group().length() > best.length()) {
                best = runs.group();
                at = runs.start();
            }
        }
        if (at < 0) {
            return text;
        }
        String left = text.substring(0, at);
        String right = text.substring(at + best.length());
        return (left.isEmpty() ? ":" : left) + (right.isEmpty() ? ":" : right);
    }
}
