package berth.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a running instance uses.
 *
 * @param cpuNanoseconds processor time of all its processes since start
 * @param memory bytes now; -1 where the kernel does not say
 * @param memoryPeak bytes at most; -1 where the kernel does not say
 * @param swap bytes; -1 where the kernel does not say
 * @param swapPeak bytes; -1 where the kernel does not say
 * @param processes number of processes and threads as the pids controller counts them
 */
public record Usage(
        long pid,
        long processes,
        long cpuNanoseconds,
        long memory,
        long memoryPeak,
        long swap,
        long swapPeak,
        List<Interface> interfaces) {
    /**
     * An interface inside the guest.
     *
     * @param hostName the host end of a veth pair; null where there is none
     * @param type {@code loopback}, {@code broadcast} or {@code point-to-point}
     */
    public record Interface(
            String name,
            @Nullable String hostName,
            String hwaddr,
            int mtu,
            boolean up,
            String type,
            List<Address> addresses,
            Counters counters) {}

    /**
     * An address.
     *
     * @param family {@code inet} or {@code inet6}
     * @param scope {@code local}, {@code link} or {@code global}
     */
    public record Address(String family, String address, int prefix, String scope) {}

    /** Counters since the interface was made, seen from inside. */
    public record Counters(
            long bytesReceived,
            long bytesSent,
            long packetsReceived,
            long packetsSent,
            long errorsReceived,
            long errorsSent,
            long droppedInbound,
            long droppedOutbound) {}
}
