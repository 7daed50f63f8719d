package berth.model;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * When snapshots are taken, as {@code snapshots.schedule} has it: five fields of cron(8), or words with commas between them:
 * {@code @hourly @daily @midnight @weekly @monthly @annually @yearly @startup @never}. Times are the host's.
 */
public final class SnapshotSchedule {
    private static final Map<String, String> WORDS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@annually", "0 0 1 1 *",
            "@yearly", "0 0 1 1 *");
    private static final List<String> MONTHS =
            List.of("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    /** The 29th of February comes within eight years; what does not come by then never does. */
    private static final int YEARS_AHEAD = 9;

    private final List<Cron> times;
    private final boolean startup;

    private record Cron(
            BitSet minutes,
            BitSet hours,
            BitSet days,
            BitSet months,
            BitSet weekdays,
            boolean anyDay,
            boolean anyWeekday) {
        boolean onDay(ZonedDateTime it) {
            boolean day = days.get(it.getDayOfMonth());
            boolean weekday = weekdays.get(it.getDayOfWeek().getValue() % 7);
            // cron(8): when both are given, either will do
            boolean fits = anyDay || anyWeekday ? day && weekday : day || weekday;
            return fits && months.get(it.getMonthValue());
        }
    }

    private SnapshotSchedule(List<Cron> times, boolean startup) {
        this.times = times;
        this.startup = startup;
    }

    /** Reads it; empty text is never. */
    public static SnapshotSchedule of(String text) {
        if (text.isBlank()) {
            return new SnapshotSchedule(List.of(), false);
        }
        if (text.length() > 500) {
            throw wrong(text, "it is too long");
        }
        if (!text.strip().startsWith("@")) {
            return new SnapshotSchedule(List.of(cron(text.strip(), text)), false);
        }
        var times = new ArrayList<Cron>();
        boolean startup = false;
        boolean never = false;
        for (String word : text.split(",")) {
            String one = word.strip();
            if (one.equals("@startup")) {
                startup = true;
            } else if (one.equals("@never")) {
                never = true;
            } else if (WORDS.containsKey(one)) {
                times.add(cron(WORDS.get(one), text));
            } else {
                throw wrong(
                        text,
                        Quoted.of(one) + " is none of @hourly, @daily, @midnight, @weekly, @monthly, @annually,"
                                + " @yearly, @startup and @never");
            }
        }
        return never ? new SnapshotSchedule(List.of(), false) : new SnapshotSchedule(List.copyOf(times), startup);
    }

    /** Whether one is taken each time the instance has been started. */
    public boolean atStartup() {
        return startup;
    }

    /** The first moment after that one; empty for never. Each moment of the clock counts once, also when it is set back. */
    public Optional<Instant> after(Instant moment, ZoneId zone) {
        return times.stream()
                .flatMap(it -> next(it, moment.atZone(zone)).stream())
                .map(ZonedDateTime::toInstant)
                .min(Instant::compareTo);
    }

    private static Optional<ZonedDateTime> next(Cron cron, ZonedDateTime from) {
        ZonedDateTime at = from.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        ZonedDateTime end = from.plusYears(YEARS_AHEAD);
        while (at.isBefore(end)) {
            if (!cron.onDay(at)) {
                at = at.toLocalDate().plusDays(1).atStartOfDay(at.getZone());
            } else if (!cron.hours().get(at.getHour())) {
                at = at.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!cron.minutes().get(at.getMinute())) {
                at = at.plusMinutes(1);
            } else {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private static Cron cron(String line, String text) {
        String[] field = line.split("\\s+");
        if (field.length != 5) {
            throw wrong(text, "a cron line has five fields (minute, hour, day, month, weekday), not " + field.length);
        }
        BitSet weekdays = field(field[4], 0, 7, DAYS, text);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        return new Cron(
                field(field[0], 0, 59, List.of(), text),
                field(field[1], 0, 23, List.of(), text),
                field(field[2], 1, 31, List.of(), text),
                field(field[3], 1, 12, MONTHS, text),
                weekdays,
                field[2].startsWith("*"),
                field[4].startsWith("*"));
    }

    private static BitSet field(String field, int least, int most, List<String> names, String text) {
        var set = new BitSet();
        for (String part : field.split(",", -1)) {
            String[] stepped = part.split("/", -1);
            int step = stepped.length == 1 ? 1 : number(stepped[1], 1, most, List.of(), text);
            String[] ends = stepped[0].split("-", -1);
            boolean all = stepped[0].equals("*");
            if (stepped.length > 2 || ends.length > 2) {
                throw wrong(text, Quoted.of(part) + " is no number, range or step");
            }
            int from = all ? least : number(ends[0], least, most, names, text);
            int to = all || ends.length == 1 && stepped.length == 2
                    ? most
                    : number(ends[ends.length - 1], least, most, names, text);
            if (to < from) {
                throw wrong(text, Quoted.of(part) + " runs backwards");
            }
            for (int i = from; i <= to; i += step) {
                set.set(i);
            }
        }
        return set;
    }

    private static int number(String word, int least, int most, List<String> names, String text) {
        int named = names.indexOf(word.toLowerCase(Locale.ROOT));
        if (named >= 0 && !word.isEmpty()) {
            return named;
        }
        if (!word.matches("[0-9]{1,2}") || Integer.parseInt(word) < least || Integer.parseInt(word) > most) {
            throw wrong(text, Quoted.of(word) + " is not a number from " + least + " to " + most);
        }
        return Integer.parseInt(word);
    }

    private static Refused wrong(String text, String why) {
        return Refused.invalid("Invalid schedule " + Quoted.of(text) + ": " + why);
    }
}
