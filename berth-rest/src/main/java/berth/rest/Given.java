package berth.rest;

import berth.model.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Bodies as Go's decoder would have them: what is absent or null is the type's empty value. */
final class Given {
    private Given() {}

    /** The text, or "". */
    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The keys with their values; a null value is "". */
    static SortedMap<String, String> keys(@Nullable Map<String, @Nullable String> map) {
        var copy = new TreeMap<String, String>();
        if (map != null) {
            map.forEach((key, value) -> copy.put(key, text(value)));
        }
        return Settings.copyOf(copy);
    }

    /** Devices by name; a null device has no keys, and a key without a value is none. */
    static SortedMap<String, SortedMap<String, String>> devices(
            @Nullable Map<String, @Nullable Map<String, @Nullable String>> devices) {
        var copy = new TreeMap<String, SortedMap<String, String>>();
        if (devices != null) {
            devices.forEach((name, device) -> copy.put(name, Settings.merge(Map.of(), keys(device))));
        }
        return Settings.devices(copy);
    }

    /** The elements that are not null; an absent list is empty. */
    static List<String> list(@Nullable List<@Nullable String> list) {
        return list == null
                ? List.of()
                : list.stream().filter(Objects::nonNull).map(it -> it + "").toList();
    }
}
