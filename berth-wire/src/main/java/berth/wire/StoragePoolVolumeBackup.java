package berth.wire;

import java.time.Instant;

/** A backup of a custom volume. */
public record StoragePoolVolumeBackup(
        String name, Instant createdAt, Instant expiresAt, boolean volumeOnly, boolean optimizedStorage) {}
