package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/images/aliases/{name}}: rename. */
public record ImageAliasPost(@Nullable String name) {}
