package berth.client;

/**
 * A server's envelope, opened.
 *
 * @param operation the path of the operation that goes on in the background, or empty
 * @param etag what {@code If-Match} wants to hear at the next change, or empty
 */
public record Reply(Json metadata, String operation, String etag) {
    /** Whether work goes on in the background. */
    public boolean pending() {
        return !operation.isEmpty();
    }
}
