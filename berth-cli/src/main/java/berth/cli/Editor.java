package berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** The user's editor: VISUAL, else EDITOR, else {@code editor}. */
final class Editor {
    private Editor() {}

    /**
     * Lets the user change some bytes; they lie in a file that only the user can read meanwhile.
     *
     * @param ending of the file's name, as {@code .yaml}: editors go by it
     */
    static byte[] edit(Call call, byte[] content, String ending) throws IOException {
        var terminal = call.terminal();
        String editor = !terminal.env("VISUAL").isEmpty() ? terminal.env("VISUAL") : terminal.env("EDITOR");
        var command = new ArrayList<String>();
        for (String word : (editor.isEmpty() ? "editor" : editor).split(" ")) {
            if (!word.isEmpty()) {
                command.add(word);
            }
        }
        Path file = Files.createTempFile("berth-edit-", ending);
        try {
            Files.write(file, content);
            command.add(file.toString());
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("the editor " + command.get(0) + " ended with " + code + ". Nothing was changed");
            }
            return Files.readAllBytes(file);
        } catch (InterruptedException _) {
            throw new IOException("interrupted while the editor ran");
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
