package berth.tests.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came back.
 *
 * @param headers by their names in lower case
 */
public record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON; fails when it is none. */
    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** The {@code metadata} of the envelope. */
    public JsonNode metadata() {
        return json().path("metadata");
    }

    /** Itself, when the status is below 400. */
    public Answer orFail() {
        if (status >= 400) {
            throw new AssertionError("answered " + status + ": " + text());
        }
        return this;
    }

    /** Text to JSON. */
    public static JsonNode parse(String text) {
        return JSON.readTree(text);
    }
}
