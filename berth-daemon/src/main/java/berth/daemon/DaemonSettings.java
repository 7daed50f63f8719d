package berth.daemon;

import berth.model.Refused;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon was told when it was started.
 *
 * @param directory where all state lies
 * @param group owner group of the socket; null leaves it to root
 * @param logFile also written to, besides standard error
 * @param timeoutSeconds for {@code waitready} and {@code shutdown}; -1 waits for ever
 */
public record DaemonSettings(
        Verb verb,
        Path directory,
        @Nullable String group,
        @Nullable Path logFile,
        boolean debug,
        long timeoutSeconds) {
    /** What to do. */
    public enum Verb {
        SERVE,
        WAITREADY,
        SHUTDOWN,
        HELP,
        VERSION
    }

    /** How it is used, for people. */
    public static final String HELP = """
            berthd: the daemon that runs instances

            Usage:
              berthd [--dir DIR] [--group NAME] [--log-file FILE] [--debug]
              berthd waitready [--dir DIR] [--timeout SECONDS]
              berthd shutdown  [--dir DIR] [--timeout SECONDS]
              berthd --version

              --dir DIR        where all state lies (default $BERTH_DIR, else /var/lib/berth)
              --group NAME     group that may use the socket DIR/unix.socket (mode 0660)
              --log-file FILE  write the log there too
              --debug          log more
              --timeout N      seconds to wait; for ever when left out

            waitready returns when the daemon answers; shutdown stops all guests orderly, then the daemon.
            Example:
              berthd --dir /var/lib/berth --group berth
            """;

    /** Reads arguments; refuses with a line that says what is wrong. */
    public static DaemonSettings of(List<String> arguments, Map<String, String> environment) {
        var left = new ArrayDeque<>(arguments);
        Verb verb = Verb.SERVE;
        String directory = environment.getOrDefault("BERTH_DIR", "/var/lib/berth");
        String group = null;
        String logFile = null;
        boolean debug = false;
        long timeout = -1;
        while (!left.isEmpty()) {
            String word = left.pop();
            String inline = null;
            if (word.startsWith("--") && word.contains("=")) {
                inline = word.substring(word.indexOf('=') + 1);
                word = word.substring(0, word.indexOf('='));
            }
            switch (word) {
                case "waitready" -> verb = Verb.WAITREADY;
                case "shutdown" -> verb = Verb.SHUTDOWN;
                case "--help", "-h", "help" -> verb = Verb.HELP;
                case "--version", "version" -> verb = Verb.VERSION;
                case "--debug", "-d" -> debug = true;
                case "--dir" -> directory = value(word, inline, left);
                case "--group" -> group = value(word, inline, left);
                case "--log-file", "--logfile" -> logFile = value(word, inline, left);
                case "--timeout", "-t" -> timeout = seconds(value(word, inline, left));
                default -> throw Refused.invalid("unknown argument " + word + "; see berthd --help");
            }
        }
        Path path = Path.of(directory).toAbsolutePath().normalize();
        if (path.resolve("unix.socket").toString().length() > 107) {
            throw Refused.invalid("the path of the socket, " + path.resolve("unix.socket")
                    + ", is longer than 107 bytes (unix(7)); choose a shorter --dir");
        }
        return new DaemonSettings(verb, path, group, logFile == null ? null : Path.of(logFile), debug, timeout);
    }

    private static String value(String option, @Nullable String inline, ArrayDeque<String> left) {
        if (inline != null) {
            return inline;
        }
        if (left.isEmpty()) {
            throw Refused.invalid(option + " needs a value; see berthd --help");
        }
        return left.pop();
    }

    private static long seconds(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw Refused.invalid("--timeout takes a number of seconds, not " + text);
        }
        return Long.parseLong(text);
    }
}
