package berth.plan;

import berth.model.Effective;
import berth.model.Instance;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.Profile;
import berth.model.ProfileName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Questions about guests that several parts of planning ask. */
final class Guests {
    /** The key that tells the image which a guest was made of. */
    static final String MADE_OF = "volatile.base_image";

    private Guests() {}

    /** What holds for a guest that is there. */
    static Effective effective(Instance instance, World world) {
        return Effective.of(instance, known(instance.profiles(), world.profiles()));
    }

    /** The profiles of these names that exist, in order. */
    static List<Profile> known(Collection<ProfileName> names, Map<ProfileName, Profile> profiles) {
        return names.stream()
                .flatMap(name -> Stream.ofNullable(profiles.get(name)))
                .toList();
    }

    /** Whether a card of the guest is on the network. */
    static boolean isOn(Effective effective, NetworkName network) {
        return effective.devices().values().stream()
                .anyMatch(it -> "nic".equals(it.get("type"))
                        && (network.text().equals(it.get("network"))
                                || network.text().equals(it.get("parent"))));
    }

    static boolean isRoot(Map<String, String> device) {
        return "disk".equals(device.get("type")) && "/".equals(device.get("path"));
    }

    /** The pool of the root disk. */
    static Optional<PoolName> pool(SortedMap<String, SortedMap<String, String>> devices) {
        return devices.values().stream()
                .filter(Guests::isRoot)
                .flatMap(it -> Stream.ofNullable(it.get("pool")))
                .filter(it -> it.matches("(?!\\.\\.?$)[^/\\s\\p{Cntrl}]{1,63}"))
                .map(PoolName::new)
                .findFirst();
    }
}
