package berth.model;

/** What a volume holds; the texts are LXD's volume types. */
public enum VolumeKind {
    CONTAINER("container"),
    VIRTUAL_MACHINE("virtual-machine"),
    IMAGE("image"),
    CUSTOM("custom");

    private final String text;

    VolumeKind(String text) {
        this.text = text;
    }

    /** LXD's word for it. */
    public String text() {
        return text;
    }

    /** The kind that LXD calls so; refuses any other word. */
    public static VolumeKind of(String text) {
        for (VolumeKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw Refused.invalid("Invalid storage volume type name");
    }
}
