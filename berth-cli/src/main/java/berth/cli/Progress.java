package berth.cli;

/**
 * A line that says how far something is: rewritten in place on a terminal, else a new line now and then, so that a log
 * stays readable. Goes to the error output, so that the result stays clean.
 */
final class Progress {
    private static final long EVERY = 2_000_000_000L;

    private final Call call;
    private final String what;
    private String last = "";
    private long lastAt = System.nanoTime() - EVERY;

    /** Progress of something, as {@code Creating web1}. */
    Progress(Call call, String what) {
        this.call = call;
        this.what = what;
    }

    /** Shows a new state, if it is one. */
    synchronized void show(String state) {
        if (state.isEmpty() || state.equals(last) || call.has("quiet")) {
            return;
        }
        var terminal = call.terminal();
        if (terminal.ttyErr()) {
            String line = what + ": " + state;
            terminal.out().flush();
            terminal.err().print("\r" + line + " ".repeat(Math.max(0, last.length() - state.length())));
            terminal.err().flush();
            last = state;
        } else if (System.nanoTime() - lastAt >= EVERY) {
            terminal.out().flush();
            terminal.err().println(what + ": " + state);
            lastAt = System.nanoTime();
            last = state;
        }
    }

    /** Wipes the line from a terminal. */
    synchronized void clear() {
        var terminal = call.terminal();
        if (terminal.ttyErr() && !last.isEmpty()) {
            terminal.err().print("\r" + " ".repeat(what.length() + 2 + last.length()) + "\r");
            terminal.err().flush();
            last = "";
        }
    }
}
