package berth.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata of a {@code lifecycle} event. */
public record EventLifecycle(
        String action,
        String source,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, @Nullable Object> context,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Requestor requestor) {
    /** Who asked for it. */
    public record Requestor(String username, String protocol, String address) {}
}
