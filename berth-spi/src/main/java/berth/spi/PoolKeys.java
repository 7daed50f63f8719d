package berth.spi;

import berth.model.Pool;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Size;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Checks the keys of a pool's configuration that all drivers share, and refuses those nobody knows, in LXD's words. */
public final class PoolKeys {
    private static final Set<String> COMMON = Set.of("source", "volatile.initial_source");
    private static final Set<String> VOLUME = Set.of(
            "snapshots.expiry", "snapshots.pattern", "snapshots.schedule", "security.shifted", "security.unmapped");

    private PoolKeys() {}

    /**
     * Checks.
     *
     * @param own the keys that only this driver knows, which it checks itself
     */
    public static void check(Pool pool, Set<String> own) {
        pool.config().forEach((key, value) -> {
            if (value.chars().anyMatch(c -> c < ' ')) {
                throw invalid(pool, key, "it holds a control character");
            }
            if (!known(pool, key, value) && !own.contains(key)) {
                throw Refused.invalid("Invalid option for storage pool "
                        + Quoted.of(pool.name().text()) + " option " + Quoted.of(key));
            }
        });
    }

    private static boolean known(Pool pool, String key, String value) {
        switch (key) {
            case "rsync.bwlimit", "volume.size" -> size(pool, key, value);
            case "rsync.compression", "volume.security.shifted", "volume.security.unmapped" -> truth(pool, key, value);
            default -> {
                return COMMON.contains(key)
                        || key.startsWith("user.")
                        || key.startsWith("volume.") && VOLUME.contains(key.substring("volume.".length()));
            }
        }
        return true;
    }

    /** Refuses a value that is no size. */
    public static void size(Pool pool, String key, String value) {
        try {
            Size.bytes(value);
        } catch (Refused refused) {
            throw invalid(pool, key, refused.problem().text());
        }
    }

    private static void truth(Pool pool, String key, String value) {
        if (!Set.of("true", "false", "1", "0", "yes", "no", "on", "off").contains(value.toLowerCase(Locale.ROOT))) {
            throw invalid(pool, key, "Invalid value for a boolean " + Quoted.of(value));
        }
    }

    /** The refusal of a value, saying why. */
    public static Refused invalid(Pool pool, String key, String why) {
        return Refused.invalid("Invalid value for storage pool "
                + Quoted.of(pool.name().text()) + " option " + Quoted.of(key) + ": " + why);
    }

    /** Refuses a change of any key that cannot be changed once the pool is there. */
    public static void unchanged(Pool before, Pool after, Set<String> fixed) {
        for (String key : fixed) {
            Map<String, String> was = before.config();
            if (!was.getOrDefault(key, "").equals(after.config().getOrDefault(key, ""))) {
                throw Refused.invalid(
                        key.equals("source")
                                ? "Pool source cannot be changed when not in pending state"
                                : "Storage pool " + Quoted.of(after.name().text()) + " option " + Quoted.of(key)
                                        + " cannot be changed");
            }
        }
    }
}
