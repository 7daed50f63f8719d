package berth.model.wanted;

import berth.model.ProfileName;
import berth.model.Settings;
import java.util.Set;
import java.util.SortedMap;

/** A profile as a file asks for it, short forms already said as LXD's keys. */
public record WantedProfile(
        ProfileName name,
        String description,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        Set<Protection> protect,
        OnDrift onDrift,
        Origin origin) {
    public WantedProfile {
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
        protect = Set.copyOf(protect);
    }
}
