package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** What a volume uses. */
public record StorageVolumeState(@Nullable Usage usage) {
    /** Bytes; {@code used} is left out where it cannot be told. */
    public record Usage(
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long used, long total) {}
}
