package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}/snapshots}. */
public record InstanceSnapshotsPost(
        @Nullable String name, boolean stateful, @Nullable Instant expiresAt) {}
