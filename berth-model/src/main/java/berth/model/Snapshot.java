package berth.model;

import java.time.Instant;
import java.util.UUID;

/**
 * An instance as it was at one moment; a document of the store. It cannot be changed, but for its expiry (mission S4-74).
 *
 * @param of id of the instance, which stays the same through renames
 * @param expiresAt the epoch for never
 * @param instance all that was wanted of the instance then
 */
public record Snapshot(UUID of, String name, Instant createdAt, Instant expiresAt, Instance instance) {
    public Snapshot {
        if (!name.matches("(?!\\.\\.?$)[^/\\s\\p{Cntrl}]{1,63}")) {
            throw Refused.invalid("Invalid instance snapshot name: " + Quoted.of(name)
                    + ": Snapshot names may not contain slashes or spaces");
        }
    }
}
