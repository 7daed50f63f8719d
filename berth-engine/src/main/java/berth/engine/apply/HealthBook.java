package berth.engine.apply;

import berth.engine.event.Events;
import berth.engine.instance.AwaitHealthy;
import berth.engine.instance.Instances;
import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.wanted.Health;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** How the guests that say what healthy is were found to be, last and since when; in memory. */
public final class HealthBook {
    private static final System.Logger LOG = System.getLogger(HealthBook.class.getName());
    private static final ProjectName PROJECT = new ProjectName("default");
    private static final int AT_ONCE = 8;

    /**
     * What was seen of a guest.
     *
     * @param wrong empty when it is healthy
     * @param since when it was first seen so
     */
    public record Seen(Health health, String wrong, Instant at, Instant since) {
        /** Whether it is healthy. */
        public boolean well() {
            return wrong.isEmpty();
        }
    }

    private final Instances instances;
    private final Shelves shelves;
    private final AwaitHealthy awaitHealthy;
    private final Events events;
    private final Clock clock;
    private final Map<UUID, Seen> seen = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();

    /** A book about those guests, looked at in that way. */
    public HealthBook(Instances instances, Shelves shelves, AwaitHealthy awaitHealthy, Events events, Clock clock) {
        this.instances = instances;
        this.shelves = shelves;
        this.awaitHealthy = awaitHealthy;
        this.events = events;
        this.clock = clock;
    }

    /** What was seen of a guest in its present run, if anything was. */
    public Optional<Seen> of(Instance guest) {
        return instances.status(guest).alive() ? Optional.ofNullable(seen.get(guest.id())) : Optional.empty();
    }

    /** Looks at those of the guests that run, a few at a time; passes over what is still being looked at. */
    void look(Map<InstanceName, Health> guests) {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        seen.keySet()
                .retainAll(shelves.instances().all().stream().map(Instance::id).collect(Collectors.toSet()));
        var few = new Semaphore(AT_ONCE);
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            guests.forEach((name, health) -> {
                var _ = each.submit(() -> {
                    few.acquireUninterruptibly();
                    try {
                        look(name, health);
                    } catch (RuntimeException failure) {
                        LOG.log(System.Logger.Level.WARNING, "the health of {0}: {1}", name, failure.getMessage());
                    } finally {
                        few.release();
                    }
                });
            });
        } finally {
            looking.set(false);
        }
    }

    private void look(InstanceName name, Health health) {
        Instance guest = shelves.instance(PROJECT, name).orElse(null);
        if (guest == null || !instances.status(guest).alive()) {
            if (guest != null) {
                seen.remove(guest.id());
            }
            return;
        }
        note(guest, health, awaitHealthy.look(PROJECT, name, health));
    }

    /** Waits until a guest is healthy and notes how that ended; why it is not, if it is not in time. */
    Optional<String> await(InstanceName name, Health health) {
        Optional<String> wrong = awaitHealthy.await(PROJECT, name, health);
        note(instances.require(PROJECT, name), health, wrong);
        return wrong;
    }

    private void note(Instance guest, Health health, Optional<String> wrong) {
        Instant now = clock.instant();
        Seen before = seen.get(guest.id());
        boolean well = wrong.isEmpty();
        boolean same = before != null && before.well() == well;
        Instant since = before != null && same ? before.since() : now;
        var next = new Seen(health, wrong.orElse(""), now, since);
        seen.put(guest.id(), next);
        if (!same) {
            events.lifecycle(
                    PROJECT,
                    well ? "instance-healthy" : "instance-unhealthy",
                    "/1.0/instances/" + guest.name(),
                    well ? Map.of() : Map.of("why", next.wrong()));
        }
    }
}
