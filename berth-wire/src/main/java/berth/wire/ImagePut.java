package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/images/{fingerprint}}. */
public record ImagePut(
        @Nullable Boolean autoUpdate,
        @Nullable Map<String, @Nullable String> properties,
        @JsonProperty("public") @Nullable Boolean isPublic,
        @Nullable Instant expiresAt,
        @Nullable List<@Nullable String> profiles) {}
