package berth.tests.differential;

import berth.tests.http.Answer;
import berth.tests.http.Door;
import berth.tests.http.Websocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** One server that is asked line by line, and what it has told us to ask with next. */
final class Session {
    private final Door door;
    private final String directory;
    private final Path files;
    private final Map<String, String> known = new LinkedHashMap<>();
    private Websocket events;
    private Thread listener;
    private final List<String> heard = new ArrayList<>();

    /**
     * A session.
     *
     * @param directory the server's state directory, which does not count as a difference
     * @param files where the files to upload lie
     */
    Session(Door door, Path directory, Path files) {
        this.door = door;
        this.directory = directory.toString();
        this.files = files;
    }

    /** Asks, waits for what was begun in the background, and says what came of it. */
    Set<String> ask(Line line) throws IOException, InterruptedException {
        var facts = new Facts(directory);
        switch (line.verb()) {
            case "RAW" -> raw(line, facts);
            case "EXEC" -> exec(line, facts);
            case "WATCH" -> watch(line);
            case "UNWATCH" -> unwatch(facts);
            case "UPLOAD" -> http("POST", line, Files.readAllBytes(files.resolve(line.body())), facts);
            default -> http(line.verb(), line, with(line.body()).getBytes(StandardCharsets.UTF_8), facts);
        }
        return facts.lines();
    }

    private void http(String method, Line line, byte[] body, Facts facts) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (line.verb().equals("UPLOAD") || line.path().contains("/files?")) {
            headers.put("Content-Type", "application/octet-stream");
        } else if (body.length > 0) {
            headers.put("Content-Type", "application/json");
        }
        line.headers().forEach((name, value) -> headers.put(name, with(value)));
        var answer = door.ask(method, with(line.path()), headers, body);
        facts.of("", answer);
        if (method.equals("GET") && answer.headers().containsKey("etag")) {
            known.put("$etag", answer.headers().get("etag"));
        }
        if (answer.status() == 202) {
            String operation = answer.json().path("operation").asString();
            known.put("$op", operation);
            var end = door.ask("GET", operation + "/wait?timeout=60");
            facts.of("end ", end);
            learn(end);
        }
    }

    private void learn(Answer end) {
        JsonNode result = end.metadata().path("metadata");
        if (result.path("fingerprint").isString()) {
            known.put("$fp", result.path("fingerprint").asString());
        }
        for (String output : new String[] {"1", "2"}) {
            if (result.path("output").path(output).isString()) {
                known.put("$out" + output, result.path("output").path(output).asString());
            }
        }
    }

    private String with(String text) {
        String filled = text;
        for (var each : known.entrySet()) {
            filled = filled.replace(each.getKey(), each.getValue());
        }
        return filled;
    }

    private void raw(Line line, Facts facts) {
        byte[] request = line.body().replace("\\r", "\r").replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
        String answer = new String(door.raw(request), StandardCharsets.UTF_8);
        facts.say("first line " + answer.lines().findFirst().orElse("nothing").replaceAll("(HTTP/1.. \\d+).*", "$1"));
    }

    private void exec(Line line, Facts facts) throws InterruptedException {
        String[] parts = line.text().split(" ", 3);
        int end = parts[2].lastIndexOf(']') + 1;
        String input = parts[2].substring(end).strip();
        var answer = door.ask(
                "POST",
                "/1.0/instances/" + parts[1] + "/exec",
                "{\"command\":" + parts[2].substring(0, end) + ",\"wait-for-websocket\":true,\"interactive\":false}");
        facts.of("", answer);
        if (answer.status() != 202) {
            return;
        }
        String operation = answer.json().path("operation").asString();
        known.put("$op", operation);
        JsonNode secrets = answer.metadata().path("metadata").path("fds");
        String base = operation + "/websocket?secret=";
        try (var control = new Websocket(door, base + secrets.path("control").asString());
                var stdin = new Websocket(door, base + secrets.path("0").asString());
                var stdout = new Websocket(door, base + secrets.path("1").asString());
                var stderr = new Websocket(door, base + secrets.path("2").asString())) {
            var collected = new ArrayList<byte[]>(List.of(new byte[0], new byte[0]));
            var readers = List.of(
                    Thread.ofVirtual().start(() -> collected.set(0, stdout.untilEnd())),
                    Thread.ofVirtual().start(() -> collected.set(1, stderr.untilEnd())));
            try {
                if (!input.isEmpty()) {
                    stdin.send(2, input.getBytes(StandardCharsets.UTF_8));
                }
                stdin.sendText("");
            } catch (UncheckedIOException endedAlready) {
                // A command that reads nothing may have ended, and its sockets with it.
            }
            facts.of("end ", door.ask("GET", operation + "/wait?timeout=30"));
            for (Thread reader : readers) {
                reader.join(10_000);
            }
            facts.say("stdout " + text(collected.get(0)));
            facts.say("stderr " + text(collected.get(1)));
            facts.say("control upgraded with " + control.upgrade().status());
        }
        var again = new Websocket(door, base + secrets.path("1").asString());
        facts.say("the same secret a second time: " + again.upgrade().status());
        again.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n");
    }

    private void watch(Line line) {
        heard.clear();
        events = new Websocket(door, "/1.0/events?type=" + line.path());
        Websocket open = events;
        listener = Thread.ofVirtual().start(() -> {
            for (var next = open.next(); next.opcode() != 8; next = open.next()) {
                synchronized (heard) {
                    heard.add(new String(next.payload(), StandardCharsets.UTF_8));
                }
            }
        });
    }

    private void unwatch(Facts facts) throws InterruptedException {
        Thread.sleep(1000); // a late event is a difference too
        events.close();
        listener.join(5000);
        synchronized (heard) {
            int at = 0;
            for (String event : heard) {
                JsonNode json = Answer.parse(event);
                facts.say("event %02d %s %s %s"
                        .formatted(
                                at++,
                                json.path("type").asString(),
                                json.path("metadata").path("action").asString(),
                                facts.plain(json.path("metadata").path("source").asString())));
            }
        }
    }
}
