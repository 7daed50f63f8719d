package berth.engine.device;

import berth.model.Quoted;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bits per second as LXD writes them: a number with an optional unit, kbit to Ebit by 1000 and Kibit to Eibit by 1024. */
final class Rate {
    private static final Pattern RULE = Pattern.compile("([0-9]{1,18})([KkMGTPE]i?)?(bit)?");
    private static final Map<String, Integer> POWERS = Map.of("k", 1, "K", 1, "M", 2, "G", 3, "T", 4, "P", 5, "E", 6);

    private Rate() {}

    /** Refuses other text, and less than what a single packet needs. */
    static final Value VALUE = text -> bits(text);

    static long bits(String text) {
        Matcher match = RULE.matcher(text);
        if (!match.matches() || match.group(2) != null && match.group(3) == null) {
            throw new Wrong("Invalid value " + Quoted.of(text) + ", write bits per second, for instance 100Mbit");
        }
        String unit = match.group(2) == null ? "" : match.group(2);
        BigDecimal scale = unit.isEmpty()
                ? BigDecimal.ONE
                : BigDecimal.valueOf(unit.endsWith("i") ? 1024 : 1000)
                        .pow(POWERS.getOrDefault(unit.substring(0, 1), 0));
        BigDecimal bits = new BigDecimal(match.group(1)).multiply(scale);
        if (bits.compareTo(BigDecimal.valueOf(1000)) < 0
                || bits.compareTo(BigDecimal.valueOf(4_000_000_000_000L)) > 0) {
            throw new Wrong("Invalid value " + Quoted.of(text) + ", a rate is from 1kbit to 4Tbit");
        }
        return bits.longValue();
    }
}
