package berth.model;

import java.util.regex.Pattern;

/** A project: no slash, space, underscore, quote or star, not a dot or two. Whoever holds one need not check it again. */
public record ProjectName(String text) implements Comparable<ProjectName> {
    private static final Pattern RULE = Pattern.compile("(?!\\.\\.?$)[^/ _'\"*\\p{Cntrl}]{1,63}");

    public ProjectName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid project name: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(ProjectName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
