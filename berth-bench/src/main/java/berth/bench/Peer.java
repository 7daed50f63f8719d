package berth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A door to measure, by its name; what an instance goes through, each verb waited for to its end. */
record Peer(String name, Path socket) {
    private static final Pattern OPERATION = Pattern.compile("\"operation\":\\s*\"([^\"]+)\"");
    private static final Pattern FINGERPRINT = Pattern.compile("\"fingerprint\":\\s*\"([0-9a-f]{64})\"");
    private static final Pattern FAILED =
            Pattern.compile("\"status_code\":\\s*400.*?\"err\":\\s*\"([^\"]*)\"", Pattern.DOTALL);

    void create(String instance, String image) {
        done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"" + instance + "\",\"type\":\"container\",\"source\":{\"type\":\"image\",\"alias\":\""
                        + image + "\"}}");
    }

    void state(String instance, String action) {
        done(
                "PUT",
                "/1.0/instances/" + instance + "/state",
                "{\"action\":\"" + action + "\",\"force\":true,\"timeout\":30}");
    }

    /** Stops it, or finds that it ended by itself: systemd does where the kernel's inotify instances are used up. */
    void stopIfRunning(String instance) {
        try {
            state(instance, "stop");
        } catch (IllegalStateException refused) {
            if (!String.valueOf(refused.getMessage()).contains("already stopped")) {
                throw refused;
            }
        }
    }

    void delete(String instance) {
        done("DELETE", "/1.0/instances/" + instance, "");
    }

    void snapshot(String instance, String snapshot) {
        done("POST", "/1.0/instances/" + instance + "/snapshots", "{\"name\":\"" + snapshot + "\",\"stateful\":false}");
    }

    void copy(String source, String target) {
        done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"" + target + "\",\"source\":{\"type\":\"copy\",\"source\":\"" + source
                        + "\",\"instance_only\":true},\"profiles\":[\"default\"]}");
    }

    void rename(String instance, String name) {
        done("POST", "/1.0/instances/" + instance, "{\"name\":\"" + name + "\"}");
    }

    /** Writes a file of root into the guest. */
    void push(String instance, String path, byte[] content) {
        try (var connection = new Connection(socket)) {
            var answer = connection.ask(
                    "POST", "/1.0/instances/" + instance + "/files?path=" + path, "application/octet-stream", content);
            if (answer.status() != 200) {
                throw new IllegalStateException(name + ": push to " + path + " answered " + answer.text());
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(name + ": push to " + path, trouble);
        }
    }

    /** Reads a file of the guest that has so many bytes. */
    void pull(String instance, String path, int length) {
        try (var connection = new Connection(socket)) {
            var answer = connection.ask("GET", "/1.0/instances/" + instance + "/files?path=" + path, "", new byte[0]);
            if (answer.status() != 200 || answer.length() != length) {
                throw new IllegalStateException(name + ": pull of " + path + " answered " + answer.status() + " with "
                        + answer.length() + " bytes");
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(name + ": pull of " + path, trouble);
        }
    }

    /** {@code true} in the guest by websockets, as {@code lxc exec} does it. */
    void exec(String instance) {
        try {
            String begun = ask(
                    "POST",
                    "/1.0/instances/" + instance + "/exec",
                    "{\"command\":[\"true\"],\"wait-for-websocket\":true,\"interactive\":false}");
            String operation = operation(begun);
            try (var control = socket(operation, begun, "control");
                    var in = socket(operation, begun, "0");
                    var out = socket(operation, begun, "1");
                    var err = socket(operation, begun, "2")) {
                in.endInput();
                out.drain();
                err.drain();
                control.alive();
                check(ask("GET", operation + "/wait?timeout=60", ""));
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(name + ": exec in " + instance, trouble);
        }
    }

    private Connection socket(String operation, String begun, String which) throws IOException {
        var secret = Pattern.compile("\"" + which + "\":\\s*\"([0-9a-f]+)\"").matcher(begun);
        if (!secret.find()) {
            throw new IOException("no secret for " + which + " in " + begun);
        }
        var connection = new Connection(socket);
        connection.upgrade(operation + "/websocket?secret=" + secret.group(1));
        return connection;
    }

    /** Brings an image in under an alias, unless one of that alias is there. */
    void importImage(byte[] archive, String alias) {
        try (var look = new Connection(socket)) {
            if (look.ask("GET", "/1.0/images/aliases/" + alias, "application/json", new byte[0])
                            .status()
                    == 200) {
                return;
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
        try (var connection = new Connection(socket)) {
            String begun = connection
                    .ask("POST", "/1.0/images", "application/octet-stream", archive)
                    .text();
            String end = ask("GET", operation(begun) + "/wait?timeout=600", "");
            check(end);
            var fingerprint = FINGERPRINT.matcher(end);
            if (!fingerprint.find()) {
                throw new IllegalStateException(name + ": no fingerprint in " + end);
            }
            done(
                    "POST",
                    "/1.0/images/aliases",
                    "{\"name\":\"" + alias + "\",\"target\":\"" + fingerprint.group(1) + "\"}");
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** A request that must succeed, waited for when it goes on in the background. */
    void done(String method, String path, String body) {
        String answer = ask(method, path, body);
        if (answer.contains("\"status_code\":100")) {
            check(ask("GET", operation(answer) + "/wait?timeout=120", ""));
        }
    }

    String ask(String method, String path, String body) {
        try (var connection = new Connection(socket)) {
            var answer = connection.ask(method, path, "application/json", body.getBytes(StandardCharsets.UTF_8));
            if (answer.status() >= 400) {
                throw new IllegalStateException(
                        name + ": " + method + " " + path + " answered " + answer.status() + " " + answer.text());
            }
            return answer.text();
        } catch (IOException trouble) {
            throw new UncheckedIOException(name + ": " + method + " " + path, trouble);
        }
    }

    private String operation(String answer) {
        var found = OPERATION.matcher(answer);
        if (!found.find()) {
            throw new IllegalStateException(name + ": no operation in " + answer);
        }
        return found.group(1);
    }

    private void check(String end) {
        var failed = FAILED.matcher(end);
        if (failed.find() && !failed.group(1).isEmpty()) {
            throw new IllegalStateException(name + ": " + failed.group(1));
        }
    }
}
