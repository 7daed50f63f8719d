package berth.engine.record;

import berth.model.Settings;
import java.util.SortedMap;

/**
 * The daemon's own settings.
 *
 * @param config LXD's server keys that differ from their defaults
 * @param bootId {@code /proc/sys/kernel/random/boot_id} of the boot that autostart was last done for
 */
public record ServerSettings(SortedMap<String, String> config, String bootId) {
    /** Nothing set. */
    public static final ServerSettings EMPTY = new ServerSettings(Settings.copyOf(null), "");

    public ServerSettings {
        config = Settings.copyOf(config);
    }
}
