package berth.engine.operation;

/** LXD's words and codes for operations. */
public enum OperationStatus {
    PENDING("Pending", 105),
    RUNNING("Running", 103),
    CANCELLING("Cancelling", 104),
    SUCCESS("Success", 200),
    FAILURE("Failure", 400),
    CANCELLED("Cancelled", 401);

    private final String text;
    private final int code;

    OperationStatus(String text, int code) {
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

    /** Whether it has ended. */
    public boolean over() {
        return code >= 200;
    }
}
