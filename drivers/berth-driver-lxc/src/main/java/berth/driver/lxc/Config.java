package berth.driver.lxc;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reading values as LXD writes them. */
final class Config {
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");

    private Config() {}

    static boolean isTrue(String value) {
        return TRUE.contains(value.toLowerCase(Locale.ROOT));
    }

    static boolean isTrue(Map<String, String> config, String key) {
        return isTrue(config.getOrDefault(key, "false"));
    }

    /** The value, or the fallback when it is missing or empty. */
    static String value(Map<String, String> config, String key, String fallback) {
        String value = config.getOrDefault(key, "");
        return value.isEmpty() ? fallback : value;
    }
}
