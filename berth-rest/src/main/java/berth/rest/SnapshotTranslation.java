package berth.rest;

import berth.model.Effective;
import berth.model.Instance;
import berth.model.ProfileName;
import berth.model.Snapshot;
import berth.wire.InstanceSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Snapshots in LXD's words. A time of zero is the year one there, and the epoch with us: both mean never. */
final class SnapshotTranslation {
    static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private SnapshotTranslation() {}

    static InstanceSnapshot toWire(Snapshot snapshot, Effective effective) {
        Instance was = snapshot.instance();
        return new InstanceSnapshot(
                snapshot.expiresAt().equals(Instant.EPOCH) ? NEVER : snapshot.expiresAt(),
                was.architecture(),
                was.config(),
                snapshot.createdAt(),
                InstanceTranslation.devices(was.devices()),
                was.ephemeral(),
                effective.config(),
                InstanceTranslation.devices(effective.devices()),
                was.lastUsedAt(),
                snapshot.name(),
                was.profiles().stream().map(ProfileName::text).toList(),
                false,
                -1);
    }

    /** When it may go; the epoch for never, null when nothing was said. */
    static @Nullable Instant expiry(@Nullable Instant given) {
        return given == null || given.isAfter(Instant.EPOCH) ? given : Instant.EPOCH;
    }
}
