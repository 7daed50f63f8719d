package berth.host.archive;

/** An archive that is damaged, not of a kind we take, or tries something it must not. The text says what and where. */
public final class BadArchive extends RuntimeException {
    /** What is wrong with it. */
    public BadArchive(String text) {
        super(text);
    }

    /** What is wrong with it, and what led to that. */
    public BadArchive(String text, Throwable cause) {
        super(text, cause);
    }
}
