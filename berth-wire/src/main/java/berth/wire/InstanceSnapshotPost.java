package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}/snapshots/{snapshot}}: rename. */
public record InstanceSnapshotPost(@Nullable String name, boolean migration, boolean live) {}
