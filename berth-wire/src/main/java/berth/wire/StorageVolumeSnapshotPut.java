package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH …/volumes/custom/{name}/snapshots/{snapshot}}. */
public record StorageVolumeSnapshotPut(
        @Nullable String description, @Nullable Instant expiresAt) {}
