package berth.rest.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request is answered with. */
public sealed interface Reply {
    /** Synchronous, with data: 200. {@code etag} is the quoted hash, or null. */
    record Data(@Nullable Object metadata, @Nullable String etag) implements Reply {}

    /** Synchronous, something came to be or has a new name: 201, {@code metadata} null. */
    record Created(String location) implements Reply {}

    /** Work has begun: 202 and the operation as it is now. */
    record Accepted(String location, Object operation) implements Reply {}

    /** A file, whole or a range of it: raw bytes. */
    record Download(String filename, long length, Instant modified, Map<String, String> headers, Source source)
            implements Reply {}

    /** A small text as it is, without an envelope. */
    record Bare(String contentType, String text) implements Reply {}

    /** Raw bytes of unknown length. */
    record Raw(String contentType, Map<String, String> headers, Writer writer) implements Reply {}

    /** Data with extra headers, for instance the listing of a directory. */
    record Headed(@Nullable Object metadata, Map<String, String> headers) implements Reply {}

    /**
     * The connection goes on as a websocket; {@code work} runs on a virtual thread of its own and closes it by returning.
     *
     * @param keepAlive whether the client is pinged every ten seconds
     * @param abandoned runs instead of the work when the client did not ask for a websocket properly
     */
    record Upgrade(boolean keepAlive, Work work, Runnable abandoned) implements Reply {}

    /**
     * The connection goes on with bytes of another protocol, named in {@code Upgrade}; {@code stream} runs on a virtual
     * thread of its own and closes it by returning.
     */
    record Handover(String protocol, Stream stream) implements Reply {}

    /** Synchronous, nothing to say: 200 and {@code {}}. */
    static Reply done() {
        return new Data(Map.of(), null);
    }

    /** Synchronous, with data. */
    static Reply of(@Nullable Object metadata) {
        return new Data(metadata, null);
    }

    /** Opens the bytes of a download; closed after use. */
    @FunctionalInterface
    interface Source {
        /** From its first byte. */
        InputStream open() throws IOException;
    }

    /** Writes a raw body. */
    @FunctionalInterface
    interface Writer {
        /** Writes all of it. */
        void write(OutputStream out) throws IOException;
    }

    /** Talks on a connection that was handed over. */
    @FunctionalInterface
    interface Stream {
        /** Talks; {@link InputStream#available} tells what can be read without waiting. */
        void talk(InputStream in, OutputStream out) throws IOException;
    }

    /** Talks on a websocket. */
    @FunctionalInterface
    interface Work {
        /** Talks; returning closes the socket. */
        void talk(Socket socket) throws IOException, InterruptedException;
    }
}
