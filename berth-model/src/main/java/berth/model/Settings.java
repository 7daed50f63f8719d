package berth.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sorted, unmodifiable maps of text: the shape of every {@code config} and {@code devices} in the house. */
public final class Settings {
    private Settings() {}

    /** A sorted copy that nobody can change. */
    public static SortedMap<String, String> copyOf(@Nullable Map<String, String> map) {
        return map == null ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** A sorted deep copy of devices that nobody can change. */
    public static SortedMap<String, SortedMap<String, String>> devices(
            @Nullable Map<String, ? extends Map<String, String>> devices) {
        if (devices == null) {
            return Collections.emptySortedMap();
        }
        var copy = new TreeMap<String, SortedMap<String, String>>();
        devices.forEach((name, device) -> copy.put(name, copyOf(device)));
        return Collections.unmodifiableSortedMap(copy);
    }

    /** The map with one key set; an empty value unsets the key, as everywhere in LXD. */
    public static SortedMap<String, String> with(Map<String, String> map, String key, String value) {
        var copy = new TreeMap<>(map);
        if (value.isEmpty()) {
            copy.remove(key);
        } else {
            copy.put(key, value);
        }
        return Collections.unmodifiableSortedMap(copy);
    }

    /** Base with the changes laid over it; an empty value unsets a key. */
    public static SortedMap<String, String> merge(Map<String, String> base, Map<String, String> changes) {
        var copy = new TreeMap<>(base);
        changes.forEach((key, value) -> {
            if (value.isEmpty()) {
                copy.remove(key);
            } else {
                copy.put(key, value);
            }
        });
        return Collections.unmodifiableSortedMap(copy);
    }

    /** LXD's booleans: true, 1, yes, on in any case; absent or empty is the default. */
    public static boolean truthy(@Nullable String value, boolean otherwise) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            default -> false;
        };
    }
}
