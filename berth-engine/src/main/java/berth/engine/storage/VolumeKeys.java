package berth.engine.storage;

import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Size;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of custom volumes. */
final class VolumeKeys {
    private static final Set<String> SWITCHES = Set.of("security.shifted", "security.unmapped");
    private static final Set<String> TEXTS = Set.of("snapshots.pattern", "snapshots.schedule", "snapshots.expiry");

    private VolumeKeys() {}

    /** Refuses unknown keys and values that cannot be, in LXD's words. */
    static void check(String volume, SortedMap<String, String> config) {
        config.forEach((key, value) -> {
            String option = " for volume " + Quoted.of(volume) + " option " + Quoted.of(key);
            if (key.equals("size")) {
                try {
                    Size.bytes(value);
                } catch (Refused bad) {
                    throw Refused.invalid(
                            "Invalid value" + option + ": " + bad.problem().text());
                }
            } else if (SWITCHES.contains(key)) {
                if (!value.matches("(?i)true|false|1|0|yes|no|on|off")) {
                    throw Refused.invalid(
                            "Invalid value" + option + ": " + Quoted.of(value) + " is neither true nor false");
                }
            } else if (key.equals("snapshots.expiry")) {
                if (!value.matches("([0-9]+[MHdwmy] ?)+")) {
                    throw Refused.invalid("Invalid value" + option + ": " + Quoted.of(value)
                            + "; numbers with M, H, d, w, m or y are wanted, as in 1w 2d");
                }
            } else if (!key.startsWith("user.") && !key.startsWith("volatile.") && !TEXTS.contains(key)) {
                throw Refused.invalid("Invalid option" + option);
            }
        });
        if (Settings.truthy(config.get("security.shifted"), false)
                && Settings.truthy(config.get("security.unmapped"), false)) {
            throw Refused.invalid("security.unmapped and security.shifted are mutually exclusive");
        }
    }

    /** What the pool says by {@code volume.KEY} holds for what the volume does not say. */
    static SortedMap<String, String> completed(SortedMap<String, String> pool, SortedMap<String, String> config) {
        var all = new TreeMap<>(config);
        pool.forEach((key, value) -> {
            if (key.startsWith("volume.")) {
                all.putIfAbsent(key.substring("volume.".length()), value);
            }
        });
        return Settings.copyOf(all);
    }

    /** Bytes that it may hold; 0 for no limit. */
    static long size(SortedMap<String, String> config) {
        String size = config.getOrDefault("size", "");
        return size.isEmpty() ? 0 : Size.bytes(size);
    }
}
