package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a new instance comes from. */
public record InstanceSource(
        @Nullable String type,
        @Nullable String certificate,
        @Nullable String alias,
        @Nullable String fingerprint,
        @Nullable Map<String, @Nullable String> properties,
        @Nullable String server,
        @Nullable String secret,
        @Nullable String protocol,
        @JsonProperty("base-image") @Nullable String baseImage,
        @Nullable String mode,
        @Nullable String operation,
        @Nullable Map<String, @Nullable String> secrets,
        @Nullable String source,
        boolean live,
        boolean instanceOnly,
        boolean containerOnly,
        boolean refresh,
        @Nullable String project,
        boolean allowInconsistent) {}
