package berth.model;

/** How an instance is right now, with LXD's words and codes (reference/rest-api section 2). */
public enum Status {
    STOPPED("Stopped", 102),
    RUNNING("Running", 103),
    FROZEN("Frozen", 110),
    ERROR("Error", 112),
    READY("Ready", 113);

    private final String text;
    private final int code;

    Status(String text, int code) {
        this.text = text;
        this.code = code;
    }

    /** LXD's word. */
    public String text() {
        return text;
    }

    /** LXD's number. */
    public int code() {
        return code;
    }

    /** Whether processes of the instance exist: running, ready or frozen. */
    public boolean alive() {
        return this == RUNNING || this == FROZEN || this == READY;
    }
}
