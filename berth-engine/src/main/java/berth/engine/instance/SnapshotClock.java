package berth.engine.instance;

import berth.engine.record.LastLook;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import berth.model.SnapshotSchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Takes snapshots when {@code snapshots.schedule} says so, and deletes those whose time is over. It looks at the clock twice a
 * minute, and goes on where the last look was, also when that was another daemon's: what came due meanwhile is done once. A
 * clock that jumps makes at most one snapshot too many or too few; one that jumped ahead deletes nothing for an hour, so that
 * somebody can set it right.
 */
public final class SnapshotClock {
    private static final System.Logger LOG = System.getLogger(SnapshotClock.class.getName());
    private static final Duration JUMP = Duration.ofHours(1);

    private final Shelves shelves;
    private final Instances instances;
    private final Snapshots snapshots;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Executor elsewhere;
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
    private Instant lastWall;
    private long lastNanos;
    private long holdUntil;

    /**
     * Looks at that clock.
     *
     * @param nanoTime a clock that never jumps, as {@link System#nanoTime}
     * @param elsewhere carries out the work for one instance while others go on
     */
    public SnapshotClock(
            Shelves shelves,
            Instances instances,
            Snapshots snapshots,
            Clock clock,
            LongSupplier nanoTime,
            Executor elsewhere) {
        this.shelves = shelves;
        this.instances = instances;
        this.snapshots = snapshots;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.elsewhere = elsewhere;
        this.lastWall = clock.instant();
        this.lastNanos = nanoTime.getAsLong();
        this.holdUntil = lastNanos;
    }

    /** Looks now: begins what has come due since the last look. */
    public synchronized void look() {
        Instant now = clock.instant();
        holdAfterJump(now);
        Instant since = shelves.lastLook().map(LastLook::at).orElse(lastWall);
        if (since.isAfter(now)) {
            since = now; // it was set back: what was done already is not done again until its time comes again
        }
        boolean holding = nanoTime.getAsLong() - holdUntil < 0;
        boolean scheduled = false;
        for (Instance instance : shelves.instances().all()) {
            SnapshotSchedule schedule = schedule(instance);
            scheduled |= schedule != null;
            boolean due = schedule != null && due(instance, schedule, since, now);
            List<Snapshot> over = holding ? List.of() : expired(instance, now);
            if ((due || !over.isEmpty()) && busy.add(instance.id())) {
                elsewhere.execute(() -> see(instance, due, over));
            }
        }
        if (scheduled || shelves.lastLook().isPresent()) {
            shelves.keep(new LastLook(now));
        }
        lastWall = now;
        lastNanos = nanoTime.getAsLong();
    }

    /** The instance has been started: takes a snapshot if its schedule has {@code @startup}. */
    public void started(Instance instance) {
        SnapshotSchedule schedule = schedule(instance);
        if (schedule != null && schedule.atStartup()) {
            elsewhere.execute(() -> take(instance));
        }
    }

    private void holdAfterJump(Instant now) {
        Duration wall = Duration.between(lastWall, now);
        Duration real = Duration.ofNanos(nanoTime.getAsLong() - lastNanos);
        if (wall.minus(real).compareTo(JUMP) > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock went ahead by {0} within {1}: no snapshot is deleted for an hour; set it right if it is"
                            + " wrong",
                    wall,
                    real);
            holdUntil = nanoTime.getAsLong() + JUMP.toNanos();
        }
    }

    @org.jspecify.annotations.Nullable
    private SnapshotSchedule schedule(Instance instance) {
        String text = instances.effective(instance).config().getOrDefault("snapshots.schedule", "");
        return text.isEmpty() ? null : SnapshotSchedule.of(text);
    }

    private boolean due(Instance instance, SnapshotSchedule schedule, Instant since, Instant now) {
        Instant from = instance.createdAt().isAfter(since) ? instance.createdAt() : since;
        boolean stoppedToo =
                Settings.truthy(instances.effective(instance).config().get("snapshots.schedule.stopped"), false);
        return schedule.after(from, clock.getZone())
                        .filter(it -> !it.isAfter(now))
                        .isPresent()
                && (stoppedToo || instances.status(instance).alive());
    }

    private List<Snapshot> expired(Instance instance, Instant now) {
        return snapshots.list(instance).stream()
                .filter(it -> it.expired(now))
                .sorted(Comparator.comparing(Snapshot::expiresAt))
                .toList();
    }

    private void see(Instance instance, boolean due, List<Snapshot> over) {
        try {
            if (due) {
                take(instance);
            }
            for (Snapshot snapshot : over) {
                drop(instance, snapshot);
            }
        } finally {
            busy.remove(instance.id());
        }
    }

    private void take(Instance instance) {
        try {
            snapshots.takeNext(instance.project(), instance.name());
        } catch (Refused refused) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the scheduled snapshot of " + instance.name() + " failed: "
                            + refused.problem().text());
        }
    }

    private void drop(Instance instance, Snapshot snapshot) {
        try {
            // Its expiry may have been put off since.
            boolean still = snapshots.list(instance).stream()
                    .anyMatch(it -> it.name().equals(snapshot.name()) && it.expired(clock.instant()));
            if (still) {
                snapshots.deleteNow(instance, snapshot);
            }
        } catch (Refused refused) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "deleting the expired snapshot " + instance.name() + "/" + snapshot.name() + " failed: "
                            + refused.problem().text());
        }
    }
}
