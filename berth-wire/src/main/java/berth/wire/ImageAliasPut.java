package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/images/aliases/{name}}. */
public record ImageAliasPut(
        @Nullable String description, @Nullable String target) {}
