package berth.model;

import java.time.Instant;
import java.util.SortedMap;

/** A volume of a pool as LXD lists it: roots of instances, unpacked images, custom ones; a document of the store. */
public record Volume(
        PoolName pool,
        VolumeKind kind,
        ProjectName project,
        String name,
        String description,
        SortedMap<String, String> config,
        Instant createdAt) {
    public Volume {
        config = Settings.copyOf(config);
    }
}
