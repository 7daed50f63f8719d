package berth.driver.lxc;

import berth.host.Program;
import berth.host.net.Shaping;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Addresses, routes and bounds of cards, as lines for {@code ip -batch} and {@code tc -batch}. LXC has them carried out when
 * everything of the guest is made and its first process is not yet: also when the guest reboots while no daemon is there. LXC could give a guest's end
 * addresses too, but those of IPv6 can be used a second later only. Everything in the lines was read as an address, a number
 * or a name of an interface.
 */
final class Wires {
    private static final String HOOK = "lxc.hook.start-host";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._-]+");

    /** The same that a card put in gets: what the guest learns by DHCP comes before it. */
    private static final int FIRST_METRIC = 100;

    private Wires() {}

    /** Whether any of the cards is given addresses or routes, or held back. */
    static boolean any(List<Fitting> fittings) {
        return !hostLines(fittings).isEmpty()
                || !limitLines(fittings).isEmpty()
                || !insideLines(fittings).isEmpty();
    }

    /** Has LXC do that for those cards, by those files. */
    static void addTo(LxcConf conf, List<Fitting> fittings, Places places, Handle handle) {
        if (!any(fittings)) {
            return;
        }
        // Not even the words that LXC would add: what is run is ours alone.
        conf.add("lxc.hook.version", 1);
        String ip = program("ip", "iproute2");
        String said = " 2>>" + plain(places.wiresSaid(handle).toString());
        if (!limitLines(fittings).isEmpty()) {
            conf.add(
                    HOOK,
                    program("tc", "iproute2") + " -batch "
                            + plain(places.limitWires(handle).toString()) + said);
        }
        if (!hostLines(fittings).isEmpty()) {
            conf.add(HOOK, ip + " -batch " + plain(places.hostWires(handle).toString()) + said);
        }
        if (!insideLines(fittings).isEmpty()) {
            // LXC runs it by a shell, which puts in the number of the process.
            conf.add(
                    HOOK,
                    program("nsenter", "util-linux") + " --net=/proc/$LXC_PID/ns/net " + ip + " -batch "
                            + plain(places.insideWires(handle).toString()) + said);
        }
    }

    private static String program(String name, String source) {
        return plain(Program.find(name)
                .map(Path::toString)
                .orElseThrow(() ->
                        new Refused(new Problem.Unsupported("Addresses and limits of network cards need the program "
                                + name + "; install the package " + source))));
    }

    private static String plain(String word) {
        if (!PLAIN.matcher(word).matches()) {
            throw Refused.invalid(
                    "Network cards with addresses or limits need a state directory whose path is made of letters,"
                            + " digits and . _ - alone, which " + Quoted.of(word) + " is not");
        }
        return word;
    }

    /** What was said when that failed; empty when it did not. */
    static String complaint(Places places, Handle handle) {
        try {
            return Files.readString(places.wiresSaid(handle)).strip();
        } catch (IOException none) {
            return "";
        }
    }

    /** Holds the host end of a card that is being put in to its bounds: it is in its bridge and not switched on yet. */
    static void bind(Fitting.Nic nic) {
        String limits = limitLines(List.of(nic));
        if (!limits.isEmpty()) {
            Program.of("tc", "-batch", "-").reading(limits).must();
        }
        String isolation = isolation(nic);
        if (!isolation.isEmpty()) {
            Program.of("ip", "-batch", "-").reading(isolation).must();
        }
    }

    /** How fast the host's ends take and give. */
    static String limitLines(List<Fitting> fittings) {
        var text = new StringBuilder();
        for (Fitting.Nic nic : Fitting.only(Fitting.Nic.class, fittings)) {
            text.append(Shaping.lines(
                    nic.hostName(), nic.bounds().ingress(), nic.bounds().egress()));
        }
        return text.toString();
    }

    private static String isolation(Fitting.Nic nic) {
        return nic.bridge() != null && nic.bounds().isolated()
                ? "link set dev " + nic.hostName() + " type bridge_slave isolated on\n"
                : "";
    }

    /** Gives the host end of a card that was put in what it is to have. */
    static void put(Fitting.Nic nic) {
        String lines = hostLines(List.of(nic));
        if (!lines.isEmpty()) {
            Program.of("ip", "-batch", "-").reading(lines).must();
        }
    }

    /** What the host's ends are given. */
    static String hostLines(List<Fitting> fittings) {
        var text = new StringBuilder();
        for (Fitting.Nic nic : Fitting.only(Fitting.Nic.class, fittings)) {
            String dev = " dev " + nic.hostName();
            text.append(isolation(nic));
            addresses(text, nic.wiring().host(), dev);
            for (Fitting.Route route : nic.wiring().routes()) {
                String via = route.via().isEmpty() ? "" : " via " + route.via() + " onlink";
                String table = route.table() == 0 ? "" : " table " + route.table();
                text.append("route add " + route.network() + via + dev + " proto static" + table + "\n");
            }
            settled(
                    text,
                    nic.hostName(),
                    nic.wiring().host().size() + nic.wiring().routes().size());
        }
        return text.toString();
    }

    /** What the guest's ends are given. */
    static String insideLines(List<Fitting> fittings) {
        var text = new StringBuilder();
        int metric = FIRST_METRIC;
        for (Fitting fitting : fittings) {
            String name = "";
            var wiring = Fitting.Wiring.NONE;
            if (fitting instanceof Fitting.Nic nic) {
                name = nic.guestName();
                wiring = nic.wiring();
            } else if (fitting instanceof Fitting.DirectNic nic) {
                name = nic.guestName();
                wiring = nic.wiring();
            }
            addresses(text, wiring.inside(), " dev " + name);
            for (String gateway : wiring.gateways()) {
                text.append("route add default via " + gateway + " dev " + name + " onlink proto static metric "
                        + metric++ + "\n");
            }
            settled(text, name, wiring.inside().size());
        }
        return text.toString();
    }

    /**
     * To be asked about a card has the kernel settle that it is connected (since Linux 6.10), which it would do a moment later;
     * until then it drops in silence what is sent.
     */
    private static void settled(StringBuilder text, String name, int given) {
        if (given > 0) {
            text.append("link show dev " + name + "\n");
        }
    }

    private static void addresses(StringBuilder text, List<String> addresses, String dev) {
        for (String address : addresses) {
            text.append("address add " + address + dev + (address.contains(":") ? " nodad" : " broadcast +") + "\n");
        }
    }
}
