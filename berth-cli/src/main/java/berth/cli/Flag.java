package berth.cli;

/**
 * An option of a command.
 *
 * @param name the long form, without dashes
 * @param letter the short form, or 0
 * @param value what its value is called in the help; empty for a switch
 * @param repeated whether it may be given several times
 * @param optional whether {@code --name} alone, without a value, is allowed too
 * @param help one line, lower case, no full stop
 */
record Flag(String name, char letter, String value, boolean repeated, boolean optional, String help) {
    /** Something that is on or off. */
    static Flag on(String name, char letter, String help) {
        return new Flag(name, letter, "", false, false, help);
    }

    /** Something with one value. */
    static Flag one(String name, char letter, String value, String help) {
        return new Flag(name, letter, value, false, false, help);
    }

    /** Something that may be given again and again. */
    static Flag many(String name, char letter, String value, String help) {
        return new Flag(name, letter, value, true, false, help);
    }

    /** Something whose value may be left out, but else follows behind an equals sign. */
    static Flag maybe(String name, String value, String help) {
        return new Flag(name, '\0', value, false, true, help);
    }

    boolean isSwitch() {
        return value.isEmpty();
    }
}
