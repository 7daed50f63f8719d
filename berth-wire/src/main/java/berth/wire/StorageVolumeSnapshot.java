package berth.wire;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A snapshot of a custom volume. */
public record StorageVolumeSnapshot(
        String description,
        @Nullable Instant expiresAt,
        String name,
        Map<String, String> config,
        String contentType,
        Instant createdAt) {}
