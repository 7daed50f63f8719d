package berth.model;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A storage pool; a document of the store.
 *
 * @param driver {@code dir} or {@code btrfs}
 * @param config LXD's keys; {@code source} is normalised by the driver when the pool is made
 */
public record Pool(
        PoolName name,
        String driver,
        String description,
        SortedMap<String, String> config,
        @Nullable Declared declared) {
    public Pool {
        config = Settings.copyOf(config);
    }
}
