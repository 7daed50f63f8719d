package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code PUT /1.0/instances/{name}/state}. The time-out is in seconds, -1 waits for ever. */
public record InstanceStatePut(
        @Nullable String action, @Nullable Integer timeout, boolean force, boolean stateful) {}
