package berth.rest;

import berth.wire.NetworkState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The network interfaces of the host as the kernel shows them (sysfs-class-net). */
final class HostInterfaces {
    private static final Path ALL = Path.of("/sys/class/net");

    SortedSet<String> names() {
        try (var entries = Files.list(ALL)) {
            var names = new TreeSet<String>();
            entries.filter(Files::isDirectory).forEach(it -> names.add(it.getFileName() + ""));
            return names;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** LXD's word for what it is. The name is one of {@link #names}. */
    String type(String name) {
        Path interfaces = ALL.resolve(name);
        if (text(name, "type", "").equals("772")) { // ARPHRD_LOOPBACK
            return "loopback";
        }
        if (Files.exists(interfaces.resolve("bridge"))) {
            return "bridge";
        }
        if (Files.exists(interfaces.resolve("bonding"))) {
            return "bond";
        }
        if (Files.exists(Path.of("/proc/net/vlan").resolve(name))) {
            return "vlan";
        }
        return Files.exists(interfaces.resolve("device")) ? "physical" : "unknown";
    }

    /** How it is. The name is one of {@link #names}. */
    NetworkState state(String name) {
        return new NetworkState(
                addresses(name),
                new NetworkState.Counters(
                        number(name, "statistics/rx_bytes"),
                        number(name, "statistics/tx_bytes"),
                        number(name, "statistics/rx_packets"),
                        number(name, "statistics/tx_packets")),
                hwaddr(name),
                (int) number(name, "mtu"),
                (Long.decode(text(name, "flags", "0x0")) & 1) != 0 ? "up" : "down", // IFF_UP
                type(name).equals("loopback") ? "loopback" : "broadcast",
                null,
                bridge(name),
                null,
                null);
    }

    private static String hwaddr(String name) {
        String address = text(name, "address", "");
        return address.equals("00:00:00:00:00:00") ? "" : address;
    }

    private static NetworkState.@Nullable Bridge bridge(String name) {
        if (!Files.exists(ALL.resolve(name).resolve("bridge"))) {
            return null;
        }
        return new NetworkState.Bridge(
                text(name, "bridge/bridge_id", ""),
                number(name, "bridge/stp_state") > 0,
                number(name, "bridge/forward_delay"),
                number(name, "bridge/default_pvid"),
                number(name, "bridge/vlan_filtering") > 0,
                ports(name));
    }

    private static List<String> ports(String name) {
        try (var ports = Files.list(ALL.resolve(name).resolve("brif"))) {
            return ports.map(it -> it.getFileName() + "").sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static List<NetworkState.Address> addresses(String name) {
        var found = new ArrayList<NetworkState.Address>();
        try {
            NetworkInterface card = NetworkInterface.getByName(name);
            if (card != null) {
                for (var address : card.getInterfaceAddresses()) {
                    InetAddress it = address.getAddress();
                    boolean v4 = it instanceof Inet4Address;
                    String text = it.getHostAddress();
                    int zone = text.indexOf('%');
                    found.add(new NetworkState.Address(
                            v4 ? "inet" : "inet6",
                            v4 ? text : compressed(zone < 0 ? text : text.substring(0, zone)),
                            Short.toString(address.getNetworkPrefixLength()),
                            it.isLoopbackAddress() ? "local" : it.isLinkLocalAddress() ? "link" : "global"));
                }
            }
        } catch (IOException gone) {
            return List.of();
        }
        found.sort((a, b) -> a.family().compareTo(b.family()));
        return found;
    }

    /** RFC 5952: the longest run of zero groups, if longer than one, becomes two colons. */
    static String compressed(String address) {
        String[] groups = address.split(":", -1);
        int best = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = i;
            while (run < groups.length && groups[run].equals("0")) {
                run++;
            }
            if (run - i > length) {
                best = i;
                length = run - i;
            }
        }
        if (best < 0) {
            return address;
        }
        var head = List.of(groups).subList(0, best);
        var tail = List.of(groups).subList(best + length, groups.length);
        return String.join(":", head) + "::" + String.join(":", tail);
    }

    private static String text(String name, String file, String otherwise) {
        try {
            return Files.readString(ALL.resolve(name).resolve(file)).strip();
        } catch (IOException unreadable) {
            return otherwise;
        }
    }

    private static long number(String name, String file) {
        String text = text(name, file, "0");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
