package berth.model;

/**
 * Everything a caller can be told went wrong. Says what, with the facts; never an HTTP status (the door decides that).
 *
 * <p>Each text names what was tried, the cause, and where there is one the next thing to do. Where LXD's clients depend
 * on a text it is LXD's, to the byte (reference/rest-api section 2).
 */
public sealed interface Problem {
    /** The whole text for a person, one or more lines, without a stack trace. */
    String text();

    /** A value that was handed in is not acceptable: nothing was changed. */
    record Invalid(String text) implements Problem {}

    /** The thing that was named is not there. */
    record Missing(String text) implements Problem {}

    /** The name is taken already. */
    record Taken(String text) implements Problem {}

    /** The thing is used by something else, or is in a state that forbids this. */
    record InUse(String text) implements Problem {}

    /** The caller may not do this. */
    record Forbidden(String text) implements Problem {}

    /** What the caller planned against has changed since (ETag, revision of a plan). */
    record Outdated(String text) implements Problem {}

    /** This daemon, or this host, cannot do it: says which feature is missing. */
    record Unsupported(String text) implements Problem {}

    /** Not now: starting up or shutting down. */
    record Unavailable(String text) implements Problem {}

    /** The request was good, but carrying it out went wrong. */
    record Failed(String text) implements Problem {}

    /** A driver or a tool of the host failed. */
    record DriverFailed(String driver, String action, String detail) implements Problem {
        @Override
        public String text() {
            return action + " failed (" + driver + "): " + detail;
        }
    }
}
