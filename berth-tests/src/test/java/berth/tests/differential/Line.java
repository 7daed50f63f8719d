package berth.tests.differential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One line of {@code requests.txt}.
 *
 * @param number of the line in the file
 * @param verb an HTTP method, or UPLOAD, EXEC, RAW, WATCH, UNWATCH
 */
record Line(int number, String verb, String path, Map<String, String> headers, String body, String text) {
    private static final Pattern HEADER = Pattern.compile("([A-Za-z][A-Za-z-]*):(\\S+)");

    static List<Line> parse(String file) {
        List<Line> all = new ArrayList<>();
        int number = 0;
        for (String text : file.split("\n", -1)) {
            number++;
            if (!text.isBlank() && !text.startsWith("#")) {
                all.add(one(number, text));
            }
        }
        return all;
    }

    private static Line one(int number, String text) {
        String[] parts = text.split(" ", 3);
        String rest = parts.length > 2 ? parts[2] : "";
        if (parts[0].equals("RAW")) {
            return new Line(number, "RAW", "", Map.of(), text.substring(4), text);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        String file = "";
        if (parts[0].equals("UPLOAD")) {
            file = rest.split(" ", 2)[0];
            rest = rest.substring(file.length()).strip();
        }
        while (!rest.isEmpty()) {
            var header = HEADER.matcher(rest.split(" ", 2)[0]);
            if (!header.matches()) {
                break;
            }
            headers.put(header.group(1), header.group(2));
            rest = rest.contains(" ") ? rest.split(" ", 2)[1] : "";
        }
        return new Line(
                number, parts[0], parts.length > 1 ? parts[1] : "", headers, file.isEmpty() ? rest : file, text);
    }
}
