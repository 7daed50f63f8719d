package berth.model.wanted;

import berth.model.PoolName;
import berth.model.Settings;
import java.util.Set;
import java.util.SortedMap;

/** A storage pool as a file asks for it; {@code config} has LXD's keys. */
public record WantedPool(
        PoolName name,
        String driver,
        String description,
        SortedMap<String, String> config,
        Set<Protection> protect,
        OnDrift onDrift,
        Origin origin) {
    public WantedPool {
        config = Settings.copyOf(config);
        protect = Set.copyOf(protect);
    }
}
