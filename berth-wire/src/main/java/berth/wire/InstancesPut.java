package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code PUT /1.0/instances}: a state for all of them. */
public record InstancesPut(@Nullable InstanceStatePut state) {}
