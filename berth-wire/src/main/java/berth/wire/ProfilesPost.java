package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/profiles}. */
public record ProfilesPost(
        @Nullable Map<String, @Nullable String> config,
        @Nullable String description,
        @Nullable Map<String, @Nullable Map<String, @Nullable String>> devices,
        @Nullable String name) {}
