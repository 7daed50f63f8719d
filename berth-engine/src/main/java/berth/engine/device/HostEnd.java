package berth.engine.device;

import berth.host.Program;
import berth.host.net.Links;
import berth.host.net.Shaping;
import java.util.List;

/**
 * What can change of the host's end of a card while that is in a guest: limits (tc(8)) and routes. Numbers, addresses and
 * names in it were read as such.
 */
record HostEnd(String name) {
    /** Traffic towards the guest and from it, in bits per second; 0 for no limit. */
    void limit(long ingress, long egress) {
        Program.of("tc", "qdisc", "delete", "dev", name, "root").run(); // none there is no error
        Program.of("tc", "qdisc", "delete", "dev", name, "ingress").run();
        String lines = Shaping.lines(name, ingress, egress);
        if (!lines.isEmpty()) {
            Program.of("tc", "-batch", "-").reading(lines).must();
        }
    }

    /** Networks that are reached by an interface. */
    static void route(String by, List<String> networks) {
        for (String network : networks) {
            Program.of("ip", family(network), "route", "replace", network, "dev", by, "proto", "static")
                    .must();
        }
    }

    /** They are no more. */
    static void unroute(String by, List<String> networks) {
        if (Links.exists(by)) {
            for (String network : networks) {
                Program.of("ip", family(network), "route", "delete", network, "dev", by, "proto", "static")
                        .run(); // gone already is no error
            }
        }
    }

    private static String family(String network) {
        return network.contains(":") ? "-6" : "-4";
    }
}
