package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/storage-pools/{pool}/volumes} and {@code …/volumes/{type}}. */
public record StorageVolumesPost(
        @Nullable String name,
        @Nullable String type,
        @Nullable String contentType,
        @Nullable String description,
        @Nullable Map<String, @Nullable String> config,
        @Nullable Source source) {
    /** Where its content comes from: {@code copy} of the volume {@code name} of a pool. */
    public record Source(
            @Nullable String type,
            @Nullable String name,
            @Nullable String pool,
            @Nullable String project,
            boolean volumeOnly,
            boolean refresh) {}
}
