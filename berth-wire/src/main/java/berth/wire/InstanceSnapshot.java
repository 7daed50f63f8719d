package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A snapshot of an instance. */
public record InstanceSnapshot(
        Instant expiresAt,
        String architecture,
        Map<String, String> config,
        Instant createdAt,
        Map<String, Map<String, String>> devices,
        boolean ephemeral,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, String> expandedConfig,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, Map<String, String>> expandedDevices,

        Instant lastUsedAt,
        String name,
        List<String> profiles,
        boolean stateful,
        long size) {}
