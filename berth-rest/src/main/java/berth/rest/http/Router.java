package berth.rest.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds who answers a request. A fixed segment goes before a name, so {@code images/aliases} is no fingerprint. Segments
 * are decoded only after that: an alias {@code rx/y} comes as {@code images/aliases/rx%2Fy}.
 */
public final class Router {
    /** A pattern and its handlers by method. */
    private record Place(List<String> pattern, Map<String, Route.Handler> handlers) {
        long names() {
            return pattern.stream().filter(it -> it.startsWith("{")).count();
        }
    }

    /** The handler and the decoded names of its path. */
    public record Found(Route.Handler handler, Map<String, String> names) {}

    private final Map<Integer, List<Place>> bySize = new HashMap<>();

    /** Takes all routes; two for the same method and pattern are a bug. */
    public Router(List<Route> routes) {
        var places = new TreeMap<String, Place>();
        for (Route route : routes) {
            var place = places.computeIfAbsent(route.pattern(), it -> new Place(segments(it), new HashMap<>()));
            if (place.handlers().put(route.method(), route.handler()) != null) {
                throw new IllegalArgumentException(route.method() + " " + route.pattern() + " is there twice");
            }
        }
        for (Place place : places.values()) {
            bySize.computeIfAbsent(place.pattern().size(), _ -> new ArrayList<>())
                    .add(place);
        }
        bySize.values().forEach(list -> list.sort((a, b) -> Long.compare(a.names(), b.names())));
    }

    /** Who answers; refuses with 404 an unknown path, with 501 an unknown method. */
    public Found find(String method, String rawPath) {
        List<String> segments = segments(rawPath);
        for (Place place : bySize.getOrDefault(segments.size(), List.of())) {
            var names = Route.match(place.pattern(), segments);
            if (names.isPresent()) {
                var handler = place.handlers().get(method);
                if (handler == null) {
                    throw HttpRefused.notImplemented();
                }
                var decoded = new HashMap<String, String>();
                names.get().forEach((name, value) -> decoded.put(name, Percent.decode(value)));
                return new Found(handler, decoded);
            }
        }
        throw HttpRefused.notFound();
    }

    private static List<String> segments(String path) {
        var parts = new ArrayList<String>();
        int from = path.startsWith("/") ? 1 : 0;
        String rest = path.substring(from);
        if (rest.isEmpty()) {
            return List.of();
        }
        int start = 0;
        for (int i = 0; i <= rest.length(); i++) {
            if (i == rest.length() || rest.charAt(i) == '/') {
                parts.add(rest.substring(start, i));
                start = i + 1;
            }
        }
        return parts;
    }
}
