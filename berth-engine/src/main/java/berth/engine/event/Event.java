package berth.engine.event;

import berth.model.ProjectName;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened.
 *
 * @param project null for what concerns no project, or all
 */
public record Event(Instant at, @Nullable ProjectName project, Payload payload) {
    /** What happened: one of the records here, or an operation's change, which its own room tells. */
    public interface Payload {}

    /**
     * An object came, changed or went.
     *
     * @param action LXD's word, for instance {@code instance-started}
     * @param source URL of the object, {@code /1.0/instances/web1}
     */
    public record Lifecycle(String action, String source, Map<String, Object> context) implements Payload {}

    /**
     * A line of the log.
     *
     * @param level {@code debug}, {@code info}, {@code warning} or {@code error}
     */
    public record Logging(String message, String level, Map<String, String> context) implements Payload {}
}
