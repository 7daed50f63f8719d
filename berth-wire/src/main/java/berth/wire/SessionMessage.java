package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** What is said of a session, in text, to whoever is attached to it: {@code skipped} or {@code ended}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionMessage(
        String event,
        @Nullable Long bytes,
        @JsonProperty("return") @Nullable Integer exitCode,
        @Nullable String ending) {}
