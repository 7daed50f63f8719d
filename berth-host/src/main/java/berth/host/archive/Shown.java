package berth.host.archive;

/** Names out of archives, made safe for a message: quoted, odd characters escaped, at most 100 characters of them. */
final class Shown {
    private Shown() {}

    static String of(String name) {
        var text = new StringBuilder("\"");
        for (int i = 0; i < Math.min(name.length(), 100); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
                text.append(String.format("\\x%02x", c & 0xff));
            } else {
                text.append(c);
            }
        }
        return text.append(name.length() > 100 ? "…\"" : "\"").toString();
    }
}
