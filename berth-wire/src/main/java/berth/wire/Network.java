package berth.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network, managed or just an interface of the host. */
public record Network(
        Map<String, String> config,
        String description,
        String name,
        String type,
        List<String> usedBy,
        boolean managed,
        String status,
        @Nullable List<String> locations) {}
