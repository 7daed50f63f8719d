package berth.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name of an instance that we have accepted: 1 to 63 of {@code [A-Za-z0-9-]}, the first neither digit nor hyphen, the
 * last no hyphen (a DNS label; reference/rest-api section 8). Whoever holds one need not check it again.
 */
public record InstanceName(String text) implements Comparable<InstanceName> {
    private static final Pattern LETTERS = Pattern.compile("[a-zA-Z0-9-]+");

    public InstanceName {
        String wrong = wrong(text);
        if (wrong != null) {
            throw Refused.invalid("Invalid instance name: " + wrong);
        }
    }

    private static @Nullable String wrong(String text) {
        if (text == null || text.isEmpty() || text.length() > 63) {
            return "Name must be 1-63 characters long";
        }
        if (text.charAt(0) >= '0' && text.charAt(0) <= '9') {
            return "Name must not start with a number";
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            return "Name must not start or end with a hyphen";
        }
        if (!LETTERS.matcher(text).matches()) {
            return "Name can only contain alphanumeric and hyphen characters";
        }
        return null;
    }

    @Override
    public int compareTo(InstanceName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
