package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.Exchange;
import berth.rest.http.Route;
import berth.rest.http.UnixClient.Answer;
import berth.spi.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent, the answer is a clear one, never a bug's, and what is refused changes nothing (R21). Which routes
 * there are and which record each reads is asked of the routes themselves, so a new one is met without being listed.
 *
 * <p>{@code -Dberth.fuzz.seed=N} does the same again, {@code -Dberth.fuzz.requests=N} does more; 0 does all there are.
 */
class BadInputTest {
    private static final long SEED = Long.getLong("berth.fuzz.seed", 1);
    private static final int REQUESTS = Integer.getInteger("berth.fuzz.requests", 1000);

    @TempDir
    Path dir;

    private House house;
    private int houses;
    private final List<String> troubles = new ArrayList<>();

    private record Case(String method, String path, Map<String, String> headers, String body) {
        @Override
        public String toString() {
            String cut = body.length() > 300 ? body.substring(0, 300) + "… (" + body.length() + ")" : body;
            return method + " " + (path.length() > 200 ? path.substring(0, 200) + "…" : path) + " " + headers + " "
                    + cut;
        }
    }

    @BeforeEach
    void open() throws IOException {
        house = furnished();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void refuses_bodies_that_are_wrong_in_any_one_place() throws IOException {
        List<Case> cases = new ArrayList<>();
        Map<String, Class<?>> bodies = bodies();
        assertThat(bodies).as("routes that read a body").hasSizeGreaterThan(20);
        bodies.forEach((route, type) -> Spoiled.of(Sample.of(type)).forEach(body -> {
            String[] words = route.split(" ");
            cases.add(new Case(words[0], words[1], Map.of("Content-Type", "application/json"), body));
        }));
        tryOut(cases);
    }

    @Test
    void refuses_paths_queries_and_headers_that_are_wrong() throws IOException {
        var words = List.of(
                "%00",
                "a%0ab",
                "..",
                "%2e%2e%2f%2e%2e",
                "%2fetc%2fpasswd",
                "a%2fb",
                "%ff%fe",
                "%zz",
                "%",
                "-x",
                "%F0%9F%92%A9",
                "a".repeat(6000),
                "%5c",
                "%20",
                "c1%00",
                "c1/..",
                "*",
                "_%25_");
        var queries = List.of(
                "recursion=99999999999",
                "recursion=x",
                "project=%00",
                "project=..%2f",
                "project=",
                "filter=%",
                "filter=name+eq",
                "filter=((((",
                "filter=" + "not+".repeat(3000),
                "filter=name+eq+%22",
                "path=%00",
                "path=",
                "path=..%2f..%2fetc",
                "timeout=99999999999999999999",
                "timeout=x",
                "timeout=-1",
                "type=%00",
                "all-projects=x",
                "secret=%00",
                "public=x",
                "&&==&%=%",
                "target=../x");
        var headers = List.of(
                Map.of("If-Match", "\"x"),
                Map.of("If-Match", "a".repeat(3000)),
                Map.of("Content-Type", "multipart/form-data"),
                Map.of("Content-Type", "multipart/form-data; boundary="),
                Map.of("Content-Type", "multipart/form-data; boundary=" + "x".repeat(500)),
                Map.of("Content-Type", "\u0001"),
                Map.of("X-LXD-properties", "%zz&=&a=%00"),
                Map.of("X-LXD-filename", "../../x"),
                Map.of("X-LXD-fingerprint", "../x", "Content-Type", "application/octet-stream"),
                Map.of("Range", "bytes=9-1"),
                Map.of("X-LXD-uid", "-1"),
                Map.of("X-LXD-mode", "99999"),
                Map.of("X-LXD-type", "nothing"),
                Map.of("Upgrade", "websocket", "Connection", "Upgrade"),
                Map.of(
                        "Upgrade",
                        "websocket",
                        "Connection",
                        "Upgrade",
                        "Sec-WebSocket-Version",
                        "13",
                        "Sec-WebSocket-Key",
                        "x"));
        List<Case> cases = new ArrayList<>();
        for (Route route : routes()) {
            String right = filled(route.pattern());
            if (route.method().equals("GET")
                    && !right.equals("/1.0/events")
                    && house.client.get(right).status() >= 500) {
                continue; // refuses everything, and so the bad as well
            }
            if (route.pattern().contains("{")) {
                words.forEach(it ->
                        cases.add(new Case(route.method(), route.pattern().replaceAll("\\{\\w+}", it), Map.of(), "")));
            }
            if (!route.method().equals("DELETE")) {
                queries.forEach(it -> cases.add(new Case(route.method(), right + "?" + it, Map.of(), "")));
                headers.forEach(it -> cases.add(new Case(route.method(), right, it, "garbage")));
            }
        }
        cases.removeIf(it -> it.path().startsWith("/1.0/events") || it.path().contains("/internal/"));
        tryOut(cases);
    }

    private void tryOut(List<Case> cases) throws IOException {
        Collections.shuffle(cases, new Random(SEED));
        int many = REQUESTS == 0 ? cases.size() : Math.min(REQUESTS, cases.size());
        for (Case each : cases.subList(0, many)) {
            var before = documents();
            long revision = house.store.revision();
            Answer answer;
            try {
                answer = house.client.send(
                        each.method(), each.path(), each.headers(), each.body().getBytes(StandardCharsets.UTF_8));
            } catch (IOException | RuntimeException hungUp) {
                troubles.add(each + " got no answer: " + hungUp);
                continue;
            }
            judge(each, answer, revision, before);
            if (!documents().equals(before)) {
                house.close();
                house = furnished();
            }
        }
        assertThat(troubles.stream().limit(25).collect(Collectors.joining("\n")))
                .as("%s of %s requests of seed %s went wrong", troubles.size(), many, SEED)
                .isEmpty();
    }

    private void judge(Case each, Answer answer, long revision, Map<String, String> before) throws IOException {
        String said = answer.body();
        if (answer.status() >= 500 && answer.status() != 501) {
            troubles.add(each + " -> " + answer.status() + " " + said);
        } else if (answer.status() >= 400 && house.store.revision() != revision) {
            troubles.add(each + " -> " + answer.status() + " but changed something: " + said);
        } else if (answer.status() == 202) {
            var end = house.follow(answer);
            said = end.toString();
            if (end.path("status_code").asInt() >= 400 && !documents().equals(before)) {
                troubles.add(each + " failed but changed something: " + said);
            }
        }
        if (answer.status() >= 400 && said.length() > 20_000) {
            troubles.add(each + " -> is answered with " + said.length() + " characters");
        }
        if (answer.status() != 200
                && (said.contains("Exception") || said.contains("\\tat ") || said.contains("Internal error"))) {
            troubles.add(each + " -> shows its insides: " + said);
        }
    }

    private Map<String, String> documents() {
        return house.store.list("/").stream()
                .collect(Collectors.toMap(Store.Document::key, Store.Document::text, (a, _) -> a, TreeMap::new));
    }

    private House furnished() throws IOException {
        var made = new House(dir.resolve("h" + houses++)).furnished();
        for (String each : List.of(
                "POST /1.0/profiles {\"name\":\"q1\"}",
                "POST /1.0/networks {\"name\":\"n1\",\"type\":\"bridge\"}",
                "POST /1.0/instances/c1/snapshots {\"name\":\"s1\"}")) {
            String[] words = each.split(" ", 3);
            var answer = made.client.send(words[0], words[1], words[2]);
            if (answer.status() == 202) {
                made.done(answer);
            } else {
                assertThat(answer.status()).as(answer.body()).isLessThan(300);
            }
        }
        return made;
    }

    private List<Route> routes() {
        return Door.routes(
                        new DoorSettings(dir.resolve("s"), null, false, () -> false, () -> {}), house.engine.useCases())
                .stream()
                .filter(it -> !it.pattern().matches("/1\\.0/(containers|virtual-machines)\\b.*"))
                .toList();
    }

    /** {@code POST /1.0/profiles} to the record its body is read as. */
    private Map<String, Class<?>> bodies() {
        Map<String, Class<?>> found = new TreeMap<>();
        for (Route route : routes()) {
            try {
                route.handler().answer(new Asking(route));
            } catch (Asked asked) {
                found.put(route.method() + " " + filled(route.pattern()), asked.type);
            } catch (Exception _) {
                // Reads no body, or not before it has found what is not there.
            }
        }
        return found;
    }

    private static String filled(String pattern) {
        var names = new TreeMap<String, String>();
        for (String part : pattern.split("/")) {
            if (part.startsWith("{")) {
                names.put(part, name(pattern, part.substring(1, part.length() - 1)));
            }
        }
        String path = pattern;
        for (var each : names.entrySet()) {
            path = path.replace(each.getKey(), each.getValue());
        }
        return path;
    }

    private static String name(String pattern, String part) {
        return switch (part) {
            case "snapshot" -> "s1";
            case "pool" -> "p1";
            default ->
                pattern.contains("/profiles/")
                        ? "q1"
                        : pattern.contains("/networks/") ? "n1" : pattern.contains("/projects/") ? "default" : "c1";
        };
    }

    /** Tells which record a handler reads its body as. */
    private static final class Asked extends RuntimeException {
        private final Class<?> type;

        Asked(Class<?> type) {
            super(type.getName());
            this.type = type;
        }
    }

    private record Asking(Route route) implements Exchange {
        @Override
        public String method() {
            return route.method();
        }

        @Override
        public String rawPath() {
            return filled(route.pattern());
        }

        @Override
        public String segment(String name) {
            return BadInputTest.name(route.pattern(), name);
        }

        @Override
        public Optional<String> query(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.empty();
        }

        @Override
        public InputStream body() {
            return InputStream.nullInputStream();
        }

        @Override
        public <T> T json(Class<T> type) {
            throw new Asked(type);
        }

        @Override
        public boolean wantsWebsocket() {
            return false;
        }
    }
}
