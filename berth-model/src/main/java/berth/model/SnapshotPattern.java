package berth.model;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How snapshots without a name are called, as {@code snapshots.pattern} has it: text with one {@code %d}, which counts, and
 * {@code {{ creation_date }}} or {@code {{ creation_date|date:'2006-01-02' }}}, whose form is written as Go writes it. It
 * is no template language: nothing else between braces means anything (CVE-2025-54287 read files of the host that way).
 */
public record SnapshotPattern(String text) {
    private static final Pattern DATE = Pattern.compile(
            "\\{\\{\\s*creation_date\\s*(?:\\|\\s*date\\s*:\\s*(?:'([^'{}%]{1,64})'|\"([^\"{}%]{1,64})\")\\s*)?\\}\\}");
    private static final String USUAL_DATE = "2006-01-02_15-04-05";
    private static final Map<String, String> GO = go();
    private static final Pattern TOKENS = Pattern.compile(String.join("|", GO.keySet()));
    /** What holds when nothing is set. */
    public static final SnapshotPattern USUAL = new SnapshotPattern("snap%d");

    public SnapshotPattern {
        String rest = DATE.matcher(text).replaceAll("");
        if (text.length() > 200 || rest.contains("{{") || rest.contains("}}") || rest.contains("{%")) {
            throw Refused.invalid("Invalid snapshot pattern " + Quoted.of(text)
                    + ": only {{ creation_date }} and {{ creation_date|date:'2006-01-02' }} may stand in braces");
        }
        if (rest.split("%d", -1).length > 2) {
            throw Refused.invalid("Snapshot pattern may contain '%d' only once");
        }
        String sample =
                dated(text, Instant.EPOCH.atZone(java.time.ZoneOffset.UTC)).replace("%d", "0");
        if (!Snapshot.isName(sample)) {
            throw Refused.invalid("Invalid snapshot pattern " + Quoted.of(text) + ": it makes the name "
                    + Quoted.of(sample) + ", and names have 1 to 63 letters and no slashes or spaces");
        }
    }

    /** The name of a snapshot that is taken now, one that is not taken: counted on if need be. */
    public String name(Instant now, ZoneId zone, Collection<String> taken) {
        String dated = dated(text, now.atZone(zone));
        if (!dated.contains("%d")) {
            if (!taken.contains(dated)) {
                return dated;
            }
            dated = dated + "-%d";
        }
        int at = dated.indexOf("%d");
        var counted = Pattern.compile(
                Pattern.quote(dated.substring(0, at)) + "([0-9]{1,9})" + Pattern.quote(dated.substring(at + 2)));
        long next = taken.stream()
                        .map(counted::matcher)
                        .filter(Matcher::matches)
                        .mapToLong(it -> Long.parseLong(it.group(1)))
                        .max()
                        .orElse(-1)
                + 1;
        return dated.replace("%d", Long.toString(next));
    }

    private static String dated(String text, ZonedDateTime when) {
        return DATE.matcher(text).replaceAll(it -> {
            String form = it.group(1) != null ? it.group(1) : it.group(2) != null ? it.group(2) : USUAL_DATE;
            return Matcher.quoteReplacement(date(form, when));
        });
    }

    private static String date(String form, ZonedDateTime when) {
        return TOKENS.matcher(form)
                .replaceAll(it -> Matcher.quoteReplacement(
                        DateTimeFormatter.ofPattern(GO.getOrDefault(it.group(), "''"), Locale.ROOT)
                                .format(when)));
    }

    /** Go's reference time in pieces, longer ones first. */
    private static Map<String, String> go() {
        var go = new LinkedHashMap<String, String>();
        go.put("2006", "yyyy");
        go.put("January", "MMMM");
        go.put("Jan", "MMM");
        go.put("Monday", "EEEE");
        go.put("Mon", "EEE");
        go.put("MST", "zzz");
        go.put("-0700", "xx");
        go.put("-07:00", "xxx");
        go.put("Z07:00", "XXX");
        go.put("002", "DDD");
        go.put("01", "MM");
        go.put("02", "dd");
        go.put("15", "HH");
        go.put("03", "hh");
        go.put("04", "mm");
        go.put("05", "ss");
        go.put("06", "yy");
        go.put("PM", "a");
        go.put("1", "M");
        go.put("2", "d");
        go.put("3", "h");
        go.put("4", "m");
        go.put("5", "s");
        return go;
    }
}
