package berth.model.wanted;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What becomes of a value that somebody changed although the file is as it was (rule A45). */
public enum DriftPolicy {
    /** Apply puts it right, and a change by hand is refused. */
    REPAIR,
    /** It is told, and left as it is found. */
    REPORT,
    /** It is left as it is found, and {@code berth drift --adopt} writes it into the file. */
    ADOPT,
    /** It is left as it is found, and not told. */
    IGNORE;

    /** As it is written in a file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The policy of that word. */
    public static Optional<DriftPolicy> of(String word) {
        return Stream.of(values()).filter(it -> it.text().equals(word)).findFirst();
    }
}
