package berth.host.net;

import berth.host.Errno;
import berth.host.file.Visit;
import berth.host.net.Netlink.Body;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes network cards of guests by netlink (rtnetlink(7)): one message each, no child process, no name seen half made. */
public final class Cards {
    private static final int NEW_LINK = 16;
    private static final int GET_LINK = 18;
    private static final int CREATE_NEW = 0x400 | 0x200 | Netlink.ACKNOWLEDGE;
    private static final int LINK_PART = 16;
    private static final int UP = 1;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_NAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINK_INFO = 18;
    private static final int IFLA_NAMESPACE_OF_PID = 19;
    private static final int INFO_KIND = 1;
    private static final int INFO_DATA = 2;
    private static final int VETH_PEER = 1;
    private static final int MACVLAN_MODE = 1;
    private static final int MACVLAN_BRIDGE = 4;
    private static final int NEW_ADDRESS = 20;
    private static final int NEW_ROUTE = 24;
    private static final int ADDRESS_PART = 8;
    private static final int ROUTE_PART = 12;
    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int NO_DUPLICATES = 2;
    private static final int RTA_OUT = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_METRIC = 6;
    private static final int FIRST_METRIC = 100;
    private static final int MOST_GATEWAYS = 100;
    private static final int MAIN_TABLE = 254;
    private static final int PROTO_STATIC = 4;
    private static final int UNICAST = 1;
    private static final int ON_LINK = 4;

    private Cards() {}

    /**
     * What a card is like inside.
     *
     * @param name at most 15 bytes
     * @param hwaddr six bytes in hex with colons; empty leaves it to the kernel
     * @param mtu bytes; 0 leaves it to the kernel
     */
    public record Inside(String name, String hwaddr, int mtu) {}

    /**
     * A veth pair: one end here, in a bridge if one is named, the other in the namespace of the process; both are up.
     *
     * @param bridge name of an interface here; null for none
     * @param before what is done with the end here before anything can come through it: it is in its bridge and not up
     */
    public static void veth(
            long pid, long startTicks, String hostName, @Nullable String bridge, Inside inside, Runnable before) {
        String tried = "make network card " + inside.name() + " of process " + pid + " with " + hostName;
        var peer = new Body(LINK_PART); // cannot be up before it has its other end
        describe(peer, inside);
        peer.attribute(IFLA_NAMESPACE_OF_PID, (int) pid);
        byte[] data = new Body(0).attribute(VETH_PEER, peer.bytes()).bytes();
        var end = new Body(LINK_PART).attribute(IFLA_NAME, text(hostName));
        try (var netlink = new Netlink()) {
            if (bridge != null) {
                int mtu = number(netlink, bridge, IFLA_MTU);
                if (inside.mtu() > 0 || mtu > 0) {
                    end.attribute(IFLA_MTU, inside.mtu() > 0 ? inside.mtu() : mtu);
                }
            } else if (inside.mtu() > 0) {
                end.attribute(IFLA_MTU, inside.mtu());
            }
            end.attribute(IFLA_LINK_INFO, info("veth", data));
            netlink.ask(tried, NEW_LINK, CREATE_NEW, end.bytes());
            try {
                if (bridge != null) {
                    join(netlink, hostName, bridge);
                }
                before.run();
                switchOn(netlink, "switch on " + hostName, hostName);
                switchOn(pid, startTicks, inside.name());
            } catch (RuntimeException failed) {
                Links.delete(hostName);
                throw failed;
            }
        }
    }

    /** Puts an interface of ours into a bridge of ours. */
    private static void join(Netlink netlink, String name, String bridge) {
        int master = index(netlink, bridge);
        netlink.ask(
                "put interface " + name + " into bridge " + bridge,
                NEW_LINK,
                Netlink.ACKNOWLEDGE,
                new Body(LINK_PART)
                        .attribute(IFLA_NAME, text(name))
                        .attribute(IFLA_MASTER, master)
                        .bytes());
    }

