package berth.engine.session;

import berth.model.InstanceName;
import berth.model.ProjectName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a session, so that the next daemon can tell how it ended.
 *
 * @param id eight hexadecimal digits
 * @param oneWriter whether only the last who asked to type may
 * @param endedAt null while it goes on
 * @param code exit code, 128+n after signal n; 0 while it goes on
 * @param ending in words, empty while it goes on
 */
public record SessionRecord(
        String id,
        ProjectName project,
        InstanceName instance,
        List<String> command,
        boolean oneWriter,
        Instant startedAt,
        @Nullable Instant endedAt,
        int code,
        String ending) {
    public SessionRecord {
        command = List.copyOf(command);
    }

    /** The same, over. */
    SessionRecord ended(Instant at, int code, String ending) {
        return new SessionRecord(id, project, instance, command, oneWriter, startedAt, at, code, ending);
    }
}
