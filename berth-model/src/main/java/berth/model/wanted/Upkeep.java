package berth.model.wanted;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
 * @param windows when it may be disturbed; at any time when there are none
 */
public record Upkeep(
        Strategy strategy,
        List<String> reload,
        @Nullable Health health,
        int batch,
        long pause,
        boolean goBack,
        boolean snapshotFirst,
        List<Window> windows) {
    /** Nothing is said. */
    public static final Upkeep UNSAID = new Upkeep(Strategy.DYNAMIC, List.of(), null, 1, 0, true, false, List.of());

    public Upkeep {
        reload = List.copyOf(reload);
        windows = List.copyOf(windows);
    }

    /** The same with another strategy, for one apply. */
    public Upkeep with(@Nullable Strategy asked) {
        return asked == null ? this : new Upkeep(asked, reload, health, batch, pause, goBack, snapshotFirst, windows);
    }

    /** Whether it may be disturbed then; null stands for a time that is asked for by name, whatever the clock says. */
    public boolean isOpen(@Nullable LocalDateTime time) {
        return time == null || windows.isEmpty() || windows.stream().anyMatch(it -> it.contains(time));
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
        if (batch != 1 || pause != 0 || !goBack || !windows.isEmpty()) {
            String when = windows.stream().map(it -> " in " + it.text()).collect(Collectors.joining());
            flat.put("update", batch + (goBack ? "" : " stop") + (pause == 0 ? "" : " " + pause + "s") + when);
        }
        if (snapshotFirst) {
            flat.put("snapshots", "before restart");
        }
    }
}
