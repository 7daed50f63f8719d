package berth.driver.lxc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The lines of an LXC log that say why: errors, without time, source file and the echoes further up the call chain. */
final class LogLines {
    private static final int MOST = 5;
    private static final Pattern ERROR =
            Pattern.compile("^\\S+ \\S+ \\d+\\.\\d+ ERROR\\s+\\S+ - \\S+?:[A-Za-z0-9_]+:\\d+ - (.*)$");
    private static final List<String> ECHOES = List.of(
            "An error occurred in another process",
            "Failed to spawn container",
            "Received container state \"ABORTING\"",
            "The container failed to start",
            "To get more details, run the container in foreground mode",
            "Additional information can be obtained by setting");

    private LogLines() {}

    /** The first few telling lines, one below the other; empty when there are none. */
    static String telling(String log) {
        return log.lines()
                .map(ERROR::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(it -> it.group(1).strip())
                .filter(it -> ECHOES.stream().noneMatch(it::startsWith))
                .limit(MOST)
                .collect(Collectors.joining("\n"));
    }

    /** The same of a file; empty when it cannot be read. */
    static String telling(Path log) {
        try {
            return telling(new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return "";
        }
    }
}
