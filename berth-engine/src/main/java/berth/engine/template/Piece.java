package berth.engine.template;

import java.util.ArrayList;
import java.util.List;

/**
 * What a template is made of, as it is written.
 *
 * @param text the text, or what is between the braces
 * @param line where it begins
 */
record Piece(Kind kind, String text, int line) {
    enum Kind {
        TEXT,
        OUTPUT,
        TAG
    }

    private static final String VERBATIM = "verbatim";

    /** The name of a tag; empty for what is none. */
    String tag() {
        return kind == Kind.TAG ? text.strip().split("\\s", 2)[0] : "";
    }

    /** Cuts a template at its braces. Comments are left out; {@code {%-} and {@code -%}} take the white space beside them. */
    static List<Piece> of(String whole) {
        var pieces = new ArrayList<Piece>();
        boolean trim = false;
        int at = 0;
        int line = 1;
        while (at < whole.length()) {
            int open = opening(whole, at);
            String text = whole.substring(at, open);
            int textLine = line;
            line += lines(text);
            boolean trimBefore =
                    open + 2 < whole.length() && whole.charAt(open + 2) == '-' && whole.charAt(open + 1) != '#';
            pieces.add(new Piece(Kind.TEXT, trimmed(text, trim, trimBefore), textLine));
            trim = false;
            if (open == whole.length()) {
                break;
            }
            char kind = whole.charAt(open + 1);
            int close = closing(whole, open, kind, line);
            if (kind != '#') {
                int from = open + (trimBefore ? 3 : 2);
                trim = close > from && whole.charAt(close - 1) == '-';
                var piece = new Piece(
                        kind == '{' ? Kind.OUTPUT : Kind.TAG, whole.substring(from, trim ? close - 1 : close), line);
                line += lines(whole.substring(open, close));
                at = close + 2;
                if (piece.tag().equals(VERBATIM)) {
                    int end = endOfVerbatim(whole, at, line);
                    pieces.add(new Piece(Kind.TEXT, whole.substring(at, end), line));
                    line += lines(whole.substring(at, end));
                    at = whole.indexOf("%}", end) + 2;
                } else {
                    pieces.add(piece);
                }
            } else {
                line += lines(whole.substring(open, close));
                at = close + 2;
            }
        }
        return pieces;
    }

    private static int opening(String whole, int from) {
        for (int at = whole.indexOf('{', from); at >= 0 && at + 1 < whole.length(); at = whole.indexOf('{', at + 1)) {
            if ("{%#".indexOf(whole.charAt(at + 1)) >= 0) {
                return at;
            }
        }
        return whole.length();
    }

    /** Where it ends; a brace within a quoted text ends nothing. */
    private static int closing(String whole, int open, char kind, int line) {
        String close = (kind == '{' ? "}" : String.valueOf(kind)) + "}";
        char quote = 0;
        for (int at = open + 2; at < whole.length(); at++) {
            char c = whole.charAt(at);
            if (kind != '#' && quote != 0) {
                if (c == '\\') {
                    at++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (kind != '#' && (c == '"' || c == '\'')) {
                quote = c;
            } else if (whole.startsWith(close, at)) {
                return at;
            }
        }
        throw new BadTemplate(line, "{" + kind + " is not closed by " + close);
    }

    private static int endOfVerbatim(String whole, int from, int line) {
        for (int at = whole.indexOf("{%", from); at >= 0; at = whole.indexOf("{%", at + 2)) {
            int close = whole.indexOf("%}", at);
            if (close > 0 && whole.substring(at + 2, close).strip().equals("end" + VERBATIM)) {
                return at;
            }
        }
        throw new BadTemplate(line, "verbatim is not closed by {% endverbatim %}");
    }

    private static String trimmed(String text, boolean before, boolean after) {
        String left = before ? text.stripLeading() : text;
        return after ? left.stripTrailing() : left;
    }

    private static int lines(String text) {
        return (int) text.chars().filter(it -> it == '\n').count();
    }
}
