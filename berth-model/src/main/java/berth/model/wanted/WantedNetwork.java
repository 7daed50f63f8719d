package berth.model.wanted;

import berth.model.NetworkName;
import berth.model.Settings;
import java.util.Set;
import java.util.SortedMap;

/** A managed network as a file asks for it; {@code config} has LXD's keys, {@code auto} not resolved. */
public record WantedNetwork(
        NetworkName name,
        String type,
        String description,
        SortedMap<String, String> config,
        Set<Protection> protect,
        OnDrift onDrift,
        Origin origin) {
    public WantedNetwork {
        config = Settings.copyOf(config);
        protect = Set.copyOf(protect);
    }
}
