package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/instances/{name}/exec}. */
public record InstanceExecPost(
        @Nullable List<@Nullable String> command,
        @JsonProperty("wait-for-websocket") boolean waitForWebsocket,
        boolean interactive,
        @Nullable Map<String, @Nullable String> environment,
        int width,
        int height,
        @JsonProperty("record-output") boolean recordOutput,
        long user,
        long group,
        @Nullable String cwd) {}
