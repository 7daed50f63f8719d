package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/images} when it is JSON. */
public record ImagesPost(
        boolean autoUpdate,
        @Nullable Map<String, @Nullable String> properties,
        @JsonProperty("public") boolean isPublic,
        @Nullable Instant expiresAt,
        @Nullable List<@Nullable String> profiles,
        @Nullable String filename,
        @Nullable Source source,
        @Nullable String compressionAlgorithm,
        @Nullable List<@Nullable Alias> aliases) {
    /** Where the image comes from. */
    public record Source(
            @Nullable String alias,
            @Nullable String certificate,
            @Nullable String protocol,
            @Nullable String server,
            @Nullable String imageType,
            @Nullable String mode,
            @Nullable String type,
            @Nullable String url,
            @Nullable String name,
            @Nullable String fingerprint,
            @Nullable String secret,
            @Nullable String project) {}

    /** A name to give it. */
    public record Alias(@Nullable String name, @Nullable String description) {}
}
