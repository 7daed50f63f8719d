package berth.model.wanted;

import java.util.Locale;

/** What must not happen to an object; a plan that would do it is refused whole (rule A44). */
public enum Protection {
    DELETE,
    REPLACE,
    STOP,
    SHRINK;

    /** As it is written in a file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
