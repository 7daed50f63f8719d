package berth.engine.template;

/** A template that cannot be read or filled in. */
final class BadTemplate extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;

    BadTemplate(int line, String what) {
        super(what, null, false, false);
        this.line = line;
    }

    int line() {
        return line;
    }
}
