package berth.engine.event;

import berth.model.ProjectName;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells everybody who listens, in the order in which things happened. A listener is called while the teller waits: it
 * must only put the event into a queue of its own.
 */
public final class Events {
    private final Clock clock;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Object order = new Object();

    /** Events dated by that clock. */
    public Events(Clock clock) {
        this.clock = clock;
    }

    /** Listens from now on. */
    public AutoCloseable listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells that an object came, changed or went. */
    public void lifecycle(@Nullable ProjectName project, String action, String source, Map<String, Object> context) {
        tell(project, new Event.Lifecycle(action, source, context));
    }

    /** Tells that an object came, changed or went. */
    public void lifecycle(@Nullable ProjectName project, String action, String source) {
        lifecycle(project, action, source, Map.of());
    }

    /** Tells anything. */
    public void tell(@Nullable ProjectName project, Event.Payload payload) {
        synchronized (order) {
            var event = new Event(clock.instant(), project, payload);
            for (Consumer<Event> listener : listeners) {
                listener.accept(event);
            }
        }
    }
}
