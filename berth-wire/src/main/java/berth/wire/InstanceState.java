package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an instance uses right now. */
public record InstanceState(
        String status,
        int statusCode,
        Map<String, Disk> disk,
        Memory memory,
        @Nullable Map<String, Network> network,
        long pid,
        long processes,
        Cpu cpu) {
    /** Bytes in use by a disk device. */
    public record Disk(long usage) {}

    /** Nanoseconds of processor time. */
    public record Cpu(long usage) {}

    /** Bytes. */
    public record Memory(long usage, long usagePeak, long swapUsage, long swapUsagePeak) {}

    /** An interface inside. */
    public record Network(
            List<Address> addresses,
            Counters counters,
            String hwaddr,
            String hostName,
            int mtu,
            String state,
            String type) {}

    /** An address; {@code netmask} is the prefix length. */
    public record Address(String family, String address, String netmask, String scope) {}

    /** Seen from inside. */
    public record Counters(
            long bytesReceived,
            long bytesSent,
            long packetsReceived,
            long packetsSent,
            long errorsReceived,
            long errorsSent,
            long packetsDroppedOutbound,
            long packetsDroppedInbound) {}
}
