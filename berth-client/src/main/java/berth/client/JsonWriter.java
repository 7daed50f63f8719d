package berth.client;

/** Writes JSON, either on one line or indented by tabs. */
final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final boolean indented;
    private final StringBuilder out = new StringBuilder();

    JsonWriter(boolean indented) {
        this.indented = indented;
    }

    String write(Json value) {
        value(value, 0);
        return out.toString();
    }

    private void value(Json value, int depth) {
        if (value instanceof Json.Text text) {
            quote(text.value());
        } else if (value instanceof Json.Arr arr) {
            out.append('[');
            boolean first = true;
            for (Json item : arr.values()) {
                next(first, depth + 1);
                value(item, depth + 1);
                first = false;
            }
            close(first, depth, ']');
        } else if (value instanceof Json.Obj obj) {
            out.append('{');
            boolean first = true;
            for (var field : obj.values().entrySet()) {
                next(first, depth + 1);
                quote(field.getKey());
                out.append(indented ? ": " : ":");
                value(field.getValue(), depth + 1);
                first = false;
            }
            close(first, depth, '}');
        } else if (value instanceof Json.Null) {
            out.append("null");
        } else {
            out.append(value.text());
        }
    }

    private void next(boolean first, int depth) {
        if (!first) {
            out.append(',');
        }
        line(depth);
    }

    private void close(boolean empty, int depth, char bracket) {
        if (!empty) {
            line(depth);
        }
        out.append(bracket);
    }

    private void line(int depth) {
        if (indented) {
            out.append('\n');
            out.repeat('\t', depth);
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !paired(text, i)) {
                        out.append("\\u")
                                .append(HEX.charAt(c >> 12))
                                .append(HEX.charAt(c >> 8 & 15))
                                .append(HEX.charAt(c >> 4 & 15))
                                .append(HEX.charAt(c & 15));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int i) {
        char c = text.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
