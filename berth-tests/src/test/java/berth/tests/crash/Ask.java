package berth.tests.crash;

/** One request, as text: {@code POST /1.0/profiles {"name":"q"}}. */
record Ask(String method, String path, String body) {
    static Ask of(String text) {
        String[] parts = text.split(" ", 3);
        return new Ask(parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    }
}
