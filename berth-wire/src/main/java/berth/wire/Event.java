package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One frame of {@code GET /1.0/events}. */
public record Event(
        String type,
        Instant timestamp,
        Object metadata,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        String location,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        String project) {}
