package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/instances/{name}/snapshots/{snapshot}}. */
public record InstanceSnapshotPut(@Nullable Instant expiresAt) {}
