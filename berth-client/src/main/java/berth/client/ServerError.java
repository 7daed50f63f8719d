package berth.client;

import java.io.IOException;

/** The server understood and refused, or an operation of its failed. */
public final class ServerError extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    /** The HTTP status (400 for a failed operation), and what the server said. */
    public ServerError(int code, String text) {
        super(text.isEmpty() ? "the server answered " + code + " without a reason" : text);
        this.code = code;
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    /** What the server said. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
