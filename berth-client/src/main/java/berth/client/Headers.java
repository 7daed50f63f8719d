package berth.client;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP headers: names without regard to case, the last of several kept. */
public final class Headers implements Iterable<Map.Entry<String, String>> {
    private final Map<String, String> values = new LinkedHashMap<>();

    /** The value, or null. */
    public @Nullable String find(String name) {
        return values.get(name.toLowerCase(Locale.ROOT));
    }

    /** The value, or the empty string. */
    public String text(String name) {
        String value = find(name);
        return value == null ? "" : value;
    }

    /**
     * Sets one header.
     *
     * @throws IllegalArgumentException when name or value would break out of its line
     */
    public Headers set(String name, String value) {
        if (broken(name) || broken(value) || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the header " + name + " holds a line break, a NUL or a colon");
        }
        values.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    private static boolean broken(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0;
    }

    /** Names in lower case, and values. */
    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return values.entrySet().iterator();
    }
}
