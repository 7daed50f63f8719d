package berth.host.net;

import berth.host.Errno;
import berth.host.net.Netlink.Body;
import berth.host.net.Netlink.Message;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of a network namespace, with addresses, counters and the host's end of veth pairs. Those of another
 * process's namespace are asked for by its namespace id (IFLA_TARGET_NETNSID): about 0.2 ms, no setns, no child.
 */
public final class Links {
    static final int GET_LINK = 18;
    private static final int DELETE_LINK = 17;
    static final int NEW_LINK = 16;
    private static final int NEW_ADDRESS = 20;
    private static final int GET_ADDRESS = 22;
    private static final int NEW_NAMESPACE_ID = 88;
    private static final int GET_NAMESPACE_ID = 90;
    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_PID = 2;
    static final int LINK_PART = 16;
    private static final int ADDRESS_PART = 8;
    private static final int IFLA_ADDRESS = 1;
    static final int IFLA_NAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    static final int IFLA_STATS64 = 23;
    private static final int IFLA_LINK_NAMESPACE = 37;
    static final int IFLA_TARGET = 46;
    static final int IFLA_EXT_MASK = 29;
    /** Leaves out what IPv4 and IPv6 count by themselves. */
    static final int WITHOUT_PROTOCOLS = 8;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_TARGET = 10;
    private static final int INET = 2;
    private static final int UNASSIGNED = -1;
    private static final int CREATE = 0x400 | 0x200;
    private static final int IFLA_LINK_INFO = 18;
    private static final int INFO_KIND = 1;
    private static final int EOPNOTSUPP = 95;

    private Links() {}

    /** Those of the namespace a process lives in; none when it has gone. */
    public static List<Link> of(long pid) {
        try (var netlink = new Netlink()) {
            return all(netlink, namespaceId(netlink, pid));
        } catch (Errno failed) {
            if (failed.number() == Errno.ESRCH) {
                return List.of();
            }
            throw failed;
        }
    }

    /** Those of our own namespace. */
    public static List<Link> ofThisHost() {
        try (var netlink = new Netlink()) {
            return all(netlink, UNASSIGNED);
        }
    }

    /** The one of that name in our own namespace. */
    public static Optional<Link> find(String name) {
        return ofThisHost().stream().filter(it -> it.name().equals(name)).findFirst();
    }

    /** Whether our own namespace has an interface of that name. */
    public static boolean exists(String name) {
        try (var netlink = new Netlink()) {
            netlink.ask("look up interface " + name, GET_LINK, 0, named(name));
            return true;
        } catch (Errno missing) {
            if (missing.number() == Errno.ENODEV) {
                return false;
            }
            throw missing;
        }
    }

    /**
     * Whether this kernel can make interfaces of that kind ({@code vlan}, {@code ipvlan}). It is asked for one that stands on
     * nothing, which such a kind refuses; nothing is made.
     */
    public static boolean knows(String kind) {
        byte[] info = new Body(0)
                .attribute(INFO_KIND, (kind + "\0").getBytes(StandardCharsets.UTF_8))
                .bytes();
        try (var netlink = new Netlink()) {
            netlink.ask(
                    "ask for interfaces of kind " + kind,
                    NEW_LINK,
                    CREATE | Netlink.ACKNOWLEDGE,
                    new Body(LINK_PART).attribute(IFLA_LINK_INFO, info).bytes());
            throw new IllegalArgumentException("interfaces of kind " + kind + " stand on nothing");
        } catch (Errno refused) {
            return refused.number() != EOPNOTSUPP;
        }
    }

    /** Removes an interface of our own namespace; false when there is none. A veth's other end goes with it. */
    public static boolean delete(String name) {
        try (var netlink = new Netlink()) {
            return delete(netlink, name);
        }
    }

    static boolean delete(Netlink netlink, String name) {
        try {
            netlink.ask("delete interface " + name, DELETE_LINK, Netlink.ACKNOWLEDGE, named(name));
            return true;
        } catch (Errno missing) {
            if (missing.number() == Errno.ENODEV) {
                return false;
            }
            throw missing;
        }
    }

    private static byte[] named(String name) {
        return new Body(LINK_PART)
                .attribute(IFLA_NAME, (name + "\0").getBytes(StandardCharsets.UTF_8))
                .bytes();
    }

    /** The number by which we may ask about a process's namespace; the kernel hands one out when there is none yet. */
    static int namespaceId(Netlink netlink, long pid) {
        String tried = "network namespace of process " + pid;
        byte[] ask = new Body(1).attribute(NETNSA_PID, (int) pid).bytes();
        int id = readNamespaceId(netlink.ask(tried, GET_NAMESPACE_ID, 0, ask));
        if (id != UNASSIGNED) {
            return id;
        }
        byte[] assign = new Body(1)
                .attribute(NETNSA_NSID, UNASSIGNED)
                .attribute(NETNSA_PID, (int) pid)
                .bytes();
        try {
            netlink.ask(tried, NEW_NAMESPACE_ID, Netlink.ACKNOWLEDGE, assign);
        } catch (Errno taken) {
            if (taken.number() != Errno.EEXIST) {
                throw taken;
            }
        }
        return readNamespaceId(netlink.ask(tried, GET_NAMESPACE_ID, 0, ask));
    }

    private static int readNamespaceId(List<Message> answers) {
        return answers.stream()
                .map(it -> it.attributes(4).get(NETNSA_NSID))
                .filter(it -> it != null)
                .map(it -> it.getInt(0))
                .findFirst()
                .orElse(UNASSIGNED);
    }

