package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/berth/sessions}: Berth's own, not LXD's. */
public record SessionsPost(
        @Nullable String instance,
        @Nullable List<@Nullable String> command,
        @Nullable Map<String, @Nullable String> environment,
        int width,
        int height,
        long user,
        long group,
        @Nullable String cwd,
        @JsonProperty("one-writer") boolean oneWriter) {}
