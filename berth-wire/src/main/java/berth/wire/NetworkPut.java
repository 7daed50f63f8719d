package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/networks/{name}}. */
public record NetworkPut(
        @Nullable Map<String, @Nullable String> config,
        @Nullable String description) {}
