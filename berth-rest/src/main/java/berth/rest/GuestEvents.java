package berth.rest;

import berth.engine.event.Event;
import berth.engine.event.Events;
import berth.engine.instance.InstanceView;
import berth.engine.instance.KnowGuest;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import berth.rest.http.Json;
import berth.rest.http.Reply;
import berth.rest.http.Socket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells one guest how its keys and devices change. Nothing is queued for it: whenever something may have changed it is
 * compared with what the guest was told last, so a reader that sleeps costs one thread and misses values in between only.
 */
final class GuestEvents {
    private static final Set<String> TYPES = Set.of("config", "device");
    private static final Set<String> MAY_CHANGE_IT =
            Set.of("instance-updated", "instance-restored", "instance-renamed", "profile-updated");
    private static final Set<String> ENDS_IT = Set.of("instance-stopped", "instance-shutdown", "instance-deleted");
    /** How soon an end of a stream that the guest does not say is noticed. */
    private static final long PAUSE_SECONDS = 5;

    private final KnowGuest guests;
    private final Events events;
    private final KnowGuest.Guest guest;
    private final BlockingQueue<Boolean> nudges = new ArrayBlockingQueue<>(1);
    private SortedMap<String, String> config = new TreeMap<>();
    private Map<String, SortedMap<String, String>> devices = Map.of();

    GuestEvents(KnowGuest guests, Events events, KnowGuest.Guest guest) {
        this.guests = guests;
        this.events = events;
        this.guest = guest;
    }

    /** Sends a piece of JSON; null keeps the connection alive. */
    private interface Line {
        void send(@Nullable String json) throws IOException;
    }

    /** A websocket, or where none is asked for an endless stream of JSON objects. */
    Reply reply(Exchange exchange) {
        Set<String> types = types(exchange.query("type").orElse(""));
        AutoCloseable subscription = events.listen(this::hear);
        guests.now(guest).ifPresent(this::remember); // before the answer goes out: what comes after it is told
        if (exchange.wantsWebsocket()) {
            return new Reply.Upgrade(true, socket -> talk(socket, types, subscription), () -> close(subscription));
        }
        return new Reply.Raw("application/json", Map.of(), out -> {
            try {
                out.flush();
                follow(types, json -> {
                    out.write((json == null ? "\n" : json + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                });
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            } finally {
                close(subscription);
            }
        });
    }

    private static Set<String> types(String list) {
        if (list.isEmpty()) {
            return TYPES;
        }
        Set<String> asked = new TreeSet<>(List.of(list.split(",", -1)));
        for (String type : asked) {
            if (!TYPES.contains(type)) {
                throw new HttpRefused(400, "\"" + type + "\" isn't a supported event type");
            }
        }
        return asked;
    }

    private void hear(Event event) {
        if (event.payload() instanceof Event.Lifecycle(var action, var source, var _)) {
            boolean ours = source.equals("/1.0/instances/" + guest.name());
            if (MAY_CHANGE_IT.contains(action) && (ours || !action.startsWith("instance-"))
                    || ENDS_IT.contains(action) && ours) {
                nudges.offer(true);
            }
        }
    }

    private void talk(Socket socket, Set<String> types, AutoCloseable subscription)
            throws IOException, InterruptedException {
        socket.whenClosed("events of a guest", Thread.currentThread()::interrupt);
        try {
            follow(types, json -> {
                if (json != null) {
                    socket.text(json);
                }
            });
        } catch (InterruptedException left) {
            // the guest has closed its end
        } finally {
            close(subscription);
        }
    }

    /** Until the guest stops or may not listen any more. */
    private void follow(Set<String> types, Line line) throws IOException, InterruptedException {
        while (true) {
            boolean nudged = nudges.poll(PAUSE_SECONDS, TimeUnit.SECONDS) != null;
            Optional<InstanceView> now = guests.now(guest).filter(GuestRoutes::allowed);
            if (now.isEmpty()) {
                return;
            }
            if (!nudged) {
                line.send(null);
            }
            for (Map<String, Object> news : compare(now.get(), types)) {
                line.send(Json.text(news));
            }
        }
    }

    private void remember(InstanceView view) {
        config = GuestRoutes.visible(view);
        devices = GuestRoutes.devices(view);
    }

    private List<Map<String, Object>> compare(InstanceView now, Set<String> types) {
        var news = new ArrayList<Map<String, Object>>();
        var before = config;
        var devicesBefore = devices;
        remember(now);
        if (types.contains("config")) {
            for (String key : union(before.keySet(), config.keySet())) {
                String old = before.getOrDefault(key, "");
                String value = config.getOrDefault(key, "");
                if (!old.equals(value)) {
                    news.add(event("config", Map.of("key", key, "old_value", old, "value", value)));
                }
            }
        }
        if (types.contains("device")) {
            for (String name : union(devicesBefore.keySet(), devices.keySet())) {
                var old = devicesBefore.get(name);
                var fresh = devices.get(name);
                if (old == null && fresh != null) {
                    news.add(event("device", Map.of("action", "added", "name", name, "config", fresh)));
                } else if (old != null && fresh == null) {
                    news.add(event("device", Map.of("action", "removed", "name", name, "config", old)));
                } else if (old != null && !old.equals(fresh)) {
                    news.add(event("device", Map.of("action", "updated", "name", name, "config", fresh)));
                }
            }
        }
        return news;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        var all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }

    private static Map<String, Object> event(String type, Map<String, Object> metadata) {
        var event = new LinkedHashMap<String, Object>();
        event.put("timestamp", Instant.now().toString());
        event.put("type", type);
        event.put("metadata", metadata);
        return event;
    }

    private static void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
