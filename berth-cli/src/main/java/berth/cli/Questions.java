package berth.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A dialogue in lines: each question with its default, asked again until the answer will do. */
final class Questions {
    private static final int PATIENCE = 10;

    private final Terminal terminal;
    private final BufferedReader answers;

    /** Asks on the error output, so that what a command prints can be kept apart. */
    Questions(Terminal terminal) {
        this.terminal = terminal;
        this.answers = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    }

    /** Yes or no. */
    boolean agrees(String question, boolean standard) throws IOException {
        String answer =
                text(question + " (yes/no)", standard ? "yes" : "no", "yes or no", it -> it.matches("yes|y|no|n"));
        return answer.startsWith("y");
    }

    /**
     * Anything that will do.
     *
     * @param standard what an empty answer stands for; empty where there must be one
     * @param wanted what would do, for whoever gave something else
     */
    String text(String question, String standard, String wanted, Predicate<String> good) throws IOException {
        for (int round = 0; round < PATIENCE; round++) {
            terminal.err().print(question + (standard.isEmpty() ? "" : " [default=" + standard + "]") + ": ");
            terminal.err().flush();
            String line = answers.readLine();
            if (line == null) {
                terminal.err().println();
                throw new Usage("the answers end before the questions; nothing was done");
            }
            String answer = line.strip().isEmpty() ? standard : line.strip();
            if (good.test(answer)) {
                return answer;
            }
            terminal.err().println("That is not " + wanted + "; try again.");
        }
        throw new Usage("no answer to \"" + question + "\" was " + wanted + "; nothing was done");
    }
}
