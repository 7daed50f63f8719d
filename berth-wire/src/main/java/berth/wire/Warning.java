package berth.wire;

import java.time.Instant;

/** Something the server wants to be seen. */
public record Warning(
        String status,
        String uuid,
        String location,
        String project,
        String type,
        int count,
        Instant firstSeenAt,
        Instant lastSeenAt,
        String lastMessage,
        String severity,
        String entityUrl) {}
