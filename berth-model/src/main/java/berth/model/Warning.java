package berth.model;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that is not as it should be, and that nobody was there to be told; a document of the store.
 *
 * @param about what it is about: the URL of an object, or any other word that tells it from others of its kind
 * @param project "" for what is of no project
 * @param count how often it was seen
 */
public record Warning(
        UUID id,
        WarningKind kind,
        String about,
        String project,
        State state,
        int count,
        Instant firstSeen,
        Instant lastSeen,
        String message) {
    /** Whether somebody has to look at it. */
    public enum State {
        /** Nobody has. */
        NEW,
        /** Somebody has, and knows. */
        ACKNOWLEDGED,
        /** It is over. */
        RESOLVED
    }

    /** The same with another state. */
    public Warning as(State other) {
        return new Warning(id, kind, about, project, other, count, firstSeen, lastSeen, message);
    }

    /** The same, seen once more; one that was over is new again. */
    public Warning again(Instant now, String what) {
        return new Warning(
                id, kind, about, project, state == State.RESOLVED ? State.NEW : state, count + 1, firstSeen, now, what);
    }
}
