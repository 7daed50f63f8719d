package berth.model;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.regex.Pattern;

/**
 * How long a snapshot lives, as {@code snapshots.expiry} has it: numbers with units, each unit once: {@code S}econds, {@code
 * M}inutes, {@code H}ours, {@code d}ays, {@code w}eeks, {@code m}onths, {@code y}ears; for instance {@code 1d 12H}.
 */
public record SnapshotExpiry(String text) {
    private static final Pattern RULE = Pattern.compile("[0-9]{1,6}[SMHdwmy]( [0-9]{1,6}[SMHdwmy]){0,6}");

    public SnapshotExpiry {
        var units = new HashSet<Character>();
        boolean twice = text.chars().filter(Character::isLetter).anyMatch(it -> !units.add((char) it));
        if (!RULE.matcher(text).matches() || twice) {
            throw Refused.invalid("Invalid expiry expression " + Quoted.of(text)
                    + ": write for instance \"1M 2H 3d\" (S, M, H, d, w, m, y; each once)");
        }
    }

    /** The moment when a snapshot that is taken now is to go: months and days as the calendar of that zone has them. */
    public java.time.Instant after(java.time.Instant now, ZoneId zone) {
        ZonedDateTime end = now.atZone(zone);
        for (String part : text.split(" ")) {
            long number = Long.parseLong(part.substring(0, part.length() - 1));
            end = switch (part.charAt(part.length() - 1)) {
                case 'S' -> end.plusSeconds(number);
                case 'M' -> end.plusMinutes(number);
                case 'H' -> end.plusHours(number);
                case 'd' -> end.plusDays(number);
                case 'w' -> end.plusWeeks(number);
                case 'm' -> end.plusMonths(number);
                default -> end.plusYears(number);
            };
        }
        return end.toInstant();
    }
}
