package berth.engine.instance;

import berth.model.Effective;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** What makes a guest a new one for cloud-init, which does most of its work once for each instance-id. */
final class CloudInit {
    static final String ID = "volatile.cloud-init.instance-id";
    private static final List<String> SEED = List.of(
            "cloud-init.user-data",
            "cloud-init.vendor-data",
            "cloud-init.network-config",
            "user.user-data",
            "user.vendor-data",
            "user.network-config");

    private CloudInit() {}

    /** A new instance-id. */
    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Notes down that instance-id, among an instance's own keys. */
    static void note(String id, Map<String, String> config) {
        config.put(ID, id);
    }

    /** Notes down a new instance-id when what cloud-init is told differs. */
    static void renewIfTold(Effective was, Effective will, Map<String, String> config) {
        boolean same = SEED.stream()
                        .allMatch(key -> was.config()
                                .getOrDefault(key, "")
                                .equals(will.config().getOrDefault(key, "")))
                && cards(was).equals(cards(will));
        if (!same) {
            note(newId(), config);
        }
    }

    /** The names of its network cards inside, as far as they are given. */
    private static Set<String> cards(Effective effective) {
        var names = new TreeSet<String>();
        effective.devices().forEach((name, device) -> {
            if ("nic".equals(device.get("type"))) {
                names.add(device.getOrDefault("name", name));
            }
        });
        return names;
    }
}
