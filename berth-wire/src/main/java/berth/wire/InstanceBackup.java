package berth.wire;

import java.time.Instant;

/** A backup of an instance. */
public record InstanceBackup(
        String name,
        Instant createdAt,
        Instant expiresAt,
        boolean instanceOnly,
        boolean containerOnly,
        boolean optimizedStorage) {}
