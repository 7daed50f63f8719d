package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}}: rename or move. */
public record InstancePost(
        @Nullable String name,
        boolean migration,
        boolean live,
        boolean instanceOnly,
        boolean containerOnly,
        @Nullable Object target,
        @Nullable String pool,
        @Nullable String project,
        boolean allowInconsistent) {}
