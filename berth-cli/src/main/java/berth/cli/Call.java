package berth.cli;

import berth.client.Json;
import berth.client.Reply;
import berth.client.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of one command: its arguments, its terminal, its server. */
final class Call implements AutoCloseable {
    private final Arguments arguments;
    private final Terminal terminal;
    private final List<Path> scratch = new ArrayList<>();
    private @Nullable Server server;

    Call(Arguments arguments, Terminal terminal) {
        this.arguments = arguments;
        this.terminal = terminal;
    }

    /** The command's entry in the table. */
    Entry entry() {
        return arguments.entry();
    }

    /** How many arguments there are. */
    int count() {
        return arguments.positionals().size();
    }

    /** An argument as it was given. */
    String word(int index) {
        return arguments.positionals().get(index);
    }

    /** The arguments from one on. */
    List<String> words(int from) {
        return arguments.positionals().subList(Math.min(from, count()), count());
    }

    /** An argument that names an object. */
    String name(int index) throws Usage {
        return local(word(index));
    }

    /** A name without the remote before it, which can only be this machine so far. */
    static String local(String name) throws Usage {
        int colon = name.indexOf(':');
        if (colon < 0) {
            return name;
        }
        if (!name.startsWith("local:")) {
            throw new Usage("there is no remote \"" + name.substring(0, colon) + "\": only \"local\" is known");
        }
        return name.substring(colon + 1);
    }

    /** Whether an option was given. */
    boolean has(String option) {
        return arguments.has(option);
    }

    /** An option's value, or null. */
    @Nullable
    String find(String option) {
        return arguments.find(option);
    }

    /** An option's value, or another. */
    String option(String name, String otherwise) {
        String value = arguments.find(name);
        return value == null ? otherwise : value;
    }

    /** An option's value as a whole number. */
    long number(String name, long otherwise) throws Usage {
        String value = arguments.find(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException _) {
            throw new Usage("--" + name + " wants a whole number, not \"" + value + "\"");
        }
    }

    /** The values of an option that may be repeated. */
    List<String> all(String option) {
        return arguments.all(option);
    }

    /** The terminal. */
    Terminal terminal() {
        return terminal;
    }

    /** The server, reached at the first request. */
    Server server() {
        var known = server;
        if (known == null) {
            known = new Server(socket(), option("project", ""));
            if (has("override")) {
                known.override();
            }
            if (has("verbose") || has("debug")) {
                var err = terminal.err();
                known.onRequest(line -> err.println("> " + line));
            }
            server = known;
        }
        return known;
    }

    /** Where the daemon listens: --dir, else BERTH_SOCKET, else BERTH_DIR, else the system's place. */
    Path socket() {
        String dir = find("dir");
        if (dir == null && !terminal.env("BERTH_SOCKET").isEmpty()) {
            return Path.of(terminal.env("BERTH_SOCKET"));
        }
        if (dir == null) {
            dir = terminal.env("BERTH_DIR").isEmpty() ? "/var/lib/berth" : terminal.env("BERTH_DIR");
        }
        return Path.of(dir).resolve("unix.socket");
    }

    /** Prints a line of the result. */
    void print(String line) {
        terminal.out().println(line);
    }

    /** Prints a line about what is being done, unless quiet. */
    void say(String line) {
        if (!has("quiet")) {
            terminal.out().println(line);
            terminal.out().flush();
        }
    }

    /** Prints a warning. */
    void warn(String line) {
        terminal.out().flush();
        terminal.err().println(line);
    }

    /** Waits for what a reply left running, if anything. Returns the operation as it ended, or the reply's own data. */
    Json finish(Reply reply) throws IOException {
        return reply.pending() ? server().await(reply.operation()) : reply.metadata();
    }

    /** A directory of its own for as long as the command runs. */
    Path scratch(Path in) throws IOException {
        Path made = Files.createTempDirectory(in, "berth-call-");
        scratch.add(made);
        return made;
    }

    @Override
    public void close() throws IOException {
        for (Path directory : scratch) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        var known = server;
        if (known != null) {
            known.close();
        }
    }
}
