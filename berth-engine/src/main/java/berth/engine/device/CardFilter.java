package berth.engine.device;

import berth.host.Program;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a card on a bridge may say it is: rules of nftables in the bridge family, that frames of its host end pass before
 * anything else sees them, the bridge's own address table included. One table for all cards with a map from end to chain, so
 * that their number costs nothing; each change is one transaction. Everything in it is built from addresses and names that
 * were read as such.
 *
 * @param hostName the host end
 * @param hwaddr the only hardware address that may send
 * @param v4 the only IPv4 addresses that may send, none for no IPv4 at all; null does not look at IPv4
 * @param v6 likewise for IPv6; link-local addresses are given like others
 */
record CardFilter(
        String hostName,
        String hwaddr,
        @Nullable List<String> v4,
        @Nullable List<String> v6) {
    private static final String TABLE = "bridge berth-cards";
    private static final Object ONE_AT_A_TIME = new Object();

    /** Makes the rules so, whatever there was before for this end. */
    void put() {
        synchronized (ONE_AT_A_TIME) {
            nft(text());
        }
    }

    /** Takes the rules of an end away; none is no error. */
    static void remove(String hostName) {
        synchronized (ONE_AT_A_TIME) {
            List<String> ends = ends();
            if (!ends.contains(hostName)) {
                return;
            }
            nft(
                    ends.size() == 1
                            ? "delete table " + TABLE + "\n"
                            : "delete element " + TABLE + " ends { \"" + hostName + "\" }\n" + "delete chain " + TABLE
                                    + " of-" + hostName + "\n");
        }
    }

    /** The ends that have rules. */
    private static List<String> ends() {
        var result = Program.of("nft", "list", "chains", "bridge").run();
        return result.out()
                .lines()
                .map(String::strip)
                .filter(it -> it.startsWith("chain of-"))
                .map(it -> it.substring("chain of-".length()).split(" ")[0])
                .toList();
    }

    /** The whole transaction: the chain is made anew, and the map leads to it. */
    String text() {
        String chain = "of-" + hostName;
        var text = new StringBuilder();
        text.append("add table " + TABLE + "\n");
        text.append("add map " + TABLE + " ends { type ifname : verdict; }\n");
        text.append(
                "add chain " + TABLE + " from-cards { type filter hook prerouting priority -300; policy accept; }\n");
        text.append("flush chain " + TABLE + " from-cards\n");
        text.append("add rule " + TABLE + " from-cards iifname vmap @ends\n");
        text.append("add chain " + TABLE + " " + chain + "\n");
        text.append("flush chain " + TABLE + " " + chain + "\n");
        rules().forEach(it -> text.append("add rule " + TABLE + " " + chain + " " + it + "\n"));
        text.append("add element " + TABLE + " ends { \"" + hostName + "\" : jump " + chain + " }\n");
        return text.toString();
    }

    private List<String> rules() {
        var rules = new ArrayList<String>();
        rules.add("ether saddr != " + hwaddr + " drop");
        rules.add("arp saddr ether != " + hwaddr + " drop");
        if (v4 != null || v6 != null) {
            // Inside a tag anything could be hidden.
            rules.add("ether type { 8021q, 8021ad, 0x9100 } drop");
        }
        if (v4 != null) {
            ipv4(rules, v4);
        }
        if (v6 != null) {
            ipv6(rules, v6);
        }
        return rules;
    }

    private static void ipv4(List<String> rules, List<String> own) {
        if (own.isEmpty()) {
            rules.add("ether type { ip, arp } drop");
            return;
        }
        String mine = set(own);
        rules.add("arp operation != request arp saddr ip != " + mine + " drop");
        rules.add(
                "arp operation request arp saddr ip != " + set(with(own, "0.0.0.0")) + " drop"); // a probe names nobody
        rules.add("ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept");
        rules.add("ip saddr != " + mine + " drop");
        rules.add("ip protocol udp udp sport 67 udp dport 68 drop"); // only the network hands out addresses
    }

    private void ipv6(List<String> rules, List<String> own) {
        if (own.isEmpty()) {
            rules.add("ether type ip6 drop");
            return;
        }
        String mine = set(own);
        rules.add("ip6 saddr != " + set(with(own, "::")) + " drop");
        // Without an address one may only ask whether it is free, and say which groups one listens to.
        rules.add("ip6 saddr :: meta l4proto != ipv6-icmp drop");
        rules.add("ip6 saddr :: icmpv6 type != { nd-neighbor-solicit, mld2-listener-report, nd-router-solicit } drop");
        rules.add("icmpv6 type { nd-router-advert, nd-redirect } drop");
        // Whose address is announced stands 64 bits into ICMPv6, which must follow at once to be found.
        rules.add("icmpv6 type nd-neighbor-advert ip6 nexthdr != ipv6-icmp drop");
        rules.add("icmpv6 type nd-neighbor-advert @nh,384,128 != " + numbers(own) + " drop");
        rules.add("meta l4proto udp udp sport 547 udp dport 546 drop");
        rules.add("ip6 saddr " + mine + " accept");
    }

    private static List<String> with(List<String> own, String more) {
        var all = new ArrayList<>(own);
        all.add(more);
        return all;
    }

    private static String set(List<String> addresses) {
        return "{ " + String.join(", ", addresses) + " }";
    }

    private static String numbers(List<String> addresses) {
        return "{ "
                + String.join(
                        ", ",
                        addresses.stream()
                                .map(it -> berth.model.Cidr.address(it)
                                        .map(cidr -> "0x" + cidr.address().toString(16))
                                        .orElseThrow())
                                .toList())
                + " }";
    }

    private static void nft(String text) {
        Program.of("nft", "-f", "-").reading(text).must();
    }
}
