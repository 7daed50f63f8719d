package berth.model;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

/** Sizes in bytes as LXD writes them: a number with an optional unit, kB..EB by 1000 and KiB..EiB by 1024. */
public final class Size {
    private static final Pattern RULE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("kB", 1000L),
            Map.entry("KB", 1000L),
            Map.entry("MB", 1000_000L),
            Map.entry("GB", 1000_000_000L),
            Map.entry("TB", 1000_000_000_000L),
            Map.entry("PB", 1000_000_000_000_000L),
            Map.entry("EB", 1000_000_000_000_000_000L),
            Map.entry("KiB", 1L << 10),
            Map.entry("MiB", 1L << 20),
            Map.entry("GiB", 1L << 30),
            Map.entry("TiB", 1L << 40),
            Map.entry("PiB", 1L << 50),
            Map.entry("EiB", 1L << 60));

    private Size() {}

    /** Bytes, 0 or more; refuses other text and what does not fit in 63 bits. */
    public static long bytes(String text) {
        var match = RULE.matcher(text.strip());
        if (text.length() > 40 || !match.matches() || !UNITS.containsKey(match.group(2))) {
            throw Refused.invalid("Invalid value: " + Quoted.of(text) + " is not a size; write for instance 512MiB");
        }
        try {
            return new BigDecimal(match.group(1))
                    .multiply(BigDecimal.valueOf(UNITS.get(match.group(2))))
                    .toBigInteger()
                    .longValueExact();
        } catch (ArithmeticException tooLarge) {
            throw Refused.invalid("Invalid value: " + Quoted.of(text) + " is larger than 2^63-1 bytes");
        }
    }
}
