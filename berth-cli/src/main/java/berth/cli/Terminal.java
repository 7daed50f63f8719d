package berth.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the command reads and writes.
 *
 * @param ttyIn whether input is a terminal
 * @param ttyOut whether output is a terminal
 * @param ttyErr whether error output is a terminal
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean ttyIn,
        boolean ttyOut,
        boolean ttyErr,
        Map<String, String> environment) {

    /**
     * This process's own. The launcher says in {@code berth.tty} which of 0, 1 and 2 are terminals, because asking the
     * system from here would need native access.
     */
    static Terminal own(InputStream in, PrintStream out, PrintStream err) {
        String told = System.getProperty("berth.tty");
        return new Terminal(
                in,
                out,
                err,
                told == null ? looksLikeTerminal(0) : told.indexOf('0') >= 0,
                told == null ? looksLikeTerminal(1) : told.indexOf('1') >= 0,
                told == null ? looksLikeTerminal(2) : told.indexOf('2') >= 0,
                System.getenv());
    }

    private static boolean looksLikeTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    /** A variable of the environment, or the empty string. */
    String env(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Whether colours are welcome: on a terminal, unless NO_COLOR is set or the terminal is a dumb one. */
    boolean colours() {
        return ttyOut && env("NO_COLOR").isEmpty() && !env("TERM").equals("dumb");
    }

    /** Text in a colour (an SGR code, as 31), if colours are welcome. */
    String colour(int code, String text) {
        return colours() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** Asks on the error output; only "yes" and "y" are an agreement, and silence is none. */
    boolean agrees(String question) throws IOException {
        err.print(question + " (yes/no): ");
        err.flush();
        var answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return answer != null && (answer.equals("yes") || answer.equals("y"));
    }

    /** All that is to be read, as text. */
    String everything() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
