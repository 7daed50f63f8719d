package berth.driver.bridge;

import berth.driver.bridge.BridgeSettings.Family;
import berth.host.Program;
import berth.host.net.Forwarding;
import berth.host.net.Sysctl;
import berth.model.Problem;
import berth.model.Refused;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The bridge itself: made, repaired, removed. It carries our mark (its alias), so that no other one is ever touched. */
final class Interface {

    private Interface() {}

    /** How the interface was found. */
    enum Found {
        NONE,
        OURS,
        FOREIGN
    }

    static Found find(BridgeSettings settings) {
        String link = look(settings.name());
        if (link.isEmpty()) {
            return Found.NONE;
        }
        // Right after it was made (and a crash) it has no mark yet, but it was made with our address.
        boolean fresh = !link.contains(" alias ")
                && link.contains(" bridge ")
                && settings.hwaddr()
                        .filter(it -> link.contains("link/ether " + it + " "))
                        .isPresent();
        return link.contains(" alias " + mark(settings.name())) || fresh ? Found.OURS : Found.FOREIGN;
    }

    static boolean isUp(String name) {
        return look(name).matches("(?s).*<([A-Z_-]+,)*UP[,>].*");
    }

    /** Makes it so: bridge, MTU, addresses, routes, forwarding. */
    static void up(BridgeSettings settings) {
        String name = settings.name();
        switch (find(settings)) {
            case FOREIGN -> throw new Refused(new Problem.Taken("Network interface \"" + name + "\" already exists"));
            case NONE -> make(settings);
            case OURS -> {}
        }
        beforeAddresses(settings);
        batch(settings);
        forwarding(settings);
    }

    /** Takes it away; one that is not ours stays. */
    static void down(BridgeSettings settings) {
        if (find(settings) == Found.OURS) {
            Program.of("ip", "link", "delete", "dev", settings.name()).must();
        }
    }

    /** Lets go of the host's interfaces that are no longer to be in it. */
    static void release(BridgeSettings before, List<String> stay) {
        before.externalInterfaces().stream()
                .filter(it -> !stay.contains(it))
                .forEach(it ->
                        Program.of("ip", "link", "set", "dev", it, "nomaster").run());
    }

    private static void make(BridgeSettings settings) {
        var words = new ArrayList<>(List.of("ip", "link", "add", "name", settings.name()));
        settings.hwaddr().ifPresent(it -> words.addAll(List.of("address", it)));
        words.addAll(List.of("type", "bridge"));
        Program.of(words).must();
    }

    private static String look(String name) {
        var result = Program.of("ip", "-o", "-d", "link", "show", "dev", name).run();
        return result.exit() == 0 ? result.out().strip() : "";
    }

    private static String mark(String name) {
        return "berth-network-" + name;
    }

    private static void batch(BridgeSettings settings) {
        String dev = " dev " + settings.name();
        var lines = new ArrayList<String>();
        lines.add("link set" + dev + " alias " + mark(settings.name()) + " mtu " + settings.mtu()
                + settings.hwaddr().map(it -> " address " + it).orElse("") + " up");
        Set<String> wanted = new TreeSet<>();
        settings.v4().address().ifPresent(it -> wanted.add(it.toString()));
        settings.v6().address().ifPresent(it -> wanted.add(it.toString()));
        Set<String> there = addresses(settings.name());
        there.stream().filter(it -> !wanted.contains(it)).forEach(it -> lines.add("address delete " + it + dev));
        wanted.stream()
                .filter(it -> !there.contains(it))
                .forEach(it -> lines.add("address add " + it + (it.indexOf(':') < 0 ? " broadcast +" : "") + dev));
        routes(settings, "-4", settings.v4(), lines);
        routes(settings, "-6", settings.v6(), lines);
        for (String port : settings.externalInterfaces()) {
            lines.add("link set dev " + port + " master " + settings.name() + " up");
        }
        Program.of("ip", "-batch", "-").reading(String.join("\n", lines) + "\n").must();
    }

    private static void routes(BridgeSettings settings, String ip, Family family, List<String> lines) {
        String onto = " dev " + settings.name() + " proto static";
        Set<String> wanted = new HashSet<>();
        family.routes().forEach(it -> wanted.add(it.network()));
        Program.of("ip", ip, "route", "show", "dev", settings.name(), "proto", "static")
                .run()
                .out()
                .lines()
                .map(it -> it.split(" ")[0])
                .filter(it -> !wanted.contains(it))
                .forEach(it -> lines.add("route delete " + it + onto));
        wanted.forEach(it -> lines.add("route replace " + it + onto));
    }

    private static Set<String> addresses(String name) {
        Set<String> found = new HashSet<>();
        for (String line : Program.of("ip", "-o", "address", "show", "dev", name, "scope", "global")
                .run()
                .out()
                .lines()
                .toList()) {
            List<String> words = List.of(line.trim().split("\\s+"));
            int at = Math.max(words.indexOf("inet"), words.indexOf("inet6"));
            if (at > 0 && at + 1 < words.size()) {
                found.add(words.get(at + 1));
            }
        }
        return found;
    }

    /** Only this bridge's: it is its own router, believes nobody's advertisements and uses its address at once. */
    private static void beforeAddresses(BridgeSettings settings) {
        boolean v6 = settings.v6().address().isPresent();
        String mine = "ipv6/conf/" + settings.name() + "/";
        if (Sysctl.read(mine + "disable_ipv6").isEmpty()) {
            if (v6) {
                throw Refused.driver(
                        "bridge",
                        "bring up network " + settings.name(),
                        "this kernel has no IPv6; set ipv6.address to none");
            }
            return;
        }
        setting(settings, () -> {
            Sysctl.set(mine + "disable_ipv6", v6 ? "0" : "1");
            Sysctl.set(mine + "autoconf", "0");
            Sysctl.set(mine + "accept_ra", "0");
            Sysctl.set(mine + "accept_dad", "0");
        });
    }

    private static void forwarding(BridgeSettings settings) {
        if (settings.v4().address().isPresent() && settings.v4().routing()) {
            setting(settings, Forwarding::v4);
        }
        if (settings.v6().address().isPresent() && settings.v6().routing()) {
            setting(settings, () -> Forwarding.v6(settings.name()));
        }
    }

    private static void setting(BridgeSettings settings, Runnable work) {
        try {
            work.run();
        } catch (UncheckedIOException refused) {
            throw Refused.driver("bridge", "bring up network " + settings.name(), String.valueOf(refused.getMessage()));
        }
    }
}
