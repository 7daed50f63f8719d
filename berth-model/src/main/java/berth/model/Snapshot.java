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
        if (!isName(name)) {
            throw Refused.invalid("Invalid instance snapshot name: " + Quoted.of(name)
                    + ": Snapshot names may not contain slashes or spaces");
        }
    }

    /** Whether a snapshot may be called so. */
    public static boolean isName(String name) {
        return name.matches("(?!\\.\\.?$)[^/\\s\\p{Cntrl}]{1,63}");
    }

    /** The same snapshot, to go at another time; the epoch for never. */
    public Snapshot expiring(Instant when) {
        return new Snapshot(of, name, createdAt, when, instance);
    }

    /** The same snapshot, but of a copy of the instance. */
    public Snapshot of(Instance copy) {
        var was = new Instance(
                copy.id(),
                copy.project(),
                copy.name(),
                copy.kind(),
                instance.architecture(),
                instance.ephemeral(),
                instance.description(),
                instance.profiles(),
                instance.config(),
                instance.devices(),
                instance.createdAt(),
                instance.lastUsedAt(),
                copy.pool(),
                null);
        return new Snapshot(copy.id(), name, createdAt, expiresAt, was);
    }

    /** Whether its time is over. */
    public boolean expired(Instant now) {
        return !expiresAt.equals(Instant.EPOCH) && !expiresAt.isAfter(now);
    }
}
