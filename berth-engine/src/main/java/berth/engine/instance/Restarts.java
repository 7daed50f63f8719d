package berth.engine.instance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/** How often each instance was started again of late: one that ends at once must not keep the host busy for ever. */
final class Restarts {
    /** The most within {@link #WITHIN}, as Incus has it. */
    static final int MOST = 10;

    static final Duration WITHIN = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Map<UUID, Deque<Long>> done = new HashMap<>();

    /** @param nanos as {@link System#nanoTime()} */
    Restarts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether one more may be done; if so it is counted. */
    synchronized boolean another(UUID id) {
        long now = nanos.getAsLong();
        done.values().removeIf(it -> now - it.getLast() > WITHIN.toNanos());
        Deque<Long> mine = done.computeIfAbsent(id, _ -> new ArrayDeque<>());
        while (!mine.isEmpty() && now - mine.getFirst() > WITHIN.toNanos()) {
            mine.removeFirst();
        }
        if (mine.size() >= MOST) {
            return false;
        }
        mine.addLast(now);
        return true;
    }
}
