package berth.spec;

import berth.model.Quoted;
import berth.model.Refused;
import java.util.regex.Pattern;

/** Spans of time as people write them: {@code 30s}, {@code 5min}, {@code 1h 30min}. */
final class Seconds {
    private static final Pattern PART = Pattern.compile("([0-9]{1,6}) ?(s|sec|m|min|h)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern().replace("(", "(?:") + " ?)+");

    private Seconds() {}

    static long of(String text) {
        if (text.matches("[0-9]{1,6}")) {
            throw Refused.invalid(text + " has no unit: write " + text + "s, or " + text + "min");
        }
        if (text.length() > 40 || !WHOLE.matcher(text).matches()) {
            throw Refused.invalid(Quoted.of(text) + " is not a span of time; write for instance 30s or 1min");
        }
        long seconds = 0;
        var parts = PART.matcher(text);
        while (parts.find()) {
            long unit = switch (parts.group(2)) {
                case "h" -> 3600;
                case "m", "min" -> 60;
                default -> 1;
            };
            seconds += Long.parseLong(parts.group(1)) * unit;
        }
        if (seconds > 86_400) {
            throw Refused.invalid(Quoted.of(text) + " is longer than a day");
        }
        return seconds;
    }
}
