package berth.engine.record;

import berth.model.Declared;
import berth.model.Settings;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's own settings.
 *
 * @param config LXD's server keys that differ from their defaults
 * @param bootId {@code /proc/sys/kernel/random/boot_id} of the boot that autostart was last done for
 * @param declared by which site keys are declared, if by any
 */
public record ServerSettings(
        SortedMap<String, String> config,
        String bootId,
        @Nullable Declared declared) {
    /** Nothing set. */
    public static final ServerSettings EMPTY = new ServerSettings(Settings.copyOf(null), "", null);

    public ServerSettings {
        config = Settings.copyOf(config);
    }
}
