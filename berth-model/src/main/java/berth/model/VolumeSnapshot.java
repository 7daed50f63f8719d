package berth.model;

import java.time.Instant;
import java.util.SortedMap;

/**
 * A custom volume as it was at one moment.
 *
 * @param config of the volume then
 * @param expiresAt the epoch for never
 */
public record VolumeSnapshot(
        String name, String description, SortedMap<String, String> config, Instant createdAt, Instant expiresAt) {
    public VolumeSnapshot {
        config = Settings.copyOf(config);
        if (name.indexOf('/') >= 0) {
            throw Refused.invalid("Storage name cannot contain \"/\": " + Quoted.of(name));
        }
        if (!name.matches("(?!\\.)[^/\\s\\p{Cntrl}]{1,63}")) {
            throw Refused.invalid("Invalid storage volume snapshot name " + Quoted.of(name)
                    + ": it may not be empty, begin with a dot, hold white space or exceed 63 characters");
        }
    }
}
