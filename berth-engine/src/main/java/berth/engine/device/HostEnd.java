package berth.engine.device;

import berth.host.Program;
import berth.host.net.Links;
import java.util.ArrayList;
import java.util.List;

/**
 * What the host's end of a card does besides being there: limits (tc(8)), isolation from other ports of its bridge, and
 * routes. Numbers, addresses and names in it were read as such.
 */
record HostEnd(String name) {
    /** Traffic towards the guest and from it, in bits per second; 0 for no limit. */
    void limit(long ingress, long egress) {
        var lines = new ArrayList<String>();
        Program.of("tc", "qdisc", "delete", "dev", name, "root").run(); // none there is no error
        Program.of("tc", "qdisc", "delete", "dev", name, "ingress").run();
        if (ingress > 0) {
            lines.add("qdisc add dev " + name + " root handle 1: htb default 10");
            lines.add("class add dev " + name + " parent 1: classid 1:10 htb rate " + ingress + "bit");
        }
        if (egress > 0) {
            long burst = Math.max(65_536, egress / 8 / 100); // what comes in ten milliseconds
            lines.add("qdisc add dev " + name + " handle ffff: ingress");
            lines.add("filter add dev " + name + " parent ffff: protocol all prio 1 u32 match u32 0 0 police rate "
                    + egress + "bit burst " + burst + " drop flowid :1");
        }
        if (!lines.isEmpty()) {
            Program.of("tc", "-batch", "-")
                    .reading(String.join("\n", lines) + "\n")
                    .must();
        }
    }

    /** Whether it may only talk to ports of the bridge that are not isolated themselves. */
    void isolate(boolean isolated) {
        Program.of("ip", "link", "set", "dev", name, "type", "bridge_slave", "isolated", isolated ? "on" : "off")
                .must();
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
