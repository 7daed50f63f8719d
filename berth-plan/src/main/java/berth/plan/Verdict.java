package berth.plan;

import java.util.Locale;

/** What a change costs, from nothing to not at all; the later the stronger. */
public enum Verdict {
    /** Nothing has to happen in the guest. */
    NONE,
    /** At once, while the guest runs. */
    LIVE,
    /** Stored at once, effective at the next start. */
    PENDING,
    /** Activated inside the running guest. */
    RELOAD,
    /** The guest is stopped and started. */
    RESTART,
    /** A new root or identity; volumes are kept. */
    REPLACE,
    /** The guest or its data goes elsewhere, to another pool or host. */
    MOVE,
    /** Stops the whole plan. */
    REFUSE;

    /** As plans show it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stronger of the two. */
    public Verdict and(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
