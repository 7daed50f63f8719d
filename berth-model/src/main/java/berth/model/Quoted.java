package berth.model;

import org.jspecify.annotations.Nullable;

/** Hostile text made safe to show in a message: quoted, control characters escaped, at most 80 characters of it. */
public final class Quoted {
    private Quoted() {}

    /** The text in double quotes; {@code null} is shown as {@code ""}. */
    public static String of(@Nullable String text) {
        if (text == null) {
            return "\"\"";
        }
        var shown = new StringBuilder("\"");
        int end = Math.min(text.length(), 80);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                shown.append('\\').append(c);
            } else if (c == '\n') {
                shown.append("\\n");
            } else if (c == '\r') {
                shown.append("\\r");
            } else if (c == '\t') {
                shown.append("\\t");
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(end < text.length() ? "…\"" : "\"").toString();
    }
}
