package berth.model;

import java.util.regex.Pattern;

/** A profile: no slash or control character, not a dot or two. Whoever holds one need not check it again. */
public record ProfileName(String text) implements Comparable<ProfileName> {
    private static final Pattern RULE = Pattern.compile("(?!\\.\\.?$)[^/\\p{Cntrl}]{1,100}");

    public ProfileName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid profile name: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(ProfileName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
