package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/images/aliases}. */
public record ImageAliasesPost(
        @Nullable String description,
        @Nullable String target,
        @Nullable String name,
        @Nullable String type) {}
