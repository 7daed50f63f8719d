package berth.engine;

import berth.engine.instance.Backups;
import berth.engine.network.Networks;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.storage.Pools;
import berth.engine.storage.VolumeBackups;
import berth.engine.warning.Warnings;
import berth.model.Warning;
import berth.model.WarningKind;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Made once a minute: what could not be opened or brought up is tried again, what is over is no longer warned of, and the
 * clock is compared with the time that passed.
 */
final class Rounds {
    private static final System.Logger LOG = System.getLogger(Rounds.class.getName());
    /** Time synchronisation steps below that are nothing to be told of. */
    private static final Duration TOLERATED = Duration.ofSeconds(10);

    private final Shelves shelves;
    private final Pools pools;
    private final Networks networks;
    private final Backups backups;
    private final VolumeBackups volumeBackups;
    private final Runs runs;
    private final Warnings warnings;
    private final Clock clock;
    private final LongSupplier nanoseconds;
    private long lastClock;
    private long lastNanoseconds;

    /**
     * Rounds through those.
     *
     * @param nanoseconds a clock that nobody can set
     */
    Rounds(
            Shelves shelves,
            Pools pools,
            Networks networks,
            Backups backups,
            VolumeBackups volumeBackups,
            Runs runs,
            Warnings warnings,
            Clock clock,
            LongSupplier nanoseconds) {
        this.shelves = shelves;
        this.pools = pools;
        this.networks = networks;
        this.backups = backups;
        this.volumeBackups = volumeBackups;
        this.runs = runs;
        this.warnings = warnings;
        this.clock = clock;
        this.nanoseconds = nanoseconds;
        this.lastClock = clock.millis();
        this.lastNanoseconds = nanoseconds.getAsLong();
    }

    /** Makes one; never throws. */
    void make() {
        try {
            lookAtTheClock();
            shelves.pools().all().forEach(pools::look);
            shelves.networks().all().forEach(networks::look);
            for (Warning warning : warnings.list(null)) {
                if (warning.kind() == WarningKind.UNFINISHED && !runs.isOpen(warning.about())) {
                    warnings.settle(warning.kind(), warning.about());
                }
            }
            warnings.tidy();
            backups.expire();
            volumeBackups.expire();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "looking after the house failed: " + failure.getMessage());
        }
    }

    /** Expiries, schedules and certificates go by the clock: whoever looks for what happened must know that it jumped. */
    private void lookAtTheClock() {
        long byClock = clock.millis() - lastClock;
        long passed = (nanoseconds.getAsLong() - lastNanoseconds) / 1_000_000;
        lastClock = clock.millis();
        lastNanoseconds = nanoseconds.getAsLong();
        long jump = byClock - passed;
        if (Math.abs(jump) > TOLERATED.toMillis()) {
            warnings.raise(
                    WarningKind.CLOCK,
                    null,
                    "",
                    "The clock went " + (jump > 0 ? "forward" : "back") + " by " + Math.abs(jump) / 1000
                            + " s, or the host was suspended: expiries and schedules go by it");
        } else {
            warnings.list(null).stream()
                    .filter(it -> it.kind() == WarningKind.CLOCK
                            && it.lastSeen().isBefore(clock.instant().minus(Duration.ofDays(1))))
                    .forEach(it -> warnings.settle(it.kind(), it.about()));
        }
    }
}
