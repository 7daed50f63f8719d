package berth.model;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A managed network; a document of the store.
 *
 * @param type {@code bridge} is the only one so far
 * @param config LXD's keys, with every {@code auto} already resolved to the chosen subnet
 */
public record Network(
        NetworkName name,
        String type,
        String description,
        SortedMap<String, String> config,
        @Nullable Declared declared) {
    public Network {
        config = Settings.copyOf(config);
    }
}
