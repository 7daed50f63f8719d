package berth.model.wanted;

import berth.model.Quoted;
import berth.model.Refused;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A time of the week, by the clock on the wall.
 *
 * @param days on which it begins
 * @param from when it begins
 * @param to when it is over: on the next day, if that is not later than its beginning
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    private static final Pattern TEXT = Pattern.compile("(?:(?<days>[A-Za-z]{3}(?:(?:,|\\.\\.)[A-Za-z]{3})*) )?"
            + "(?<from>(?:[01][0-9]|2[0-3]):[0-5][0-9])-(?<to>(?:[01][0-9]|2[0-3]):[0-5][0-9])");

    public Window {
        days = Set.copyOf(days);
    }

    /** Reads {@code 02:00-05:00}, {@code Sat,Sun 22:00-04:00}, {@code Mon..Fri 01:00-02:00}; refuses anything else. */
    public static Window of(String text) {
        var words = TEXT.matcher(text);
        if (!words.matches()) {
            throw wrong(text);
        }
        var days = EnumSet.noneOf(DayOfWeek.class);
        String said = words.group("days");
        if (said == null) {
            days.addAll(EnumSet.allOf(DayOfWeek.class));
        } else {
            for (String part : said.split(",")) {
                String[] ends = part.split("\\.\\.");
                DayOfWeek last = day(ends[ends.length - 1]).orElseThrow(() -> wrong(text));
                for (DayOfWeek day = day(ends[0]).orElseThrow(() -> wrong(text)); ; day = day.plus(1)) {
                    days.add(day);
                    if (day == last) {
                        break;
                    }
                }
            }
        }
        return new Window(days, LocalTime.parse(words.group("from")), LocalTime.parse(words.group("to")));
    }

    private static Refused wrong(String text) {
        return Refused.invalid(
                Quoted.of(text) + " is no time of the week; write for instance 02:00-05:00, or Sat,Sun 22:00-04:00");
    }

    private static Optional<DayOfWeek> day(String word) {
        return EnumSet.allOf(DayOfWeek.class).stream()
                .filter(it -> word(it).equalsIgnoreCase(word))
                .findFirst();
    }

    private static String word(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    /** Whether it is that time. */
    public boolean contains(LocalDateTime time) {
        LocalTime clock = time.toLocalTime();
        DayOfWeek today = time.getDayOfWeek();
        if (from.isBefore(to)) {
            return days.contains(today) && !clock.isBefore(from) && clock.isBefore(to);
        }
        return days.contains(today) && !clock.isBefore(from) || days.contains(today.minus(1)) && clock.isBefore(to);
    }

    /** As it is written. */
    public String text() {
        String each = days.size() == DayOfWeek.values().length
                ? ""
                : days.stream().sorted().map(Window::word).collect(Collectors.joining(",")) + " ";
        return each + from + "-" + to;
    }
}
