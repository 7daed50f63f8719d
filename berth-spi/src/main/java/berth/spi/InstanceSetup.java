package berth.spi;

import berth.model.IdMap;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a start needs, every choice made.
 *
 * @param root the mounted root directory; ids on it are already as the guest's map has them
 * @param idMap null for a privileged one
 * @param config the effective keys ({@code limits.*}, {@code security.*}, {@code environment.*}, {@code raw.*} …)
 * @param architecture kernel name of the guest's architecture
 */
public record InstanceSetup(
        Handle handle,
        Path root,
        @Nullable IdMap idMap,
        SortedMap<String, String> config,
        String architecture,
        List<Nic> nics,
        List<Mount> mounts) {
    public InstanceSetup {
        nics = List.copyOf(nics);
        mounts = List.copyOf(mounts);
    }

    /**
     * A network card: a veth pair on a bridge.
     *
     * @param device name of the device in the instance's description
     * @param bridge the bridge that the host end joins; null leaves it unbridged
     * @param hostName name of the host end, at most 15 bytes
     * @param guestName name inside, for instance {@code eth0}
     * @param mtu bytes; 0 = the bridge's
     */
    public record Nic(
            String device, @Nullable String bridge, String hostName, String guestName, String hwaddr, int mtu) {}

    /**
     * A directory or file of the host inside the guest.
     *
     * @param source path on the host
     * @param target absolute path inside
     * @param shift whether ids are mapped so that the guest's root owns what host root owns (idmapped mount)
     * @param optional whether a missing source is no error
     */
    public record Mount(
            String device,
            Path source,
            String target,
            boolean readOnly,
            boolean recursive,
            boolean shift,
            boolean optional) {}
}
