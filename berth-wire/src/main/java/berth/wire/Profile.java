package berth.wire;

import java.util.List;
import java.util.Map;

/** A profile. */
public record Profile(
        Map<String, String> config,
        String description,
        Map<String, Map<String, String>> devices,
        String name,
        List<String> usedBy) {}
