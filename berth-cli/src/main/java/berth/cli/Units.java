package berth.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Sizes, times and the like, as lxc prints them. */
final class Units {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Units() {}

    /** Bytes by powers of 1024, as {@code 780.00KiB}. */
    static String binary(long bytes) {
        return scaled(bytes, 1024, BINARY);
    }

    /** Bytes by powers of 1000, as {@code 3.04MB}. */
    static String decimal(long bytes) {
        return scaled(bytes, 1000, DECIMAL);
    }

    private static String scaled(long bytes, int base, String[] names) {
        if (bytes < base) {
            return bytes + "B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= base && unit < names.length - 1) {
            value /= base;
            unit++;
        }
        return two(value) + names[unit];
    }

    /** A number with two digits behind the point. */
    static String two(double value) {
        long hundredths = Math.round(value * 100);
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
    }

    /** A time as {@code 2026/11/22 00:57 UTC}; the empty string for none. */
    static String minute(String rfc3339) {
        var time = time(rfc3339);
        return time == null
                ? ""
                : time.getYear() + "/" + pad(time.getMonthValue()) + "/" + pad(time.getDayOfMonth()) + " "
                        + pad(time.getHour()) + ":" + pad(time.getMinute()) + " " + zone(time);
    }

    /** A time as {@code Nov 22, 2026 at 12:57am (UTC)}; the empty string for none. */
    static String spoken(String rfc3339) {
        var time = time(rfc3339);
        if (time == null) {
            return "";
        }
        String month = "JanFebMarAprMayJunJulAugSepOctNovDec"
                .substring(time.getMonthValue() * 3 - 3, time.getMonthValue() * 3);
        int hour = time.getHour() % 12;
        return month + " " + time.getDayOfMonth() + ", " + time.getYear() + " at " + (hour == 0 ? 12 : hour) + ":"
                + pad(time.getMinute()) + (time.getHour() < 12 ? "am" : "pm") + " (" + zone(time) + ")";
    }

    private static @Nullable ZonedDateTime time(String rfc3339) {
        if (rfc3339.isEmpty() || rfc3339.startsWith("0001-") || rfc3339.startsWith("1970-01-01T00:00:00")) {
            return null;
        }
        try {
            return Instant.parse(rfc3339).atZone(ZoneId.systemDefault());
        } catch (DateTimeParseException _) {
            try {
                return java.time.OffsetDateTime.parse(rfc3339).atZoneSameInstant(ZoneId.systemDefault());
            } catch (DateTimeParseException _) {
                return null;
            }
        }
    }

    private static String zone(ZonedDateTime time) {
        String id = time.getZone().getId();
        if (id.equals("Etc/UTC") || id.equals("Z") || id.equals("UTC") || id.equals("Etc/UCT")) {
            return "UTC";
        }
        return time.getZone().getRules().isFixedOffset()
                ? id
                : java.time.format.DateTimeFormatter.ofPattern("zzz").format(time);
    }

    private static String pad(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
