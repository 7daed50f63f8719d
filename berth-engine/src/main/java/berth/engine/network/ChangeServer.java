package berth.engine.network;

import berth.engine.record.ServerSettings;
import berth.engine.record.Shelves;
import berth.model.Declared;
import berth.model.ServerOptions;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Changes the daemon's own settings, and what follows from them: the names that the host knows guests by move along. */
public final class ChangeServer {
    private final Shelves shelves;
    private final HostNames hostNames;

    /** Changes by those. */
    public ChangeServer(Shelves shelves, HostNames hostNames) {
        this.shelves = shelves;
        this.hostNames = hostNames;
    }

    /**
     * Keeps settings; may be called again.
     *
     * @param config checked, all keys that differ from their defaults
     * @param declared by which site
     */
    public void change(SortedMap<String, String> config, @Nullable Declared declared) {
        hostNames.move(config.getOrDefault(ServerOptions.HOSTS_FILE, ""));
        shelves.keep(new ServerSettings(config, shelves.settings().bootId(), declared));
        hostNames.changed();
    }
}
