package berth.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server behind a door, spoken to in LXD's envelopes. Several threads may use it. */
public final class Server implements AutoCloseable {
    private static final String PLAIN = "-._~";

    private final Door door;
    private final String project;
    private boolean override;
    private Consumer<String> listener = _ -> {};

    /** Speaks to the server behind a socket, about one project (empty: the server's default). */
    public Server(Path socket, String project) {
        this.door = new Door(socket);
        this.project = project;
    }

    /** Tells of each request, as {@code GET /1.0}, before it is sent. */
    public void onRequest(Consumer<String> listener) {
        this.listener = listener;
    }

    /** Asks from now on for what a site's file declares to be changed all the same. */
    public void override() {
        this.override = true;
    }

    /** A path below {@code /1.0} out of segments and whatever characters they hold. */
    public static String path(String... segments) {
        var path = new StringBuilder("/1.0");
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        return path.toString();
    }

    /** Text as it may stand in a path segment or a query. */
    public static String encoded(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || PLAIN.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }

    /** What lies under a path. */
    public Json get(String path) throws IOException {
        return send("GET", path, null, "").metadata();
    }

    /** What lies under a path, with the tag that a later change may be made conditional upon. */
    public Reply fetch(String path) throws IOException {
        return send("GET", path, null, "");
    }

    /** Posts a body. */
    public Reply post(String path, Json body) throws IOException {
        return send("POST", path, body, "");
    }

    /** Replaces what lies under a path, if its tag still is the one given (empty: in any case). */
    public Reply put(String path, Json body, String etag) throws IOException {
        return send("PUT", path, body, etag);
    }

    /** Removes what lies under a path. */
    public Reply delete(String path) throws IOException {
        return send("DELETE", path, null, "");
    }

    /**
     * Sends a request and opens the envelope that comes back.
     *
     * @throws ServerError when the server refuses
     */
    public Reply send(String method, String path, @Nullable Json body, String etag) throws IOException {
        var headers = new Headers();
        if (body != null) {
            headers.set("content-type", "application/json");
        }
        if (!etag.isEmpty()) {
            headers.set("if-match", etag);
        }
        return open(raw(method, path, headers, body == null ? null : Body.of(body)));
    }

    /** Sends a request whose answer is not necessarily an envelope. The caller closes it. */
    public Response raw(String method, String path, Headers headers, @Nullable Body body) throws IOException {
        String target = inProject(path);
        listener.accept(method + " " + target);
        if (override) {
            headers.set("berth-override", "1");
        }
        return door.send(method, target, headers.set("user-agent", "berth"), body);
    }

    /** Opens the envelope of an answer. */
    public static Reply open(Response response) throws IOException {
        byte[] bytes = response.bytes();
        if (response.status() >= 400) {
            throw errorOf(response.status(), bytes);
        }
        Json envelope = Json.parse(bytes);
        if (envelope.text("type").equals("error")) {
            throw new ServerError((int) envelope.number("error_code"), envelope.text("error"));
        }
        return new Reply(
                envelope.at("metadata"),
                envelope.text("operation"),
                response.headers().text("etag"));
    }

    /** What an answer of 400 and above says. */
    public static ServerError errorOf(int status, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        try {
            Json envelope = Json.parse(text);
            if (!envelope.text("error").isEmpty()) {
                text = envelope.text("error");
            }
        } catch (JsonSyntax _) {
            // plain text, as from a proxy
        }
        return new ServerError(status, text);
    }

    /** The server's events of these types (comma-separated), until closed. */
    public WebSocket events(String types) throws IOException {
        return websocket("/1.0/events?type=" + types);
    }

    /** A websocket under a path. */
    public WebSocket websocket(String path) throws IOException {
        String target = inProject(path);
        listener.accept("WEBSOCKET " + target.replaceFirst("secret=[^&]*", "secret=..."));
        return door.websocket(target);
    }

    /** A connection under a path for another protocol, {@code sftp} for instance. */
    public Handover handover(String path, String protocol) throws IOException {
        String target = inProject(path);
        listener.accept("UPGRADE " + target + " to " + protocol);
        return door.handover(target, protocol);
    }

    /**
     * Waits for an operation to end.
     *
     * @return the operation as it ended well
     * @throws ServerError when it failed or was cancelled, with its own words
     */
    public Json await(String operation) throws IOException {
        Json ended = ended(operation);
        if (ended.number("status_code") != 200) {
            String err = ended.text("err");
            throw new ServerError(400, err.isEmpty() ? "the operation ended as " + ended.text("status") : err);
        }
        return ended;
    }

    /** Waits for an operation to end, well or not. */
    public Json ended(String operation) throws IOException {
        int query = operation.indexOf('?');
        Json state = Json.nothing();
        while (state.number("status_code") < 200) {
            state = get((query < 0 ? operation : operation.substring(0, query)) + "/wait");
        }
        return state;
    }

    private String inProject(String path) {
        if (project.isEmpty() || path.contains("?project=") || path.contains("&project=")) {
            return path;
        }
        return path + (path.indexOf('?') < 0 ? '?' : '&') + "project=" + encoded(project);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
