package berth.driver.lxc;

import berth.model.Quoted;
import berth.model.Refused;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An {@code lxc.conf} in the making. LXC reads it line by line as {@code key = value}, trims the value and strips one pair
 * of quotes around it; there is no way to write a line break, so values that hold one are refused (security C2).
 */
final class LxcConf {
    private static final Pattern KEY = Pattern.compile("lxc(\\.[a-zA-Z0-9_/-]+)+");
    private static final String BLANK = " \t\r\u000b\f";

    /** A line. */
    record Entry(String key, String value) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a line. Refuses a key or a value that would not read back as it is. */
    LxcConf add(String key, String value) {
        if (!KEY.matcher(key).matches()) {
            throw Refused.invalid("Invalid LXC configuration key: " + Quoted.of(key));
        }
        if (!isOneLine(value)) {
            throw Refused.invalid("The value for " + key + " may not hold a line break or a NUL: " + Quoted.of(value));
        }
        entries.add(new Entry(key, value));
        return this;
    }

    /** Adds a line with a number. */
    LxcConf add(String key, long value) {
        return add(key, Long.toString(value));
    }

    /**
     * Adds a mount entry.
     *
     * @param source path, or a word such as {@code proc}
     * @param target absolute path inside
     */
    LxcConf mount(String source, String target, String type, String options) {
        String inside = target.startsWith("/") ? target.substring(1) : target;
        return add(
                "lxc.mount.entry",
                escaped(source) + " " + escaped(inside) + " " + type + " " + escaped(options) + " 0 0");
    }

    /** As a field of fstab(5): blanks and backslashes as octal numbers. */
    static String escaped(String field) {
        var text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            switch (c) {
                case ' ' -> text.append("\\040");
                case '\t' -> text.append("\\011");
                case '\\' -> text.append("\\134");
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    private static boolean isOneLine(String value) {
        return value.chars().noneMatch(c -> c == '\n' || c == '\0' || c == '\r');
    }

    /** The whole text. */
    String text() {
        var text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(entry.key).append(" = ").append(quoted(entry.value)).append('\n');
        }
        return text.toString();
    }

    /** The value in quotes where it would lose its ends otherwise. */
    private static String quoted(String value) {
        if (value.isEmpty()) {
            return value;
        }
        char first = value.charAt(0);
        char last = value.charAt(value.length() - 1);
        boolean needed = first == '"' || first == '\'' || isBlank(first) || isBlank(last);
        return needed ? '"' + value + '"' : value;
    }

    private static boolean isBlank(char c) {
        return BLANK.indexOf(c) >= 0;
    }

    /** Reads a text as LXC does; lines without {@code =} are skipped. */
    static List<Entry> parse(String text) {
        var found = new ArrayList<Entry>();
        for (String raw : text.split("\n", -1)) {
            String line = trim(raw);
            int equals = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#") || equals < 0) {
                continue;
            }
            found.add(new Entry(trim(line.substring(0, equals)), unquoted(trim(line.substring(equals + 1)))));
        }
        return found;
    }

    private static String unquoted(String value) {
        if (value.length() >= 2) {
            char first = value.charAt(0);
            if ((first == '"' || first == '\'') && value.charAt(value.length() - 1) == first) {
                return value.substring(1, value.length() - 1);
            }
        }
        return value;
    }

    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** A path as a value. */
    static String path(Path path) {
        return path.toAbsolutePath().toString();
    }
}
