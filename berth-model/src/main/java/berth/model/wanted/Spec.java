package berth.model.wanted;

import berth.model.Effective;
import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole site in normal form: what its files ask for, checked as far as files alone can be.
 *
 * @param site the name that owns the objects
 * @param images by alias
 * @param origins where each value is written, by its dotted path
 * @param server the daemon's own settings; null where the site says nothing of them
 * @param kept what is said and not carried out by this version, by its dotted path
 */
public record Spec(
        String site,
        SortedMap<PoolName, WantedPool> pools,
        SortedMap<NetworkName, WantedNetwork> networks,
        SortedMap<String, WantedImage> images,
        SortedMap<ProfileName, WantedProfile> profiles,
        SortedMap<InstanceName, WantedInstance> instances,
        @Nullable WantedServer server,
        SortedMap<String, Origin> origins,
        SortedMap<String, Kept> kept) {
    public Spec {
        pools = sorted(pools);
        networks = sorted(networks);
        images = sorted(images);
        profiles = sorted(profiles);
        instances = sorted(instances);
        origins = sorted(origins);
        kept = sorted(kept);
    }

    /** A site of which everything can be carried out, and that says nothing of the daemon's own settings. */
    public Spec(
            String site,
            SortedMap<PoolName, WantedPool> pools,
            SortedMap<NetworkName, WantedNetwork> networks,
            SortedMap<String, WantedImage> images,
            SortedMap<ProfileName, WantedProfile> profiles,
            SortedMap<InstanceName, WantedInstance> instances,
            SortedMap<String, Origin> origins) {
        this(site, pools, networks, images, profiles, instances, null, origins, new TreeMap<>());
    }

    /** A site that asks for nothing. */
    public static Spec empty(String site) {
        return new Spec(
                site,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    /** Where a value is written, or the nearest thing around it that has a place. */
    public Origin origin(String path, Origin otherwise) {
        for (String at = path; !at.isEmpty(); at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
            Origin found = origins.get(at);
            if (found != null) {
                return found;
            }
        }
        return otherwise;
    }

    /** The hosts that the site names, each with its address or an empty text; none where it is about this one only. */
    public SortedMap<String, String> hosts() {
        var hosts = new TreeMap<String, String>();
        if (kept.get("hosts") instanceof Kept.Keys(var names)) {
            names.forEach((name, keys) -> hosts.put(
                    name,
                    keys instanceof Kept.Keys(var inner) && inner.get("address") instanceof Kept.Text(String address)
                            ? address
                            : ""));
        }
        return hosts;
    }

    /** What a guest's own keys and those of its profiles in this site come to; other profiles are left out. */
    public Effective effective(WantedInstance instance) {
        var project = new ProjectName("default");
        var known = instance.profiles().stream()
                .flatMap(name -> Stream.ofNullable(profiles.get(name)))
                .map(it -> new Profile(project, it.name(), it.description(), it.config(), it.devices(), null))
                .toList();
        return Effective.of(known, instance.config(), instance.devices());
    }

    private static <K, V> SortedMap<K, V> sorted(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
