package berth.model;

import java.time.Instant;
import java.util.UUID;

/**
 * A backup of an instance or a custom volume: a document of the store; its file lies beside.
 *
 * @param of id of the instance or volume, which stays the same through renames
 * @param expiresAt the epoch for never
 * @param alone whether the snapshots are left out
 * @param optimized whether a form was asked for that only the same kind of pool can read; it is written in the plain form all
 *     the same
 */
public record Backup(UUID of, String name, Instant createdAt, Instant expiresAt, boolean alone, boolean optimized) {
    public Backup {
        if (name.indexOf('/') >= 0) {
            throw Refused.invalid("Backup names may not contain slashes");
        }
        if (!Snapshot.isName(name) || name.startsWith(".")) {
            throw Refused.invalid("Invalid backup name " + Quoted.of(name)
                    + ": it may not be empty, begin with a dot, hold white space or exceed 63 characters");
        }
    }

    /** The same under another name. */
    public Backup named(String other) {
        return new Backup(of, other, createdAt, expiresAt, alone, optimized);
    }

    /** Whether its time is over. */
    public boolean expired(Instant now) {
        return !expiresAt.equals(Instant.EPOCH) && !expiresAt.isAfter(now);
    }
}
