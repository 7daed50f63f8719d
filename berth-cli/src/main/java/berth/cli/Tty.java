package berth.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The terminal's settings, by the program stty: native access would cost every start more than this one child does. */
final class Tty {
    private final Terminal terminal;
    private String saved = "";
    private final Thread restorer = new Thread(this::reset, "restore terminal");

    Tty(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A window in characters. */
    record Size(int columns, int rows) {}

    /** How big the window is; 80 by 25 if it does not tell. */
    Size size() {
        try {
            String[] words = stty("size").strip().split(" ");
            if (words.length == 2 && !words[0].equals("0")) {
                return new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0]));
            }
        } catch (IOException | NumberFormatException _) {
            // a terminal without a size
        }
        return new Size(80, 25);
    }

    /** Passes every key through, until {@link #restore}. */
    synchronized void raw() throws IOException {
        String before = stty("-g").strip();
        Runtime.getRuntime().addShutdownHook(restorer);
        saved = before;
        var _ = stty("raw", "-echo");
    }

    /** Puts back what was there before. */
    synchronized void restore() {
        if (!saved.isEmpty()) {
            reset();
            saved = "";
        }
    }

    private void reset() {
        try {
            if (!saved.isEmpty()) {
                var _ = stty(saved);
            }
        } catch (IOException failure) {
            terminal.err().println("the terminal could not be reset: " + failure.getMessage());
        }
    }

    private static String stty(String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("stty " + String.join(" ", arguments) + ": " + said.strip());
            }
            return said;
        } catch (InterruptedException _) {
            throw new IOException("interrupted while stty ran");
        }
    }
}
