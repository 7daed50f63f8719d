package berth.engine.instance;

import berth.model.Status;
import berth.spi.Life;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How every instance is right now, in memory, kept true by events; a list never asks the kernel. */
public final class Pulses {
    private final Map<UUID, Pulse> pulses = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicLong turns = new AtomicLong();

    /** The pulse of an instance; empty when it is stopped. */
    public Optional<Pulse> of(UUID id) {
        return Optional.ofNullable(pulses.get(id));
    }

    /** Its status. */
    public Status status(UUID id) {
        Pulse pulse = pulses.get(id);
        return pulse == null ? Status.STOPPED : pulse.status();
    }

    /** A number that is another one as soon as any pulse is. */
    public long turns() {
        return turns.get();
    }

    /** How many run. */
    public int count() {
        return pulses.size();
    }

    void running(UUID id, Life life) {
        change(() -> pulses.put(id, new Pulse(life, Status.RUNNING)));
    }

    void become(UUID id, Status status) {
        change(() -> pulses.computeIfPresent(id, (_, it) -> new Pulse(it.life(), status)));
    }

    void stopped(UUID id) {
        change(() -> pulses.remove(id));
    }

    /** Waits until the instance is stopped and all of its last run is put away; false when the time ran out. */
    boolean awaitStopped(UUID id, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (pulses.containsKey(id)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable edit) {
        lock.lock();
        try {
            edit.run();
            turns.incrementAndGet();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
