package berth.engine.operation;

import berth.engine.event.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Work under way that a caller follows. Every change of it is told as an event. */
public final class Operation {
    private final UUID id = UUID.randomUUID();
    private final OperationRequest request;
    private final Clock clock;
    private final Events events;
    private final Instant createdAt;
    private final CountDownLatch over = new CountDownLatch(1);
    private Instant updatedAt;
    private OperationStatus status = OperationStatus.PENDING;
    private @Nullable Map<String, Object> metadata;
    private String err = "";
    private @Nullable Runnable onCancel;

    Operation(OperationRequest request, Clock clock, Events events) {
        this.request = request;
        this.clock = clock;
        this.events = events;
        this.createdAt = clock.instant();
        this.updatedAt = createdAt;
        this.metadata = request.metadata() == null ? null : new LinkedHashMap<>(request.metadata());
    }

    /** Its id, part of its URL. */
    public UUID id() {
        return id;
    }

    /** How it is now. */
    public synchronized OperationState state() {
        return new OperationState(
                id,
                request.type(),
                request.description(),
                createdAt,
                updatedAt,
                status,
                request.resources(),
                metadata == null ? null : new LinkedHashMap<>(metadata),
                request.mayCancel() || onCancel != null,
                err,
                request.project());
    }

    /** Tells something about itself: progress, a result. Null takes the key away. */
    public void tell(String key, @Nullable Object value) {
        synchronized (this) {
            var changed = metadata == null ? new LinkedHashMap<String, Object>() : new LinkedHashMap<>(metadata);
            if (value == null) {
                changed.remove(key);
            } else {
                changed.put(key, value);
            }
            metadata = changed;
            updatedAt = clock.instant();
        }
        announce();
    }

    /** How it can be cancelled from now on; null: no longer. */
    public synchronized void cancelBy(@Nullable Runnable how) {
        onCancel = how;
    }

    /** Cancels it, if it can be; false when it cannot. */
    boolean cancel() {
        Runnable how;
        synchronized (this) {
            how = onCancel;
            if (how == null || status.over()) {
                return false;
            }
        }
        how.run();
        return true;
    }

    /** Waits for its end; false when the time ran out. */
    public boolean await(Duration limit) throws InterruptedException {
        return over.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for its end, however long. */
    public void await() throws InterruptedException {
        over.await();
    }

    void become(OperationStatus next, String why) {
        synchronized (this) {
            if (status.over()) {
                return;
            }
            status = next;
            err = why;
            updatedAt = clock.instant();
        }
        announce();
        if (next.over()) {
            over.countDown();
        }
    }

    void announce() {
        events.tell(request.project(), new OperationChanged(state()));
    }
}
