package berth.cli;

import java.util.List;

/**
 * One command of the table.
 *
 * @param path its words, as {@code network list}
 * @param aliases other last words, as {@code ls}
 * @param arguments what follows, as {@code <network> [<key>=<value>...]}: angle brackets are needed, square ones not
 * @param summary one line, a sentence without a full stop
 * @param example lines to try
 * @param flags its own options; the global ones come on top
 * @param words whether everything from the second argument on is someone else's command line
 */
record Entry(
        String path,
        List<String> aliases,
        String arguments,
        String summary,
        String example,
        List<Flag> flags,
        boolean words) {

    /** The last word of the path. */
    String verb() {
        return path.substring(path.lastIndexOf(' ') + 1);
    }

    /** All words but the last, empty at the top. */
    String group() {
        int space = path.lastIndexOf(' ');
        return space < 0 ? "" : path.substring(0, space);
    }

    /** How many arguments there must be. */
    int least() {
        int n = 0;
        for (String token : tokens()) {
            if (token.charAt(0) != '[') {
                n++;
            }
        }
        return n;
    }

    /** How many arguments there may be. */
    int most() {
        return arguments.contains("...") ? Integer.MAX_VALUE : tokens().size();
    }

    /** The names of the arguments, in order. */
    List<String> tokens() {
        return arguments.isEmpty() ? List.of() : List.of(arguments.split(" "));
    }
}
