package berth.driver.bridge;

import berth.driver.bridge.BridgeSettings.Family;
import java.net.InetAddress;

/**
 * The rules of one network as text for {@code nft -f -}: one table, replaced as a whole in one transaction, so that
 * networks do not depend on one another and no packet ever meets half a ruleset.
 *
 * <p>Everything in it is built from types (interface names, addresses): no text of a user's gets in.
 */
final class Ruleset {
    private static final String ICMP = "{ destination-unreachable, time-exceeded, parameter-problem }";
    private static final String ICMPV6_IN =
            "{ destination-unreachable, packet-too-big, time-exceeded, parameter-problem,"
                    + " nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report }";
    private static final String ICMPV6_OUT = "{ destination-unreachable, packet-too-big, time-exceeded,"
            + " parameter-problem, echo-request, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert,"
            + " mld2-listener-report }";

    private Ruleset() {}

    /** The table's name. */
    static String table(String network) {
        return "berth-" + network;
    }

    /** Makes the rules so, whatever there was before. */
    static String replacing(BridgeSettings settings) {
        return removing(settings.name()) + table(settings);
    }

    /** Takes the table away; no error when there is none. */
    static String removing(String network) {
        return "table inet " + table(network) + "\ndelete table inet " + table(network) + "\n";
    }

    private static String table(BridgeSettings settings) {
        String name = settings.name();
        var text = new Lines("generated for Berth network " + name);
        text.line("table inet " + table(name) + " {");
        text.line("comment \"generated for Berth network " + name + "\"");
        chain(text, "pstrt." + name, "type nat hook postrouting priority srcnat");
        nat(text, settings.v4(), "ip");
        nat(text, settings.v6(), "ip6");
        text.line("}");
        chain(text, "fwd." + name, "type filter hook forward priority filter");
        forward(text, name, settings.v4(), "ipv4");
        forward(text, name, settings.v6(), "ipv6");
        text.line("}");
        chain(text, "in." + name, "type filter hook input priority filter");
        services(text, settings, true);
        text.line("}");
        chain(text, "out." + name, "type filter hook output priority filter");
        services(text, settings, false);
        text.line("}");
        text.line("}");
        return text.toString();
    }

    private static void chain(Lines text, String name, String hook) {
        text.line("chain " + name + " {");
        text.line(hook + "; policy accept;");
    }

    private static void nat(Lines text, Family family, String ip) {
        if (family.address().isEmpty() || !family.nat()) {
            return;
        }
        String subnet = family.address().get().network();
        String to = family.natAddress()
                .map(InetAddress.class::cast)
                .map(it -> "snat " + ip + " to " + Cidr.text(it))
                .orElse("masquerade");
        text.rule(ip + " saddr " + subnet + " " + ip + " daddr != " + subnet + " " + to);
    }

    private static void forward(Lines text, String name, Family family, String protocol) {
        if (family.address().isEmpty() || !family.firewall()) {
            return;
        }
        String match = "meta nfproto " + protocol + " ";
        if (!family.routing()) {
            // Guests among themselves are bridged; with br_netfilter they pass here nevertheless.
            text.rule(match + "iifname \"" + name + "\" oifname \"" + name + "\" accept");
        }
        String verdict = family.routing() ? "accept" : "drop";
        text.rule(match + "oifname \"" + name + "\" " + verdict);
        text.rule(match + "iifname \"" + name + "\" " + verdict);
    }

    private static void services(Lines text, BridgeSettings settings, boolean in) {
        String port = (in ? "iifname \"" : "oifname \"") + settings.name() + "\" ";
        String side = in ? "dport" : "sport";
        boolean v4 = settings.v4().address().isPresent() && settings.v4().firewall();
        boolean v6 = settings.v6().address().isPresent() && settings.v6().firewall();
        if (v4 || v6) {
            String both = v4 && v6 ? "" : "meta nfproto " + (v4 ? "ipv4 " : "ipv6 ");
            text.rule(port + both + "tcp " + side + " 53 accept");
            text.rule(port + both + "udp " + side + " 53 accept");
        }
        if (v4) {
            text.rule(port + "meta nfproto ipv4 udp " + side + " 67 accept");
            text.rule(port + "icmp type " + ICMP + " accept");
        }
        if (v6) {
            text.rule(port + "meta nfproto ipv6 udp " + side + " 547 accept");
            text.rule(port + "icmpv6 type " + (in ? ICMPV6_IN : ICMPV6_OUT) + " accept");
        }
    }

    /** Text by lines, indented by the braces; each rule says whose it is. */
    private static final class Lines {
        private final StringBuilder text = new StringBuilder();
        private final String whose;
        private int depth;

        Lines(String whose) {
            this.whose = whose;
        }

        void rule(String rule) {
            line(rule + " comment \"" + whose + "\"");
        }

        void line(String line) {
            depth -= line.equals("}") ? 1 : 0;
            text.append("  ".repeat(depth)).append(line).append('\n');
            depth += line.endsWith("{") ? 1 : 0;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
