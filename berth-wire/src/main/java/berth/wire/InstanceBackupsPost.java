package berth.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/NAME/backups}. */
public record InstanceBackupsPost(
        @Nullable String name,
        @Nullable Instant expiresAt,
        boolean instanceOnly,
        boolean containerOnly,
        boolean optimizedStorage,
        @Nullable String compressionAlgorithm) {}
