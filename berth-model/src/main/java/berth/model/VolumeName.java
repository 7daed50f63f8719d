package berth.model;

import java.util.regex.Pattern;

/** A storage volume: no slash, white space or control character, not a dot or two. Whoever holds one need not check it again. */
public record VolumeName(String text) implements Comparable<VolumeName> {
    private static final Pattern RULE = Pattern.compile("(?!\\.\\.?$)[^/\\s\\p{Cntrl}]{1,100}");

    public VolumeName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Storage volume names may not contain slashes: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(VolumeName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