    /** An interface of its own beside one of ours, in the namespace of the process, in macvlan's bridge mode; it is up. */
    public static void macvlan(long pid, long startTicks, String parent, Inside inside) {
        String tried = "make network card " + inside.name() + " of process " + pid + " on " + parent;
        byte[] data = new Body(0).attribute(MACVLAN_MODE, MACVLAN_BRIDGE).bytes();
        try (var netlink = new Netlink()) {
            var link = new Body(LINK_PART);
            describe(link, inside);
            link.attribute(IFLA_LINK, index(netlink, parent))
                    .attribute(IFLA_NAMESPACE_OF_PID, (int) pid)
                    .attribute(IFLA_LINK_INFO, info("macvlan", data));
            netlink.ask(tried, NEW_LINK, CREATE_NEW, link.bytes());
        }
        switchOn(pid, startTicks, inside.name());
    }

    /** Moves an interface of ours into the namespace of the process, under another name; it is up there. */
    public static void give(long pid, long startTicks, String parent, Inside inside) {
        String tried = "give interface " + parent + " to process " + pid + " as " + inside.name();
        try (var netlink = new Netlink()) {
            int index = index(netlink, parent);
            // It can have another name only while it is down.
            down(netlink, tried, index);
            var link = new Body(LINK_PART).number(4, index);
            describe(link, inside);
            link.attribute(IFLA_NAMESPACE_OF_PID, (int) pid);
            netlink.ask(tried, NEW_LINK, Netlink.ACKNOWLEDGE, link.bytes());
        }
        switchOn(pid, startTicks, inside.name());
    }

    /** Moves a card in the namespace of the process to ours, under that name; false when there is none. */
    public static boolean fetch(long pid, long startTicks, String name, String parent) {
        String tried = "fetch interface " + name + " of process " + pid + " as " + parent;
        long self = ProcessHandle.current().pid();
        return within(pid, startTicks, netlink -> {
            int index;
            try {
                index = index(netlink, name);
            } catch (Errno gone) {
                if (gone.number() == Errno.ENODEV) {
                    return false;
                }
                throw gone;
            }
            down(netlink, tried, index);
            // The number is looked up as our own: whoever visits a network stays among its own processes.
            netlink.ask(
                    tried,
                    NEW_LINK,
                    Netlink.ACKNOWLEDGE,
                    new Body(LINK_PART)
                            .number(4, index)
                            .attribute(IFLA_NAME, text(parent))
                            .attribute(IFLA_NAMESPACE_OF_PID, (int) self)
                            .bytes());
            return true;
        });
    }

    private static void down(Netlink netlink, String tried, int index) {
        netlink.ask(
                tried,
                NEW_LINK,
                Netlink.ACKNOWLEDGE,
                new Body(LINK_PART).number(4, index).number(8, 0).number(12, UP).bytes());
    }

    /** Switches a card on that is in the namespace of the process. */
    public static void switchOn(long pid, long startTicks, String name) {
        within(pid, startTicks, netlink -> {
            switchOn(netlink, "switch on " + name + " of process " + pid, name);
            return true;
        });
    }

    private static void switchOn(Netlink netlink, String tried, String name) {
        netlink.ask(
                tried,
                NEW_LINK,
                Netlink.ACKNOWLEDGE,
                new Body(LINK_PART)
                        .number(8, UP)
                        .number(12, UP)
                        .attribute(IFLA_NAME, text(name))
                        .bytes());
    }

    /**
     * Gives a card in the namespace of the process addresses and default routes. Those of IPv6 can be used at once: nobody is
     * asked whether they are free.
     *
     * @param addresses with the lengths of their prefixes
     * @param gateways where everything else is sent to, whether or not they lie within an address's network
     */
    public static void wire(long pid, long startTicks, String name, List<String> addresses, List<String> gateways) {
        if (addresses.isEmpty() && gateways.isEmpty()) {
            return;
        }
        within(pid, startTicks, netlink -> {
            int index = index(netlink, name);
            addresses.forEach(it -> address(netlink, index, name, it));
            gateways.forEach(it -> gateway(netlink, index, name, it));
            return true;
        });
    }

