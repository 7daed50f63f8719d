package berth.model;

import java.util.regex.Pattern;

/**
 * A thing in a Nix store by its whole name, for instance {@code /nix/store/0kaz…-nixos-system-web}.
 *
 * @param text of at most 255 characters behind {@code /nix/store/}; nothing below the thing
 */
public record StorePath(String text) {
    /** Where every Nix store seems to lie for those that use it. */
    public static final String STORE = "/nix/store";

    private static final Pattern RULE = Pattern.compile(STORE + "/[0-9a-z]{32}-[0-9A-Za-z+._?=-]{1,211}");

    /** Refuses what no store holds. */
    public StorePath {
        if (!RULE.matcher(text).matches()) {
            throw Refused.invalid(Quoted.of(text) + " is not the path of a thing in a Nix store, such as " + STORE + "/"
                    + "0".repeat(32) + "-nixos-system");
        }
    }

    /** Its name within the store. */
    public String name() {
        return text.substring(STORE.length() + 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
