package berth.cli;

import berth.client.ServerError;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A command of another tool's, with its old verbs and flags, that acts on Berth. */
abstract class Shim {
    private final String name;
    private final String about;

    Shim(String name, String about) {
        this.name = name;
        this.about = about;
    }

    /** The verbs; a path is the verb alone. */
    abstract List<Entry> entries();

    /** Does what a verb says. */
    abstract int run(String verb, Call call) throws IOException;

    /** Runs a command line and ends the process. */
    void end(String[] args) {
        var out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 16 * 1024),
                false,
                StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = run(List.of(args), Terminal.own(new FileInputStream(FileDescriptor.in), out, err));
        out.flush();
        Runtime.getRuntime().halt(code);
    }

    /** Runs a command line. */
    int run(List<String> words, Terminal terminal) {
        try {
            String verb = words.isEmpty() ? "help" : words.getFirst();
            if (List.of("help", "--help", "-h").contains(verb)) {
                terminal.out().print(overview());
                return words.isEmpty() ? 1 : 0;
            }
            if (verb.equals("--version")) {
                terminal.out().println(Version.own());
                return 0;
            }
            Entry entry = entries().stream()
                    .filter(it -> it.path().equals(verb))
                    .findFirst()
                    .orElseThrow(() -> new Usage("unknown command \"" + verb + "\" for " + name
                            + Nearest.hint(
                                    verb, entries().stream().map(Entry::path).toList(), name + " ")
                            + "\nSee " + name + " --help"));
            var arguments = Arguments.parse(entry, words.subList(1, words.size()));
            if (arguments.has("help")) {
                terminal.out().print(Help.of(entry, name));
                return 0;
            }
            try (var call = new Call(arguments, terminal)) {
                return run(verb, call);
            }
        } catch (IOException failure) {
            return Main.tell(terminal, failure);
        }
    }

    private String overview() {
        var text = new StringBuilder(about)
                .append("\n\nUsage\n  ")
                .append(name)
                .append(" <command> [<argument>...]\n\nCommands\n");
        for (Entry entry : entries()) {
            String left = "  " + entry.path() + " " + entry.arguments();
            text.append(left)
                    .append(" ".repeat(Math.max(2, 32 - left.length())))
                    .append(entry.summary())
                    .append('\n');
        }
        return text.append("\nAll that Berth can do with these guests: berth help\n")
                .toString();
    }

    /** Another command of Berth's, by the same daemon. */
    static int berth(Call call, String... words) {
        var line = new ArrayList<String>();
        String dir = call.option("dir", "");
        if (!dir.isEmpty()) {
            line.addAll(List.of("--dir", dir));
        }
        line.addAll(List.of(words));
        return Main.run(line, call.terminal());
    }

    /** Whether a failure says that there is no such thing. */
    static boolean isAbsent(ServerError failure) {
        return failure.code() == 404;
    }
}
