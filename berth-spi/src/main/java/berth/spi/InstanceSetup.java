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
 * @param fittings what its devices bring, in the order in which they are to be there
 * @param init path inside of the program that is its first process; null for the one that its root has
 */
public record InstanceSetup(
        Handle handle,
        Path root,
        @Nullable IdMap idMap,
        SortedMap<String, String> config,
        String architecture,
        List<Fitting> fittings,
        @Nullable String init) {
    public InstanceSetup {
        fittings = List.copyOf(fittings);
    }

    /** The setup of a guest that has its first process in its root. */
    public InstanceSetup(
            Handle handle,
            Path root,
            @Nullable IdMap idMap,
            SortedMap<String, String> config,
            String architecture,
            List<Fitting> fittings) {
        this(handle, root, idMap, config, architecture, fittings, null);
    }
}
