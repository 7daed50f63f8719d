package berth.model;

import java.util.regex.Pattern;

/** The SHA-256 of an image's bytes, 64 lower-case hex digits: the only identity an image has. Whoever holds one need not check it again. */
public record Fingerprint(String text) implements Comparable<Fingerprint> {
    private static final Pattern RULE = Pattern.compile("[0-9a-f]{64}");

    public Fingerprint {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid image fingerprint: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(Fingerprint other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
