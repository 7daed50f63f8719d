package berth.model;

import java.util.regex.Pattern;

/** A storage pool: no slash, white space or control character, not a dot or two. Whoever holds one need not check it again. */
public record PoolName(String text) implements Comparable<PoolName> {
    private static final Pattern RULE = Pattern.compile("(?!\\.\\.?$)[^/\\s\\p{Cntrl}]{1,63}");

    public PoolName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid storage pool name: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(PoolName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
