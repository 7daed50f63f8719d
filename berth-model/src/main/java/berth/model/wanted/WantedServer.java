package berth.model.wanted;

import berth.model.ServerOptions;
import berth.model.Settings;
import java.util.SortedMap;

/**
 * What a site wants the daemon's own settings to be.
 *
 * @param config LXD's keys of the server; a default is written out, and empty is a key that is to be unset
 */
public record WantedServer(SortedMap<String, String> config, OnDrift onDrift, Origin origin) {
    public WantedServer {
        config = Settings.copyOf(config);
    }

    /** The value that a key has when nobody sets it. */
    public static String fallback(String key) {
        return ServerOptions.defaults().getOrDefault(key, "");
    }
}
