package berth.model;

import java.util.regex.Pattern;

/** A network, which is also the name of an interface: 1 to 15 characters (IFNAMSIZ less the NUL). Whoever holds one need not check it again. */
public record NetworkName(String text) implements Comparable<NetworkName> {
    private static final Pattern RULE = Pattern.compile("(?!\\.\\.?$)[a-zA-Z0-9_.-]{1,15}");

    public NetworkName {
        if (text == null || !RULE.matcher(text).matches()) {
            throw Refused.invalid("Invalid network name: " + Quoted.of(text));
        }
    }

    @Override
    public int compareTo(NetworkName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
