package berth.host.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code /proc/PID/stat} says (proc(5)).
 *
 * @param state {@code R}, {@code S}, {@code Z} for one that ended and was not awaited …
 * @param parent process id of its parent
 * @param startTicks field 22: clock ticks from boot to its start; with the pid it names a process for ever
 * @param waitStatus field 52: how it ended, as wait(2) encodes it; only meaningful in state {@code Z}
 */
public record ProcessStat(long pid, char state, long parent, long startTicks, int waitStatus) {
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** Reads it; empty when there is no such process. */
    public static Optional<ProcessStat> of(long pid) {
        return slurp(Path.of("/proc", Long.toString(pid), "stat")).flatMap(it -> parse(pid, it));
    }

    /** Understands the text; the command's name in parentheses may hold anything. */
    public static Optional<ProcessStat> parse(long pid, String text) {
        int end = text.lastIndexOf(')');
        String[] fields =
                end < 0 ? new String[0] : SPACE.split(text.substring(end + 1).strip());
        if (fields.length < 20) {
            return Optional.empty();
        }
        int status = fields.length > 49 ? Integer.parseInt(fields[49]) : 0;
        return Optional.of(new ProcessStat(
                pid, fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[19]), status));
    }

    /** The process ids of its children, of its main thread only. */
    public static List<Long> children(long pid) {
        String id = Long.toString(pid);
        var found = new ArrayList<Long>();
        slurp(Path.of("/proc", id, "task", id, "children")).stream()
                .flatMap(it -> SPACE.splitAsStream(it.strip()))
                .filter(it -> !it.isEmpty())
                .forEach(it -> found.add(Long.parseLong(it)));
        return found;
    }

    /** A line of {@code /proc/PID/status} by its name, without the name; empty when there is none. */
    public static Optional<String> status(long pid, String name) {
        return slurp(Path.of("/proc", Long.toString(pid), "status")).stream()
                .flatMap(String::lines)
                .filter(it -> it.startsWith(name + ":"))
                .map(it -> it.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** Its process ids from our pid namespace inwards; more than one when it lives in an inner one. */
    public static List<Long> namespacedPids(long pid) {
        return status(pid, "NSpid").stream()
                .flatMap(SPACE::splitAsStream)
                .map(Long::valueOf)
                .toList();
    }

    private static Optional<String> slurp(Path path) {
        try {
            return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
