package berth.client;

import java.io.IOException;
import java.io.InputStream;

/**
 * What came back. Close it, or read it to its end: only then can its connection serve again.
 *
 * @param status the HTTP status
 * @param body never null, empty when there is none
 */
public record Response(int status, Headers headers, InputStream body) implements AutoCloseable {
    /** The whole body. */
    public byte[] bytes() throws IOException {
        try (body) {
            return body.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
