package berth.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A volume of a pool. */
public record StorageVolume(
        Map<String, String> config,
        String description,
        String name,
        String type,
        List<String> usedBy,
        String location,
        String contentType,
        String project,
        Instant createdAt) {}
