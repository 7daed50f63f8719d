package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/networks/{name}}: rename. */
public record NetworkPost(@Nullable String name) {}
