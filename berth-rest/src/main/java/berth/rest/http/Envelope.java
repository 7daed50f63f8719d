package berth.rest.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** What every JSON answer is wrapped in: always all seven keys, in this order. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Envelope(
        String type,
        String status,
        int statusCode,
        String operation,
        int errorCode,
        String error,
        @Nullable Object metadata) {
    static Envelope sync(@Nullable Object metadata) {
        return new Envelope("sync", "Success", 200, "", 0, "", metadata);
    }

    static Envelope accepted(String location, Object operation) {
        return new Envelope("async", "Operation created", 100, location, 0, "", operation);
    }

    static Envelope error(int status, String text) {
        return new Envelope("error", "", 0, "", status, text, null);
    }
}
