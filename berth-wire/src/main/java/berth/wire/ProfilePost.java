package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/profiles/{name}}: rename. */
public record ProfilePost(@Nullable String name) {}
