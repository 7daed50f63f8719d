package berth.rest.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a websocket. Sending blocks until the bytes are on their way, so a slow reader slows down its writer. */
public interface Socket {
    /** Sends a binary message. One sender at a time. */
    void binary(byte[] bytes, int offset, int length) throws IOException;

    /** Sends a text message. One sender at a time. */
    void text(String text) throws IOException;

    /** The next message, or part of a large one; null once the other side has closed. One receiver at a time. */
    @Nullable
    Message receive() throws InterruptedException;

    /**
     * Runs that, on a thread of its own, as soon as the other side has closed; whatever it says until then is passed over.
     *
     * @param thread its name
     */
    default void whenClosed(String thread, Runnable then) {
        Thread.ofVirtual().name(thread).start(() -> {
            try {
                while (receive() != null) {
                    // nobody listens here
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            then.run();
        });
    }

    /** Says goodbye and closes. */
    void close(int code, String reason);

    /** Cuts the connection without a word. May be called from any thread. */
    void cut();

    /** What came in. */
    sealed interface Message {
        /** Bytes; {@code last} ends a message. */
        record Binary(ByteBuffer bytes, boolean last) implements Message {}

        /** A whole text of at most 64 Ki characters. */
        record Text(String text) implements Message {}
    }
}
