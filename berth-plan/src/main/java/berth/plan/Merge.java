package berth.plan;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Three-way merging: what the file says holds, what it said once and says no more is taken away, and what it never
 * mentioned is left alone.
 */
final class Merge {
    private Merge() {}

    /**
     * The map as it is to be.
     *
     * @param applied flat map of what was applied last, in which these keys have a prefix
     */
    static <V> SortedMap<String, V> of(
            Map<String, V> actual, Map<String, V> wanted, Map<String, String> applied, String prefix) {
        var merged = new TreeMap<>(actual);
        merged.keySet().removeIf(key -> applied.containsKey(prefix + key) && !wanted.containsKey(key));
        merged.putAll(wanted);
        return merged;
    }

    /** A text that is left alone when neither the file nor the last apply mentions it. */
    static String text(String actual, String wanted, Map<String, String> applied, String key) {
        return wanted.isEmpty() && !applied.containsKey(key) ? actual : wanted;
    }

    /** One key that differs between two maps. */
    @FunctionalInterface
    interface Difference {
        void found(String key, @Nullable String from, @Nullable String to);
    }

    /** Calls back for each key whose text differs, by name. */
    static void differences(Map<String, String> before, Map<String, String> after, Difference difference) {
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (String key : keys) {
            if (!Objects.equals(before.get(key), after.get(key))) {
                difference.found(key, before.get(key), after.get(key));
            }
        }
    }
}
