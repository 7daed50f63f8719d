package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A storage pool. */
public record StoragePool(
        Map<String, String> config,
        String description,
        String name,
        String driver,
        List<String> usedBy,
        String status,
        @Nullable List<String> locations) {}
