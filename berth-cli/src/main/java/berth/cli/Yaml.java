package berth.cli;

import berth.client.Json;

/** Writes YAML 1.2 that 1.1 readers understand alike: whatever any of them could take for no string is quoted. */
final class Yaml {
    private static final String SIGNS = "-?:,[]{}#&*!|>'\"%@`=<~.+";
    private final StringBuilder out = new StringBuilder();

    private Yaml() {}

    /** The value as a document, with a line feed at its end. */
    static String write(Json value) {
        var yaml = new Yaml();
        if (scalar(value)) {
            yaml.scalar(value, 0);
        } else {
            yaml.block(value, 0);
        }
        return yaml.out.toString();
    }

    private static boolean scalar(Json value) {
        return value.items().isEmpty() && value.fields().isEmpty();
    }

    private void block(Json value, int indent) {
        for (var field : value.fields().entrySet()) {
            out.repeat(' ', indent).append(key(field.getKey())).append(':');
            after(field.getValue(), indent, true);
        }
        for (Json item : value.items()) {
            out.repeat(' ', indent).append('-');
            after(item, indent, false);
        }
    }

    private void after(Json value, int indent, boolean ofKey) {
        if (scalar(value)) {
            out.append(' ');
            scalar(value, indent + 2);
        } else if (!ofKey) {
            // the first line of an item stands behind its dash
            int start = out.length();
            block(value, indent + 2);
            out.replace(start, start + indent + 2, " ");
        } else {
            out.append('\n');
            block(value, value instanceof Json.Arr ? indent : indent + 2);
        }
    }

    private void scalar(Json value, int indent) {
        if (value instanceof Json.Arr) {
            out.append("[]\n");
        } else if (value instanceof Json.Obj) {
            out.append("{}\n");
        } else if (value.isNull()) {
            out.append("null\n");
        } else if (value instanceof Json.Text text) {
            text(text.value(), indent);
        } else {
            out.append(value.text()).append('\n');
        }
    }

    private void text(String text, int indent) {
        if (text.indexOf('\n') >= 0 && literal(text)) {
            String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            out.append(text.endsWith("\n\n") ? "|+" : text.endsWith("\n") ? "|" : "|-");
            out.append('\n');
            int start = 0;
            while (start <= body.length()) {
                int end = body.indexOf('\n', start);
                end = end < 0 ? body.length() : end;
                if (end > start) {
                    out.repeat(' ', Math.max(2, indent)).append(body, start, end);
                }
                out.append('\n');
                start = end + 1;
            }
        } else {
            out.append(plain(text) ? text : quoted(text)).append('\n');
        }
    }

    private static String key(String key) {
        return plain(key) ? key : quoted(key);
    }

    /** Whether a text of several lines keeps its shape as a literal block. */
    private static boolean literal(String text) {
        if (text.charAt(0) == ' ' || text.charAt(0) == '\n' || text.charAt(0) == '\t') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blankBeforeEnd = c == ' ' && (i + 1 == text.length() || text.charAt(i + 1) == '\n');
            if (c != '\n' && c != '\t' && !printable(c) || blankBeforeEnd) {
                return false;
            }
        }
        return true;
    }

    private static boolean printable(char c) {
        return c >= ' ' && c < 0x7f
                || c >= 0xa0 && !Character.isSurrogate(c) && c != 0xfeff && c != 0x2028 && c != 0x2029 && c < 0xfffe;
    }

    private static boolean plain(String text) {
        if (text.isEmpty() || SIGNS.indexOf(text.charAt(0)) >= 0 && !harmlessSign(text)) {
            return false;
        }
        char first = text.charAt(0);
        char last = text.charAt(text.length() - 1);
        if (first == ' ' || last == ' ' || last == ':' || first >= '0' && first <= '9' && numberLike(text)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!printable(c) || c == ':' && text.charAt(i + 1) == ' ' || c == '#' && text.charAt(i - 1) == ' ') {
                return false;
            }
        }
        return !word(text);
    }

    /** A dash or a dot in front is fine if a letter or slash follows. */
    private static boolean harmlessSign(String text) {
        char first = text.charAt(0);
        return (first == '.' && text.length() > 1 && (text.charAt(1) == '/' || text.charAt(1) == '.'))
                && !text.startsWith("...");
    }

    /** Anything out of digits and what may stand among them in numbers, dates, times and base 60. */
    private static boolean numberLike(String text) {
        if (text.startsWith("0x") || text.startsWith("0o") || text.startsWith("0b")) {
            return true;
        }
        int dots = 0;
        boolean onlyDots = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("0123456789+-.:_eETZt ".indexOf(c) < 0) {
                return false;
            }
            dots += c == '.' ? 1 : 0;
            onlyDots &= c == '.' || c >= '0' && c <= '9';
        }
        boolean address = onlyDots && dots > 1 || text.indexOf(':') > 0 && text.indexOf('e') > 0;
        return !address;
    }

    private static boolean word(String text) {
        if (text.length() > 5) {
            return false;
        }
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf" -> true;
            default -> false;
        };
    }

    private static String quoted(String text) {
        boolean simple = true;
        for (int i = 0; i < text.length() && simple; i++) {
            simple = printable(text.charAt(i));
        }
        if (simple && (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0)) {
            return '\'' + text.replace("'", "''") + '\'';
        }
        var out = new StringBuilder();
        for (char c : Json.of(text).line().toCharArray()) {
            boolean shown = printable(c) || Character.isSurrogate(c);
            out.append(
                    shown
                            ? String.valueOf(c)
                            : "\\u" + Integer.toHexString(0x10000 + c).substring(1));
        }
        return out.toString();
    }
}
