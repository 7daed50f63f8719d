package berth.plan;

/** What happens to an object. */
public enum Action {
    CREATE("+"),
    UPDATE("~"),
    /** It left the file: stopped, no longer started by itself, kept with its data (rule A43). */
    RETIRE("-"),
    /** It was retired and is declared again. */
    REVIVE("+");

    private final String sign;

    Action(String sign) {
        this.sign = sign;
    }

    /** The mark at the beginning of its line. */
    public String sign() {
        return sign;
    }
}
