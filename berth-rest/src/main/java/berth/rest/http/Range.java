package berth.rest.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file are asked for (RFC 9110 section 14). What is no single range of bytes is passed over, as it
 * allows.
 */
record Range(long from, long length, boolean partial, boolean satisfiable) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    static Range of(@Nullable String header, long size) {
        var whole = new Range(0, size, false, true);
        var match = ONE.matcher(header == null ? "" : header.strip());
        if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
            return whole;
        }
        long from;
        long to = size - 1;
        if (match.group(1).isEmpty()) {
            from = Math.max(0, size - Long.parseLong(match.group(2)));
        } else {
            from = Long.parseLong(match.group(1));
            if (!match.group(2).isEmpty()) {
                long last = Long.parseLong(match.group(2));
                if (last < from) {
                    return whole;
                }
                to = Math.min(to, last);
            }
        }
        return from > to ? new Range(0, 0, true, false) : new Range(from, to - from + 1, true, true);
    }

    String header(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