    private static List<Link> all(Netlink netlink, int namespace) {
        var linkAsk = new Body(LINK_PART);
        var addressAsk = new Body(ADDRESS_PART);
        if (namespace != UNASSIGNED) {
            linkAsk.attribute(IFLA_TARGET, namespace);
            addressAsk.attribute(IFA_TARGET, namespace);
        }
        List<Message> links = netlink.ask("list interfaces", GET_LINK, Netlink.DUMP, linkAsk.bytes());
        Map<Integer, List<Link.Address>> addresses =
                addresses(netlink.ask("list addresses", GET_ADDRESS, Netlink.DUMP, addressAsk.bytes()));
        var found = new ArrayList<Link>();
        for (Message message : links) {
            if (message.type() == NEW_LINK) {
                found.add(link(netlink, message, addresses, namespace != UNASSIGNED));
            }
        }
        return found;
    }

    private static Link link(
            Netlink netlink, Message message, Map<Integer, List<Link.Address>> addresses, boolean elsewhere) {
        int index = message.body().getInt(4);
        Map<Integer, ByteBuffer> attributes = message.attributes(LINK_PART);
        return new Link(
                index,
                text(attributes.get(IFLA_NAME)),
                hwaddr(attributes.get(IFLA_ADDRESS)),
                number(attributes.get(IFLA_MTU)),
                message.body().getInt(8),
                elsewhere && attributes.containsKey(IFLA_LINK_NAMESPACE)
                        ? peer(netlink, number(attributes.get(IFLA_LINK)), index)
                                .orElse(null)
                        : null,
                addresses.getOrDefault(index, List.of()),
                counters(attributes.get(IFLA_STATS64)));
    }

    /** The interface of ours with that index, if it in turn is linked to the given one. */
    private static Optional<String> peer(Netlink netlink, int index, int back) {
        try {
            return netlink
                    .ask(
                            "look up interface " + index,
                            GET_LINK,
                            0,
                            new Body(LINK_PART).number(4, index).bytes())
                    .stream()
                    .map(it -> it.attributes(LINK_PART))
                    .filter(it -> number(it.get(IFLA_LINK)) == back && it.containsKey(IFLA_LINK_NAMESPACE))
                    .map(it -> text(it.get(IFLA_NAME)))
                    .findFirst();
        } catch (Errno gone) {
            return Optional.empty();
        }
    }

    private static Map<Integer, List<Link.Address>> addresses(List<Message> messages) {
        var found = new HashMap<Integer, List<Link.Address>>();
        for (Message message : messages) {
            Map<Integer, ByteBuffer> attributes = message.attributes(ADDRESS_PART);
            ByteBuffer raw = attributes.getOrDefault(IFA_LOCAL, attributes.get(IFA_ADDRESS));
            if (message.type() == NEW_ADDRESS && raw != null) {
                ByteBuffer body = message.body();
                found.computeIfAbsent(body.getInt(4), _ -> new ArrayList<>())
                        .add(new Link.Address(
                                body.get(0) == INET ? "inet" : "inet6",
                                addressText(bytes(raw)),
                                body.get(1) & 0xff,
                                scope(body.get(3) & 0xff)));
            }
        }
        return found;
    }

    private static String scope(int number) {
        return switch (number) {
            case 0 -> "global";
            case 253 -> "link";
            default -> "local";
        };
    }

    static Link.Counters counters(@Nullable ByteBuffer stats) {
        if (stats == null || stats.limit() < 64) {
            return Link.Counters.NONE;
        }
        return new Link.Counters(
                stats.getLong(16),
                stats.getLong(24),
                stats.getLong(0),
                stats.getLong(8),
                stats.getLong(32),
                stats.getLong(40),
                stats.getLong(48),
                stats.getLong(56));
    }

    private static int number(@Nullable ByteBuffer raw) {
        return raw == null ? 0 : raw.getInt(0);
    }

    private static byte[] bytes(ByteBuffer raw) {
        var copy = new byte[raw.limit()];
        raw.get(0, copy);
        return copy;
    }

    static String text(@Nullable ByteBuffer raw) {
        String all = raw == null ? "" : new String(bytes(raw), StandardCharsets.UTF_8);
        int end = all.indexOf('\0');
        return end < 0 ? all : all.substring(0, end);
    }

    /** One of zeros alone, the loopback's, is none. */
    private static String hwaddr(@Nullable ByteBuffer raw) {
        String text = raw == null ? "" : HexFormat.ofDelimiter(":").formatHex(bytes(raw));
        return text.chars().allMatch(it -> it == '0' || it == ':') ? "" : text;
    }

    /** The address as people write it: IPv6 with its longest run of zeros left out (RFC 5952). */
    static String addressText(byte[] raw) {
        if (raw.length != 16) {
            try {
                return InetAddress.getByAddress(raw).getHostAddress();
            } catch (UnknownHostException impossible) {
                throw new IllegalArgumentException(impossible);
            }
        }
        var groups = new ArrayList<Integer>();
        for (int i = 0; i < 16; i += 2) {
            groups.add((raw[i] & 0xff) << 8 | raw[i + 1] & 0xff);
        }
        int best = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups.get(end) == 0) {
                end++;
            }
            if (end - i > length) {
                best = i;
                length = end - i;
            }
        }
        if (best < 0) {
            return hex(groups);
        }
        return hex(groups.subList(0, best)) + "::" + hex(groups.subList(best + length, 8));
    }

    private static String hex(List<Integer> groups) {
        return groups.stream().map(Integer::toHexString).collect(Collectors.joining(":"));
    }
}
