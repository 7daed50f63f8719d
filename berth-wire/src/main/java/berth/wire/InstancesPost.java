package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances}. */
public record InstancesPost(
        @Nullable String architecture,
        @Nullable Map<String, @Nullable String> config,
        @Nullable Map<String, @Nullable Map<String, @Nullable String>> devices,
        boolean ephemeral,
        @Nullable List<@Nullable String> profiles,
        @Nullable String restore,
        boolean stateful,
        @Nullable String description,
        @Nullable String name,
        @Nullable InstanceSource source,
        @Nullable String instanceType,
        @Nullable String type) {}
