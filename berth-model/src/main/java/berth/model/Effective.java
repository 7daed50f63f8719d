package berth.model;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What really holds for an instance: profiles in their order, then its own keys; a device is replaced whole by name
 * (LXD's {@code expanded_config} and {@code expanded_devices}).
 */
public record Effective(SortedMap<String, String> config, SortedMap<String, SortedMap<String, String>> devices) {
    public Effective {
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
    }

    /** Lays the instance's own keys over those of its profiles, given in order. */
    public static Effective of(Instance instance, List<Profile> profiles) {
        return of(profiles, instance.config(), instance.devices());
    }

    /** Lays own keys and devices over those of profiles, given in order. */
    public static Effective of(
            List<Profile> profiles,
            Map<String, String> ownConfig,
            Map<String, ? extends Map<String, String>> ownDevices) {
        var config = new TreeMap<String, String>();
        var devices = new TreeMap<String, SortedMap<String, String>>();
        for (Profile profile : profiles) {
            config.putAll(profile.config());
            devices.putAll(profile.devices());
        }
        config.putAll(ownConfig);
        ownDevices.forEach((name, device) -> devices.put(name, Settings.copyOf(device)));
        return new Effective(config, devices);
    }
}
