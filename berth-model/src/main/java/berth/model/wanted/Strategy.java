package berth.model.wanted;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How far a change may go in a running guest. */
public enum Strategy {
    /** As the rules say. */
    DYNAMIC,
    /** At most a reload; what would need a restart waits for the next start. */
    RELOAD,
    /** At least a restart, if anything happens in the guest at all. */
    RESTART,
    /** Nothing is changed while it runs. */
    NONE;

    /** As it is written in a file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The strategy of that word. */
    public static Optional<Strategy> of(String word) {
        return Stream.of(values()).filter(it -> it.text().equals(word)).findFirst();
    }
}
