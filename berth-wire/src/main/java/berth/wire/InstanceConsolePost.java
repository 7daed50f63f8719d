package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}/console}. */
public record InstanceConsolePost(
        int width, int height, @Nullable String type) {}
