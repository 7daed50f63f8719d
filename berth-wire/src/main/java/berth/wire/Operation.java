package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A background operation, as {@code /1.0/operations} and operation events show it. */
public record Operation(
        String id,
        @JsonProperty("class") String kind,
        String description,
        Instant createdAt,
        Instant updatedAt,
        String status,
        int statusCode,
        @Nullable Map<String, List<String>> resources,
        @Nullable Map<String, @Nullable Object> metadata,
        boolean mayCancel,
        String err,
        String location) {}
