package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/instances/{name}}. */
public record InstancePut(
        @Nullable String architecture,
        @Nullable Map<String, @Nullable String> config,
        @Nullable Map<String, @Nullable Map<String, @Nullable String>> devices,
        @Nullable Boolean ephemeral,
        @Nullable List<@Nullable String> profiles,
        @Nullable String restore,
        boolean stateful,
        @Nullable String description) {}
