package berth.tests.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The differences there may be, from {@code differences.txt}: a line {@code REQUEST :: FACT :: reason}, where a request or
 * a fact may have {@code *} for anything, and a fact begins with {@code -} when only LXD says it, {@code +} when only
 * Berth does.
 */
final class Differences {
    private final List<Entry> entries = new ArrayList<>();

    static Differences parse(String file) {
        var all = new Differences();
        for (String line : file.split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" :: ");
            if (parts.length != 3 || parts[2].isBlank()) {
                throw new IllegalArgumentException("not REQUEST :: FACT :: reason: " + line);
            }
            all.entries.add(new Entry(line, glob(parts[0]), glob(parts[1])));
        }
        return all;
    }

    /** Whether this difference is listed with a reason. */
    boolean explains(String request, String fact) {
        boolean explained = false;
        for (Entry entry : entries) {
            if (entry.request.matcher(request).matches()
                    && entry.fact.matcher(fact).matches()) {
                entry.met = true;
                explained = true;
            }
        }
        return explained;
    }

    /** Listed, but they did not occur. */
    List<String> stale() {
        return entries.stream().filter(it -> !it.met).map(it -> it.text).toList();
    }

    private static Pattern glob(String text) {
        return Pattern.compile("\\Q" + text.strip().replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
    }

    private static final class Entry {
        private final String text;
        private final Pattern request;
        private final Pattern fact;
        private boolean met;

        Entry(String text, Pattern request, Pattern fact) {
            this.text = text;
            this.request = request;
            this.fact = fact;
        }
    }
}
