package berth.cli;

import berth.client.ServerError;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code berth} command. */
public final class Main {
    private Main() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {
        var out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 16 * 1024),
                false,
                StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = run(List.of(args), Terminal.own(new FileInputStream(FileDescriptor.in), out, err));
        out.flush();
        Runtime.getRuntime().halt(code); // nothing of ours waits for an orderly end, and it costs milliseconds
    }

    /** Runs one command line. */
    static int run(List<String> words, Terminal terminal) {
        try {
            return dispatch(words, terminal);
        } catch (ServerError | Usage refused) {
            return tell(terminal, refused);
        } catch (IOException failure) {
            return tell(terminal, failure);
        }
    }

    static int tell(Terminal terminal, IOException failure) {
        terminal.out().flush();
        String message = failure.getMessage();
        if (failure instanceof java.nio.file.NoSuchFileException missing) {
            message = missing.getFile() + ": no such file";
        } else if (failure instanceof java.nio.file.AccessDeniedException denied) {
            message = denied.getFile() + ": permission denied";
        } else if (message == null) {
            message = failure.getClass().getSimpleName();
        }
        terminal.err().println("Error: " + message);
        return 1;
    }

    private static int dispatch(List<String> words, Terminal terminal) throws IOException {
        var found = Catalogue.find(words);
        var arguments = Arguments.parse(found.entry(), found.rest());
        if (arguments.has("version")) {
            terminal.out().println(Version.own());
            return 0;
        }
        if (arguments.has("help")) {
            terminal.out().print(Help.of(found.entry()));
            return 0;
        }
        try (var call = new Call(arguments, terminal)) {
            return Catalogue.make(found.entry()).run(call);
        }
    }
}
