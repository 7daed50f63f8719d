package berth.rest.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who answers what.
 *
 * @param method upper case
 * @param pattern segments between slashes; {@code {name}} stands for any one segment
 */
public record Route(String method, String pattern, Handler handler) {
    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        /** The answer; throws {@link berth.model.Refused} or {@link HttpRefused} for expected trouble. */
        Reply answer(Exchange exchange) throws Exception;
    }

    /** A route for {@code GET}. */
    public static Route get(String pattern, Handler handler) {
        return new Route("GET", pattern, handler);
    }

    /** A route for {@code HEAD}. */
    public static Route head(String pattern, Handler handler) {
        return new Route("HEAD", pattern, handler);
    }

    /** A route for {@code POST}. */
    public static Route post(String pattern, Handler handler) {
        return new Route("POST", pattern, handler);
    }

    /** A route for {@code PUT}. */
    public static Route put(String pattern, Handler handler) {
        return new Route("PUT", pattern, handler);
    }

    /** A route for {@code PATCH}. */
    public static Route patch(String pattern, Handler handler) {
        return new Route("PATCH", pattern, handler);
    }

    /** A route for {@code DELETE}. */
    public static Route delete(String pattern, Handler handler) {
        return new Route("DELETE", pattern, handler);
    }

    /** What the pattern's names stand for in these encoded segments; empty when they do not match. */
    static Optional<Map<String, String>> match(List<String> pattern, List<String> segments) {
        if (pattern.size() != segments.size()) {
            return Optional.empty();
        }
        var found = new HashMap<String, String>();
        for (int i = 0; i < pattern.size(); i++) {
            String wanted = pattern.get(i);
            String given = segments.get(i);
            if (wanted.startsWith("{")) {
                if (given.isEmpty()) {
                    return Optional.empty();
                }
                found.put(wanted.substring(1, wanted.length() - 1), given);
            } else if (!wanted.equals(given)) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }
}
