package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/profiles/{name}}. */
public record ProfilePut(
        @Nullable Map<String, @Nullable String> config,
        @Nullable String description,
        @Nullable Map<String, @Nullable Map<String, @Nullable String>> devices) {}
