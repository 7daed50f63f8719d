package berth.plan;

import berth.model.Declared;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.Settings;
import berth.model.wanted.GuestFile;
import berth.model.wanted.Health;
import berth.model.wanted.Need;
import berth.model.wanted.Upkeep;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A guest as it is to be: the own keys whole, those that the site does not mention included.
 *
 * @param was its name until now; the same unless it is renamed
 * @param image what it is made from: an image of the site, an alias or a fingerprint; of no effect on one that exists
 * @param anew whether it begins anew: what it was is set aside
 * @param pool of its root disk, which it is taken to when it is elsewhere; null when the checks found none
 * @param write files to be put inside now: all of them in a new guest, else those that changed
 * @param needs what is awaited before it starts
 * @param state the snapshot that its data is put back to; null to leave it as it is
 * @param rebuild whether it is given the root of its image anew
 * @param health how one sees that those are healthy of which that is awaited
 */
public record InstanceDraft(
        InstanceName name,
        InstanceName was,
        Kind kind,
        String image,
        String description,
        boolean ephemeral,
        List<ProfileName> profiles,
        SortedMap<String, String> config,
        SortedMap<String, SortedMap<String, String>> devices,
        boolean anew,
        @Nullable PoolName pool,
        List<GuestFile> write,
        List<Need> needs,
        Map<InstanceName, Health> health,
        Upkeep upkeep,
        @Nullable String state,
        boolean rebuild,
        Declared declared) {
    public InstanceDraft {
        profiles = List.copyOf(profiles);
        config = Settings.copyOf(config);
        devices = Settings.devices(devices);
        write = List.copyOf(write);
        needs = List.copyOf(needs);
        health = Map.copyOf(health);
    }
}
