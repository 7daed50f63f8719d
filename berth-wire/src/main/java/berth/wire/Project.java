package berth.wire;

import java.util.List;
import java.util.Map;

/** A project. */
public record Project(Map<String, String> config, String description, String name, List<String> usedBy) {}
