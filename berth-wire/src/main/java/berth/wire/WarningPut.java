package berth.wire;

import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/warnings/{id}}: {@code new} or {@code acknowledged}. */
public record WarningPut(@Nullable String status) {}
