package berth.rest;

import berth.engine.event.Event;
import berth.engine.event.Events;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.rest.http.Socket;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** {@code /1.0/events}: everything that happens, in order, to whoever listens. */
final class EventRoutes {
    private static final Set<String> TYPES = Set.of("logging", "operation", "lifecycle");

    /** How far a reader may lag behind before it is cut off. Waiting events are shared by all readers. */
    private static final int LAG = 16_384;

    private final Events events;

    EventRoutes(Events events) {
        this.events = events;
    }

    List<Route> routes() {
        return List.of(Route.get("/1.0/events", this::listen));
    }

    private Reply listen(Exchange exchange) {
        Set<String> types = types(exchange.query("type").orElse(""));
        ProjectName project = Scope.all(exchange) ? null : Scope.of(exchange);
        var reader = new Reader(types, project);
        // Listening begins before the client hears 101: what it does next is never missed.
        reader.subscription = events.listen(reader::hear);
        return new Reply.Upgrade(true, reader::talk, reader::leave);
    }

    private static Set<String> types(String list) {
        if (list.isEmpty()) {
            return TYPES;
        }
        Set<String> types =
                Set.copyOf(List.of(list.split(",", -1)).stream().distinct().toList());
        for (String type : types) {
            if (!TYPES.contains(type)) {
                throw new HttpRefused(400, Quoted.of(type) + " isn't a supported event type");
            }
        }
        return types;
    }

    /** Somebody who listens. */
    private static final class Reader {
        private final LinkedBlockingQueue<Event> waiting = new LinkedBlockingQueue<>(LAG);
        private final Set<String> types;
        private final @Nullable ProjectName project;
        private @Nullable AutoCloseable subscription;
        private volatile @Nullable Socket socket;

        Reader(Set<String> types, @Nullable ProjectName project) {
            this.types = types;
            this.project = project;
        }

        void hear(Event event) {
            boolean concerned = project == null
                    || event.project() == null
                    || event.project().equals(project);
            if (concerned && types.contains(EventTranslation.type(event.payload())) && !waiting.offer(event)) {
                leave();
                var slow = socket;
                if (slow != null) {
                    slow.cut();
                }
            }
        }

        void talk(Socket open) throws IOException {
            socket = open;
            open.whenClosed("events of a client", Thread.currentThread()::interrupt);
            try {
                while (true) {
                    open.text(Json.text(EventTranslation.toWire(waiting.take())));
                }
            } catch (InterruptedException closed) {
                // the client has left
            } finally {
                leave();
            }
        }

        void leave() {
            try {
                if (subscription != null) {
                    subscription.close();
                }
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
