package berth.model.wanted;

import berth.model.InstanceName;
import java.util.Locale;

/** Another guest of the site, and what must be so of it before this one starts. */
public record Need(InstanceName instance, State state) implements Comparable<Need> {
    /** How far the other guest must be. */
    public enum State {
        /** Its PID 1 runs. */
        STARTED,
        /** Its network is up and its init says so. */
        READY,
        /** Its health says so. */
        HEALTHY;

        /** As it is written in a file. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public int compareTo(Need other) {
        int byName = instance.compareTo(other.instance);
        return byName != 0 ? byName : state.compareTo(other.state);
    }
}
