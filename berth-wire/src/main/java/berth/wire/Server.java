package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /1.0}, as a trusted client sees it. */
public record Server(
        Map<String, @Nullable Object> config,
        List<String> apiExtensions,
        String apiStatus,
        String apiVersion,
        String auth,
        @JsonProperty("public") boolean isPublic,
        List<String> authMethods,
        ServerEnvironment environment) {}
