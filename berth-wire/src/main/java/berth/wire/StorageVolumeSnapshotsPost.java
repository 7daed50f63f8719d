package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST …/volumes/custom/{name}/snapshots}; no name asks for the next {@code snap%d}. */
public record StorageVolumeSnapshotsPost(
        @Nullable String name, @Nullable Instant expiresAt) {}
