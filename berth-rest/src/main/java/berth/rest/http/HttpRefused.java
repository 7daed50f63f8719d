package berth.rest.http;

/** A refusal that is about the request itself, not about our things: its status is known at once. */
public final class HttpRefused extends RuntimeException {
    private final int status;

    /** Refuses with a status and LXD's text. */
    public HttpRefused(int status, String text) {
        super(text, null, false, false);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The text for the client. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** A path that leads nowhere. */
    static HttpRefused notFound() {
        return new HttpRefused(404, "not found");
    }

    /** A path that is known, but not for this method. */
    public static HttpRefused notImplemented() {
        return new HttpRefused(501, "not implemented");
    }
}
