package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instance with all there is about it: recursion 2 of a list, recursion 1 of a single one. */
public record InstanceFull(
        String architecture,
        Map<String, String> config,
        Map<String, Map<String, String>> devices,
        boolean ephemeral,
        List<String> profiles,
        boolean stateful,
        String description,
        Instant createdAt,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, String> expandedConfig,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, Map<String, String>> expandedDevices,

        String name,
        String status,
        int statusCode,
        Instant lastUsedAt,
        String location,
        String type,
        String project,
        @Nullable List<InstanceBackup> backups,
        @Nullable InstanceState state,
        @Nullable List<InstanceSnapshot> snapshots) {}
