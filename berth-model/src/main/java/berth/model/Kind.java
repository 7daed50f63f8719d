package berth.model;

/** What an instance is. The texts are LXD's {@code type}. */
public enum Kind {
    CONTAINER("container"),
    VIRTUAL_MACHINE("virtual-machine");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** LXD's word for it. */
    public String text() {
        return text;
    }

    /** The kind that LXD calls so; refuses any other word. */
    public static Kind of(String text) {
        for (Kind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw Refused.invalid("Invalid instance type: " + Quoted.of(text));
    }
}
