package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0}. */
public record ServerPut(@Nullable Map<String, @Nullable Object> config) {}
