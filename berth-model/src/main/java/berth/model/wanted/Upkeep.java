package berth.model.wanted;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a guest is changed while it runs, and how one sees that it does its work.
 *
 * @param reload the command inside that makes it take up changed files; none when empty
 * @param health null when nobody looks
 * @param batch how many guests at a time are changed before it is waited for them
 * @param pause seconds from when they are healthy until the next
 * @param goBack whether a guest that is not healthy after a change returns to what it was
 * @param snapshotFirst whether a snapshot is taken before a change that stops it
 */
public record Upkeep(
        Strategy strategy,
        List<String> reload,
        @Nullable Health health,
        int batch,
        long pause,
        boolean goBack,
        boolean snapshotFirst) {
    /** Nothing is said. */
    public static final Upkeep UNSAID = new Upkeep(Strategy.DYNAMIC, List.of(), null, 1, 0, true, false);

    public Upkeep {
        reload = List.copyOf(reload);
    }

    /** The same with another strategy, for one apply. */
    public Upkeep with(@Nullable Strategy asked) {
        return asked == null ? this : new Upkeep(asked, reload, health, batch, pause, goBack, snapshotFirst);
    }

    /** Writes what is said into the flat map of its guest. */
    void into(Map<String, String> flat) {
        if (strategy != Strategy.DYNAMIC) {
            flat.put("activation.strategy", strategy.text());
        }
        if (!reload.isEmpty()) {
            flat.put("activation.reload", String.join("\n", reload));
        }
        if (health != null) {
            flat.put(
                    "health",
                    health.text() + " " + health.interval() + "s " + health.timeout() + "s " + health.startPeriod()
                            + "s");
        }
        if (batch != 1 || pause != 0 || !goBack) {
            flat.put("update", batch + (goBack ? "" : " stop") + (pause == 0 ? "" : " " + pause + "s"));
        }
        if (snapshotFirst) {
            flat.put("snapshots", "before restart");
        }
    }
}
