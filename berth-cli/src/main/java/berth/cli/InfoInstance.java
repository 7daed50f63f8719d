package berth.cli;

import berth.client.Headers;
import berth.client.Json;
import berth.client.Server;
import java.io.IOException;
import java.util.Locale;
import java.util.TreeMap;

/** {@code berth info}: what an instance, or the server, is and does. */
final class InfoInstance implements Command {
    @Override
    public int run(Call call) throws IOException {
        if (call.count() == 0) {
            call.terminal()
                    .out()
                    .print(Yaml.write(call.server().get(call.has("resources") ? "/1.0/resources" : "/1.0")));
            return 0;
        }
        String name = call.name(0);
        Json instance = call.server().get(Kind.INSTANCE.path(name) + "?recursion=1");
        head(call, instance);
        Json state = instance.at("state");
        if (state.number("pid") > 0) {
            resources(call, state);
        }
        snapshots(call, instance);
        if (call.has("show-log")) {
            log(call, name);
        }
        return 0;
    }

    private static void head(Call call, Json instance) {
        call.print("Name: " + instance.text("name"));
        if (!instance.text("description").isEmpty()) {
            call.print("Description: " + instance.text("description"));
        }
        call.print("Status: " + instance.text("status").toUpperCase(Locale.ROOT));
        call.print("Type: " + instance.text("type") + (instance.at("ephemeral").truth() ? " (ephemeral)" : ""));
        call.print("Architecture: " + instance.text("architecture"));
        String location = instance.text("location");
        if (!location.isEmpty() && !location.equals("none")) {
            call.print("Location: " + location);
        }
        if (instance.at("state").number("pid") > 0) {
            call.print("PID: " + instance.at("state").text("pid"));
        }
        String created = Units.minute(instance.text("created_at"));
        if (!created.isEmpty()) {
            call.print("Created: " + created);
        }
        String used = Units.minute(instance.text("last_used_at"));
        if (!used.isEmpty()) {
            call.print("Last Used: " + used);
        }
        String exit = instance.at("config").text("volatile.last_state.exit");
        if (!exit.isEmpty() && instance.text("status").equals("Stopped")) {
            call.print("Last Exit: " + exit);
        }
    }

    private static void resources(Call call, Json state) {
        call.print("\nResources:");
        call.print("  Processes: " + state.text("processes"));
        var disks = new StringBuilder();
        for (var disk : state.at("disk").fields().entrySet()) {
            if (disk.getValue().number("usage") > 0) {
                disks.append("\n    ").append(disk.getKey()).append(": ");
                disks.append(Units.binary(disk.getValue().number("usage")));
            }
        }
        if (!disks.isEmpty()) {
            call.print("  Disk usage:" + disks);
        }
        call.print(
                "  CPU usage:\n    CPU usage (in seconds): " + state.at("cpu").number("usage") / 1_000_000_000L);
        Json memory = state.at("memory");
        call.print("  Memory usage:");
        size(call, "Memory (current)", memory.number("usage"));
        size(call, "Memory (peak)", memory.number("usage_peak"));
        size(call, "Swap (current)", memory.number("swap_usage"));
        size(call, "Swap (peak)", memory.number("swap_usage_peak"));
        call.print("  Network usage:");
        for (var nic : new TreeMap<>(state.at("network").fields()).entrySet()) {
            nic(call, nic.getKey(), nic.getValue());
        }
    }

    private static void size(Call call, String what, long bytes) {
        if (bytes > 0) {
            call.print("    " + what + ": " + Units.binary(bytes));
        }
    }

    private static void nic(Call call, String name, Json nic) {
        call.print("    " + name + ":");
        call.print("      Type: " + nic.text("type"));
        call.print("      State: " + nic.text("state").toUpperCase(Locale.ROOT));
        if (!nic.text("host_name").isEmpty()) {
            call.print("      Host interface: " + nic.text("host_name"));
        }
        if (!nic.text("hwaddr").isEmpty()) {
            call.print("      MAC address: " + nic.text("hwaddr"));
        }
        call.print("      MTU: " + nic.text("mtu"));
        Json counters = nic.at("counters");
        call.print("      Bytes received: " + Units.decimal(counters.number("bytes_received")));
        call.print("      Bytes sent: " + Units.decimal(counters.number("bytes_sent")));
        call.print("      Packets received: " + counters.number("packets_received"));
        call.print("      Packets sent: " + counters.number("packets_sent"));
        call.print("      IP addresses:");
        for (Json address : nic.at("addresses").items()) {
            call.print((address.text("family").equals("inet") ? "        inet:  " : "        inet6: ")
                    + address.text("address") + "/" + address.text("netmask") + " (" + address.text("scope") + ")");
        }
    }

    private static void snapshots(Call call, Json instance) {
        var snapshots = instance.at("snapshots").items();
        if (snapshots.isEmpty()) {
            return;
        }
        var table = new Table("NAME", "TAKEN AT", "EXPIRES AT", "STATEFUL");
        for (Json snapshot : snapshots) {
            table.add(
                    snapshot.text("name"),
                    Units.minute(snapshot.text("created_at")),
                    Units.minute(snapshot.text("expires_at")),
                    snapshot.at("stateful").truth() ? "YES" : "NO");
        }
        call.print("\nSnapshots:");
        call.terminal().out().print(table.bordered());
    }

    private static void log(Call call, String name) throws IOException {
        call.print("\nLog:\n");
        var response = call.server().raw("GET", Server.path("instances", name, "logs", "lxc.log"), new Headers(), null);
        if (response.status() >= 400) {
            var _ = Server.open(response);
        }
        call.terminal().out().write(response.bytes());
        call.print("");
    }
}
