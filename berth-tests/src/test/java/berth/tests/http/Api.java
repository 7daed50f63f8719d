package berth.tests.http;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The REST API with its operations waited for: what most tests want to say. */
public record Api(Door door) {
    private static final int LONGEST_SECONDS = 120;

    /** {@code GET} of something that must exist; its metadata. */
    public JsonNode get(String path) {
        return door.ask("GET", path).orFail().metadata();
    }

    /** A request that must succeed; a background operation is waited for. The metadata of the answer or the operation. */
    public JsonNode done(String method, String path, String json) {
        var answer = finished(door.ask(method, path, json));
        return answer.orFail().metadata();
    }

    /** A request whose background operation, if any, is waited for; the answer to the waiting then. */
    public Answer finished(Answer answer) {
        if (answer.status() != 202) {
            return answer;
        }
        String operation = answer.json().path("operation").asString();
        return door.ask("GET", operation + "/wait?timeout=" + LONGEST_SECONDS);
    }

    /** Brings an image in; its fingerprint. */
    public String importImage(byte[] archive, String alias) {
        var answer =
                finished(door.ask("POST", "/1.0/images", Map.of("Content-Type", "application/octet-stream"), archive));
        String fingerprint =
                answer.orFail().metadata().path("metadata").path("fingerprint").asString();
        done("POST", "/1.0/images/aliases", "{\"name\":\"" + alias + "\",\"target\":\"" + fingerprint + "\"}");
        return fingerprint;
    }
}
