package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}/rebuild}. */
public record InstanceRebuild(@Nullable InstanceSource source) {}
