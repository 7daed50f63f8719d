package berth.engine.instance;

import berth.engine.record.Restarting;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.Refused;
import berth.spi.Life;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Knows which instances are being restarted, across the death of the daemon that does it. */
final class KeepRestarts {
    private final Shelves shelves;
    private final Pulses pulses;
    private final Clock clock;
    private final Set<UUID> ours = ConcurrentHashMap.newKeySet();

    KeepRestarts(Shelves shelves, Pulses pulses, Clock clock) {
        this.shelves = shelves;
        this.pulses = pulses;
        this.clock = clock;
    }

    /**
     * Stops an instance that runs and starts it again by that work; when it fails, nothing more is to be done.
     *
     * @param patience how long the end of its present life is waited for, at most
     */
    void during(Instance instance, Duration patience, Runnable work) {
        Life life = pulses.of(instance.id())
                .map(Pulse::life)
                .orElseThrow(() -> Refused.failed("The instance is not running"));
        ours.add(instance.id());
        try {
            shelves.restarts()
                    .put(new Restarting(instance.id(), life, clock.instant().plus(patience)));
            work.run();
        } catch (RuntimeException failure) {
            over(instance); // whoever asked is told; a daemon that dies leaves it written down
            throw failure;
        }
        over(instance);
    }

    private void over(Instance instance) {
        shelves.restarts().remove(instance.id().toString());
        ours.remove(instance.id());
    }

    /** It has ended: whether a former daemon was about to start it again, which is then this one's turn. */
    boolean takeOver(Instance instance, boolean wanted) {
        return left(instance)
                .map(it -> {
                    shelves.restarts().remove(it.id().toString());
                    return !wanted && !clock.instant().isAfter(it.until());
                })
                .orElse(false);
    }

    /** A daemon wakes up and it does not run: whether a former one was about to start it again. */
    boolean takeOver(Instance instance) {
        boolean left = left(instance).isPresent();
        shelves.restarts().remove(instance.id().toString());
        return left;
    }

    /** A daemon wakes up and it runs: the restart was over, or the end of its life is still to come. */
    void settle(Instance instance) {
        boolean over = left(instance)
                .filter(it -> pulses.of(instance.id())
                        .map(pulse -> !pulse.life().equals(it.life()))
                        .orElse(false))
                .isPresent();
        if (over) {
            shelves.restarts().remove(instance.id().toString());
        }
    }

    private Optional<Restarting> left(Instance instance) {
        return shelves.restarts().find(instance.id().toString()).filter(it -> !ours.contains(it.id()));
    }
}
