package berth.engine.device;

import berth.host.Program;
import java.util.UUID;

/**
 * Rules of one proxy in NAT mode: a table of its own, replaced as a whole. Everything in it is built from addresses and
 * numbers that were read as such.
 */
final class NatRules {
    private NatRules() {}

    private static String table(String id) {
        return "inet berth-proxy-"
                + UUID.nameUUIDFromBytes(id.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .toString()
                        .substring(0, 18);
    }

    /**
     * Makes them so, whatever there was before.
     *
     * @param end the host's interface by which the guest is reached; empty when it is not known
     */
    static void put(String id, ProxyAddress listen, ProxyAddress connect, String end) {
        nft(text(table(id), listen, connect, end));
    }

    static String text(String table, ProxyAddress listen, ProxyAddress connect, String end) {
        String ip = listen.isV6() ? "ip6" : "ip";
        // A wildcard is every address of the host itself, but for its loopback: what the host sends there keeps its
        // source and so finds no way to a guest; a process listens instead.
        String door = listen.isWildcard()
                ? "meta nfproto " + (listen.isV6() ? "ipv6" : "ipv4") + " " + ip + " daddr != "
                        + (listen.isV6() ? "::1" : "127.0.0.0/8") + " fib daddr type local"
                : ip + " daddr " + listen.host();
        var there = new StringBuilder();
        var back = new StringBuilder();
        for (int i = 0; i < listen.ports().size(); i++) {
            int port = connect.ports().get(Math.min(i, connect.ports().size() - 1));
            String to = listen.isV6() ? "[" + connect.host() + "]" : connect.host();
            there.append(door + " " + listen.protocol() + " dport "
                    + listen.ports().get(i) + " dnat " + ip + " to " + to + ":" + port + "\n");
            // Of a guest that connects to its own door: else it would be answered by itself, not by the door.
            back.append(ip + " saddr " + connect.host() + " " + ip + " daddr " + connect.host() + " "
                    + listen.protocol() + " dport " + port + " masquerade\n");
            if (!end.isEmpty()) {
                // Of a neighbour of the guest's: the answer would go to it by their bridge, past the door.
                back.append("iifname \"" + end + "\" oifname \"" + end + "\" " + ip + " daddr " + connect.host() + " "
                        + listen.protocol() + " dport " + port + " ct status dnat masquerade\n");
            }
        }
        return "table " + table + "\ndelete table " + table + "\ntable " + table + " {\n"
                + "chain prert { type nat hook prerouting priority dstnat; policy accept;\n" + there + "}\n"
                + "chain out { type nat hook output priority -100; policy accept;\n" + there + "}\n"
                + "chain pstrt { type nat hook postrouting priority srcnat; policy accept;\n" + back + "}\n}\n";
    }

    /** Takes them away; none is no error. */
    static void remove(String id) {
        String table = table(id);
        nft("table " + table + "\ndelete table " + table + "\n");
    }

    private static void nft(String text) {
        Program.of("nft", "-f", "-").reading(text).must();
    }
}
