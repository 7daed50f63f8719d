package berth.model.wanted;

import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.ProfileName;
import berth.model.Settings;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A guest as a file asks for it. Short forms ({@code memory}, {@code network}, {@code activation}) are already said as
 * LXD's keys in {@code config} and {@code devices}.
 *
 * @param was the name that it had, when it was renamed
 * @param image name of an image of the site, else an alias or fingerprint that must be on the host; empty with a system
 * @param system what it runs instead of an image's root; null for an image
 * @param profiles in the order of merging
 * @param files put inside, sorted by path
 * @param needs other guests of the site, sorted
 * @param reset counts how often it was to begin anew
 * @param host where it is to be; empty when nothing is said
 * @param autoStart whether it is to run: started by apply and at boot
 */
public record WantedInstance(
        InstanceName name,
        @Nullable InstanceName was,
        Kind kind,
        String image,
        @Nullable GuestSystem system,
        String description,
        boolean ephemeral,
        List<ProfileName> profiles,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        List<GuestFile> files,
        List<Need> needs,
        boolean autoStart,
        int reset,
        Set<Protection> protect,
        OnDrift onDrift,
        Upkeep upkeep,
        String host,
        Origin origin) {
    public WantedInstance {
        profiles = List.copyOf(profiles);
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
        files = List.copyOf(files);
        needs = List.copyOf(needs);
        protect = Set.copyOf(protect);
    }

    /** The same with one more own key. */
    public WantedInstance with(String key, String value) {
        return new WantedInstance(
                name,
                was,
                kind,
                image,
                system,
                description,
                ephemeral,
                profiles,
                Settings.with(config, key, value),
                devices,
                files,
                needs,
                autoStart,
                reset,
                protect,
                onDrift,
                upkeep,
                host,
                origin);
    }
}
