package berth.model;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Keys and devices that several instances share; a document of the store. */
public record Profile(
        ProjectName project,
        ProfileName name,
        String description,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        @Nullable Declared declared) {
    public Profile {
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
    }
}
