package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/networks}. */
public record NetworksPost(
        @Nullable Map<String, @Nullable String> config,
        @Nullable String description,
        @Nullable String name,
        @Nullable String type) {}
