package berth.host;

import org.jspecify.annotations.Nullable;

/**
 * What a host's program says to {@code --version}. It is asked once: every client's first request shows it, and running a
 * program costs more than the rest of that answer. One that is not installed is looked for again at each question, for it
 * may come at any time.
 */
public final class ToolVersion {
    private final String program;
    private @Nullable String known;

    /**
     * Of a program, by its name on the path; nothing is run yet.
     *
     * @param program such as {@code btrfs}
     */
    public ToolVersion(String program) {
        this.program = program;
    }

    /** What it says, without blanks around it; empty when it is not installed or fails. */
    public synchronized String said() {
        String said = known;
        if (said == null) {
            said = ask();
            known = said.isEmpty() ? null : said;
        }
        return said;
    }

    private String ask() {
        try {
            return Program.find(program)
                    .map(it ->
                            Program.of(it.toString(), "--version").run().out().strip())
                    .orElse("");
        } catch (Program.Failed failed) {
            return "";
        }
    }
}