    private static void address(Netlink netlink, int index, String name, String text) {
        int slash = text.indexOf('/');
        byte[] raw = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
        int prefix = Integer.parseInt(text.substring(slash + 1));
        var body = new Body(ADDRESS_PART)
                .family(raw.length == 4 ? INET : INET6)
                .octet(1, prefix)
                .octet(2, raw.length == 4 ? 0 : NO_DUPLICATES)
                .number(4, index)
                .attribute(IFA_ADDRESS, raw)
                .attribute(IFA_LOCAL, raw);
        if (raw.length == 4 && prefix < 31) {
            body.attribute(IFA_BROADCAST, broadcast(raw, prefix));
        }
        netlink.ask("give " + name + " the address " + text, NEW_ADDRESS, CREATE_NEW, body.bytes());
    }

    private static byte[] broadcast(byte[] address, int prefix) {
        int all = ByteBuffer.wrap(address).getInt() | (prefix == 0 ? -1 : -1 >>> prefix);
        return ByteBuffer.allocate(4).putInt(all).array();
    }

    /** Behind the default routes that there are: those stay what they were. */
    private static void gateway(Netlink netlink, int index, String name, String text) {
        byte[] raw = InetAddress.ofLiteral(text).getAddress();
        for (int metric = FIRST_METRIC; ; metric++) {
            try {
                netlink.ask(
                        "send all else of " + name + " to " + text,
                        NEW_ROUTE,
                        CREATE_NEW,
                        new Body(ROUTE_PART)
                                .family(raw.length == 4 ? INET : INET6)
                                .octet(4, MAIN_TABLE)
                                .octet(5, PROTO_STATIC)
                                .octet(7, UNICAST)
                                .number(8, ON_LINK)
                                .attribute(RTA_GATEWAY, raw)
                                .attribute(RTA_OUT, index)
                                .attribute(RTA_METRIC, metric)
                                .bytes());
                return;
            } catch (Errno taken) {
                if (taken.number() != Errno.EEXIST || metric == FIRST_METRIC + MOST_GATEWAYS) {
                    throw taken;
                }
            }
        }
    }

    /** Removes a card in the namespace of the process; false when there is none of that name. */
    public static boolean delete(long pid, long startTicks, String name) {
        return within(pid, startTicks, netlink -> Links.delete(netlink, name));
    }

    /** The hardware address of a card in the namespace of the process; empty when there is none of that name. */
    public static Optional<String> hwaddr(long pid, String name) {
        return Links.of(pid).stream()
                .filter(it -> it.name().equals(name))
                .map(Link::hwaddr)
                .findFirst();
    }

    /** Work with the network of another process. */
    interface Work<T> {
        T with(Netlink netlink);
    }

    static <T> T within(long pid, long startTicks, Work<T> work) {
        return Visit.in(Visit.Namespace.NETWORK, pid, startTicks, () -> {
            try (var netlink = new Netlink()) {
                return work.with(netlink);
            }
        });
    }

    private static void describe(Body link, Inside inside) {
        link.attribute(IFLA_NAME, text(inside.name()));
        if (!inside.hwaddr().isEmpty()) {
            link.attribute(IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(inside.hwaddr()));
        }
        if (inside.mtu() > 0) {
            link.attribute(IFLA_MTU, inside.mtu());
        }
    }

    private static byte[] info(String kind, byte[] data) {
        return new Body(0)
                .attribute(INFO_KIND, text(kind))
                .attribute(INFO_DATA, data)
                .bytes();
    }

    static int index(Netlink netlink, String name) {
        return netlink
                .ask(
                        "look up interface " + name,
                        GET_LINK,
                        0,
                        new Body(LINK_PART).attribute(IFLA_NAME, text(name)).bytes())
                .stream()
                .map(it -> it.body().getInt(4))
                .findFirst()
                .orElseThrow(() -> new Errno("look up interface " + name, Errno.ENODEV));
    }

    private static int number(Netlink netlink, String name, int attribute) {
        return netlink
                .ask(
                        "look up interface " + name,
                        GET_LINK,
                        0,
                        new Body(LINK_PART).attribute(IFLA_NAME, text(name)).bytes())
                .stream()
                .map(it -> it.attributes(LINK_PART).get(attribute))
                .filter(it -> it != null)
                .map(it -> it.getInt(0))
                .findFirst()
                .orElse(0);
    }

    static byte[] text(String name) {
        return (name + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
