package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An image. */
public record Image(
        boolean autoUpdate,
        Map<String, String> properties,
        @JsonProperty("public") boolean isPublic,
        Instant expiresAt,
        List<String> profiles,
        List<Alias> aliases,
        String architecture,
        boolean cached,
        String filename,
        String fingerprint,
        long size,
        String type,
        Instant createdAt,
        Instant lastUsedAt,
        Instant uploadedAt) {
    /** A name of the image. */
    public record Alias(String name, String description) {}
}
