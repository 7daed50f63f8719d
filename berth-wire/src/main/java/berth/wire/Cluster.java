package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /1.0/cluster}. */
public record Cluster(String serverName, boolean enabled, List<@Nullable Object> memberConfig) {}
