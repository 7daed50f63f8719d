package berth.model;

import java.util.regex.Pattern;

/** A device of an instance: 1 to 63 of letters, digits and {@code / . - : _}, not starting with a dot. Whoever holds one need not check it again. */
public record DeviceName(String text) implements Comparable<DeviceName> {
    private static final Pattern RULE = Pattern.compile("[/:_A-Za-z0-9-][/.:_A-Za-z0-9-]{0,62}");

    public DeviceName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid device name: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(DeviceName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
