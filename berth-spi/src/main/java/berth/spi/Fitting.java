package berth.spi;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that is fitted to a guest because of one of its devices, every choice made. A start brings all of them; a
 * driver that {@link HotPlug can} takes and gives single ones while the guest runs.
 */
public sealed interface Fitting {
    /** Name of the device in the instance's description; names the fitting. */
    String device();

    /**
     * A network card whose other end is on the host: a veth pair.
     *
     * @param bridge the bridge that the host end joins; null leaves it unbridged
     * @param hostName name of the host end, at most 15 bytes
     * @param guestName name inside, for instance {@code eth0}
     * @param hwaddr six bytes in lower-case hex with colons
     * @param mtu bytes; 0 = the bridge's
     * @param wiring what both ends are given before the guest's first process runs
     * @param bounds what holds for the host end before the guest can send anything
     */
    record Nic(
            String device,
            @Nullable String bridge,
            String hostName,
            String guestName,
            String hwaddr,
            int mtu,
            Wiring wiring,
            Bounds bounds)
            implements Fitting {
        /** One whose guest sees to its addresses itself, and that nothing holds back. */
        public Nic(String device, @Nullable String bridge, String hostName, String guestName, String hwaddr, int mtu) {
            this(device, bridge, hostName, guestName, hwaddr, mtu, Wiring.NONE, Bounds.NONE);
        }
    }

    /**
     * What the host end of a card is held to.
     *
     * @param ingress bits per second towards the guest; 0 for no limit
     * @param egress bits per second from the guest; 0 for no limit
     * @param isolated whether it may only talk to ports of its bridge that are not isolated themselves
     */
    record Bounds(long ingress, long egress, boolean isolated) {
        /** Nothing at all. */
        public static final Bounds NONE = new Bounds(0, 0, false);
    }

    /** The guest has no network of its own: it sees the host's, with all that is in it. Comes without other cards. */
    record HostNetwork(String device) implements Fitting {}

    /**
     * Addresses and routes of the two ends of a card.
     *
     * @param inside addresses of the guest's end, with the lengths of their prefixes
     * @param gateways where the guest sends all else to; of each family one at most
     * @param host addresses of the host's end, with the lengths of their prefixes
     * @param routes what the host reaches by its end
     */
    record Wiring(List<String> inside, List<String> gateways, List<String> host, List<Route> routes) {
        /** Nothing at all. */
        public static final Wiring NONE = new Wiring(List.of(), List.of(), List.of(), List.of());

        public Wiring {
            inside = List.copyOf(inside);
            gateways = List.copyOf(gateways);
            host = List.copyOf(host);
            routes = List.copyOf(routes);
        }
    }

    /**
     * A network that the host reaches by its end of a card.
     *
     * @param via the guest's address that leads there; empty when it lies on the card itself
     * @param table number of the routing table; 0 for the main one
     */
    record Route(String network, String via, long table) {}

    /**
     * A network card that stands on an interface of the host, without an end of its own there.
     *
     * @param kind how it stands on it
     * @param parent the host's interface
     * @param guestName name inside
     * @param hwaddr as in {@link Nic}; empty keeps the parent's
     * @param mtu bytes; 0 = the parent's
     * @param wiring what it is given before the guest's first process runs; nothing of the host's
     */
    record DirectNic(String device, Kind kind, String parent, String guestName, String hwaddr, int mtu, Wiring wiring)
            implements Fitting {
        /** Ways to stand on an interface. */
        public enum Kind {
            /** An interface of its own beside the parent. */
            MACVLAN,
            /** The parent itself goes in, and comes back at the end. */
            PHYSICAL
        }
    }

    /**
     * A directory or file of the host inside the guest.
     *
     * @param source path on the host
     * @param target absolute path inside
     * @param shift whether ids are mapped so that the guest's root owns what host root owns (idmapped mount)
     * @param optional whether a missing source is no error
     * @param propagation which mounts made later below the source or the target are seen on the other side (mount(8))
     */
    record Mount(
            String device,
            Path source,
            String target,
            boolean readOnly,
            boolean recursive,
            boolean shift,
            boolean optional,
            Propagation propagation)
            implements Fitting {}

    /** How mounts made later travel between the host and the guest; those with an R mean all below as well. */
    enum Propagation {
        PRIVATE,
        SHARED,
        SLAVE,
        UNBINDABLE,
        RPRIVATE,
        RSHARED,
        RSLAVE,
        RUNBINDABLE
    }

    /**
     * A device node inside the guest.
     *
     * @param target absolute path inside
     * @param block whether it is a block device, not a character device
     * @param uid its owner, as the guest counts
     * @param gid its group, as the guest counts
     * @param mode permission bits
     */
    record Node(String device, String target, boolean block, int major, int minor, long uid, long gid, int mode)
            implements Fitting {}

    /** Those of one kind, in their order. */
    static <F extends Fitting> List<F> only(Class<F> kind, List<Fitting> all) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
