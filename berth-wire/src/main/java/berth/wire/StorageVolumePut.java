package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT} and {@code PATCH /1.0/storage-pools/{pool}/volumes/{type}/{name}}; restore names a snapshot. */
public record StorageVolumePut(
        @Nullable Map<String, @Nullable String> config,
        @Nullable String description,
        @Nullable String restore) {}
