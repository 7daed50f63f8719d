package berth.host.net;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network interface.
 *
 * @param flags IFF_… of netdevice(7): 1 = up, 2 = broadcast, 8 = loopback, 16 = point to point
 * @param peer name of the other end of a veth pair when that end is in our own namespace, else null
 */
public record Link(
        int index,
        String name,
        String hwaddr,
        int mtu,
        int flags,
        @Nullable String peer,
        List<Address> addresses,
        Counters counters) {
    private static final int UP = 1;
    private static final int LOOPBACK = 8;
    private static final int POINT_TO_POINT = 16;

    /** Whether it is switched on. */
    public boolean up() {
        return (flags & UP) != 0;
    }

    /** {@code loopback}, {@code broadcast} or {@code point-to-point}. */
    public String type() {
        if ((flags & LOOPBACK) != 0) {
            return "loopback";
        }
        return (flags & POINT_TO_POINT) != 0 ? "point-to-point" : "broadcast";
    }

    /**
     * An address.
     *
     * @param family {@code inet} or {@code inet6}
     * @param scope {@code local}, {@code link} or {@code global}
     */
    public record Address(String family, String text, int prefix, String scope) {}

    /** Since the interface was made, seen from its side. */
    public record Counters(
            long bytesReceived,
            long bytesSent,
            long packetsReceived,
            long packetsSent,
            long errorsReceived,
            long errorsSent,
            long droppedReceived,
            long droppedSent) {
        static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
