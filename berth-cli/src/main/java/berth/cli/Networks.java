package berth.cli;

import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.Locale;

/** {@code berth network list}. */
final class Networks implements Command {
    @Override
    public int run(Call call) throws IOException {
        Listing.format(call);
        Json networks = call.server().get("/1.0/networks?recursion=1");
        var table = new Table("NAME", "TYPE", "MANAGED", "IPV4", "IPV6", "DESCRIPTION", "USED BY", "STATE");
        for (Json network : networks.items()) {
            if (network.text("type").equals("loopback")) {
                continue;
            }
            table.add(
                    network.text("name"),
                    network.text("type"),
                    network.at("managed").truth() ? "YES" : "NO",
                    network.at("config").text("ipv4.address"),
                    network.at("config").text("ipv6.address"),
                    network.text("description"),
                    Integer.toString(network.at("used_by").items().size()),
                    network.text("status").toUpperCase(Locale.ROOT));
        }
        Listing.show(call, table.sorted(), networks);
        return 0;
    }

    /** {@code berth network list-leases}. */
    static final class Leases implements Command {
        @Override
        public int run(Call call) throws IOException {
            Listing.format(call);
            Json leases = call.server().get(Server.path("networks", call.name(0), "leases"));
            var table = new Table("HOSTNAME", "MAC ADDRESS", "IP ADDRESS", "TYPE");
            for (Json lease : leases.items()) {
                table.add(
                        lease.text("hostname"),
                        lease.text("hwaddr"),
                        lease.text("address"),
                        lease.text("type").toUpperCase(Locale.ROOT));
            }
            Listing.show(call, table.sorted(), leases);
            return 0;
        }
    }

    /** {@code berth network info}. */
    static final class Info implements Command {
        @Override
        public int run(Call call) throws IOException {
            Json state = call.server().get(Server.path("networks", call.name(0), "state"));
            call.print("Name: " + call.name(0));
            call.print("MAC address: " + state.text("hwaddr"));
            call.print("MTU: " + state.text("mtu"));
            call.print("State: " + state.text("state"));
            call.print("Type: " + state.text("type"));
            call.print("\nIP addresses:");
            for (Json address : state.at("addresses").items()) {
                call.print("  " + address.text("family") + "\t" + address.text("address") + "/"
                        + address.text("netmask") + " (" + address.text("scope") + ")");
            }
            Json counters = state.at("counters");
            call.print("\nNetwork usage:");
            call.print("  Bytes received: " + Units.decimal(counters.number("bytes_received")));
            call.print("  Bytes sent: " + Units.decimal(counters.number("bytes_sent")));
            call.print("  Packets received: " + counters.number("packets_received"));
            call.print("  Packets sent: " + counters.number("packets_sent"));
            Json bridge = state.at("bridge");
            if (!bridge.isNull()) {
                call.print("\nBridge:");
                call.print("  ID: " + bridge.text("id"));
                call.print("  STP: " + bridge.text("stp"));
                call.print("  Forward delay: " + bridge.text("forward_delay"));
                call.print("  Default VLAN ID: " + bridge.text("vlan_default"));
                call.print("  VLAN filtering: " + bridge.text("vlan_filtering"));
                call.print("  Upper devices: "
                        + String.join(", ", bridge.at("upper_devices").texts()));
            }
            return 0;
        }
    }
}
