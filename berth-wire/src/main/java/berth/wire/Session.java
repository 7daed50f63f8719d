package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session, as {@code /1.0/berth/sessions} shows it: Berth's own, not LXD's. */
public record Session(
        String id,
        String project,
        String instance,
        List<String> command,
        String status,
        @JsonProperty("one_writer") boolean oneWriter,
        int viewers,
        int writers,
        int width,
        int height,
        @JsonProperty("started_at") Instant startedAt,
        @JsonProperty("ended_at") @Nullable Instant endedAt,
        @JsonProperty("return") @Nullable Integer exitCode,
        String ending) {}
