package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an interface of the host is. */
public record NetworkState(
        List<Address> addresses,
        Counters counters,
        String hwaddr,
        int mtu,
        String state,
        String type,
        @Nullable Object bond,
        @Nullable Bridge bridge,
        @Nullable Object vlan,
        @Nullable Object ovn) {
    /** An address; {@code netmask} is the prefix length. */
    public record Address(String family, String address, String netmask, String scope) {}

    /** Since the interface was made. */
    public record Counters(long bytesReceived, long bytesSent, long packetsReceived, long packetsSent) {}

    /** What only a bridge has. */
    public record Bridge(
            String id,
            boolean stp,
            long forwardDelay,
            long vlanDefault,
            boolean vlanFiltering,
            List<String> upperDevices) {}
}
