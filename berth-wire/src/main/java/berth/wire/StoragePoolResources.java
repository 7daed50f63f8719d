package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Room in a pool. */
public record StoragePoolResources(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Space space,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Inodes inodes) {
    /** Bytes. */
    public record Space(
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long used, long total) {}

    /** Numbers of inodes. */
    public record Inodes(long used, long total) {}
}
