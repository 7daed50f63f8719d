package berth.engine.device;

import berth.host.Program;
import java.util.List;

/**
 * The host stands in for a card's addresses towards everybody else: a table of nftables of its own, replaced as a whole.
 * Everything in it is built from addresses and names that were read as such.
 */
final class CardNat {
    private CardNat() {}

    /** Makes it so for the families that ask for it. */
    static void put(Device nic, String hostName) {
        if (wanted(nic)) {
            nft(text(nic, hostName));
        }
    }

    /** Whether a card asks for it. */
    static boolean wanted(Device nic) {
        return nic.isTrue("ipv4.nat", false) || nic.isTrue("ipv6.nat", false);
    }

    static String text(Device nic, String hostName) {
        var rules = new StringBuilder();
        for (String ip : List.of("ipv4", "ipv6")) {
            if (nic.isTrue(ip + ".nat", false)) {
                String word = ip.equals("ipv4") ? "ip" : "ip6";
                CardWires.own(nic, ip + ".address")
                        .forEach(it -> rules.append(word + " saddr " + CardWires.bare(it) + " oifname != \"" + hostName
                                + "\" masquerade\n"));
            }
        }
        String table = table(hostName);
        return "table " + table + "\ndelete table " + table + "\ntable " + table + " {\n"
                + "chain pstrt { type nat hook postrouting priority srcnat; policy accept;\n" + rules + "}\n}\n";
    }

    /** Takes it away; none is no error. */
    static void remove(String hostName) {
        nft("table " + table(hostName) + "\ndelete table " + table(hostName) + "\n");
    }

    /** Longer than what follows {@code berth-} in the table of any network. */
    private static String table(String hostName) {
        return "inet berth-stands-in-for-" + hostName;
    }

    private static void nft(String text) {
        Program.of("nft", "-f", "-").reading(text).must();
    }
}
