package berth.plan;

import berth.model.wanted.Flat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What changes between two devices of one name. */
final class Devices {
    private Devices() {}

    /** One difference; the key is empty when the device comes or goes as a whole. */
    @FunctionalInterface
    interface Difference {
        void found(Rule.Facet facet, String key, @Nullable String from, @Nullable String to);
    }

    static void compare(
            String name,
            @Nullable SortedMap<String, String> before,
            @Nullable SortedMap<String, String> after,
            Difference difference) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before != null && after != null && alike(before, after)) {
            Merge.differences(before, after, (key, from, to) -> difference.found(keyFacet(after, key), key, from, to));
            return;
        }
        if (before != null && !"none".equals(before.get("type"))) {
            difference.found(wholeFacet(before, false), "", line(before), null);
        }
        if (after != null && !"none".equals(after.get("type"))) {
            difference.found(wholeFacet(after, true), "", null, line(after));
        }
    }

    private static boolean alike(SortedMap<String, String> before, SortedMap<String, String> after) {
        return Objects.equals(before.get("type"), after.get("type"))
                && Guests.isRoot(before) == Guests.isRoot(after)
                && isHostNetwork(before) == isHostNetwork(after);
    }

    private static boolean isHostNetwork(Map<String, String> device) {
        return "nic".equals(device.get("type")) && "host".equals(device.get("nictype"));
    }

    /** Whether it is an address of a card that gets its addresses when it is made, not from the host's DHCP. */
    private static boolean isFixed(Map<String, String> device, String key) {
        return !device.getOrDefault("nictype", "bridged").equals("bridged")
                && key.matches("ipv[46]\\.(address|gateway|host_address|host_table)");
    }

    private static Rule.Facet keyFacet(Map<String, String> device, String key) {
        if (Guests.isRoot(device)) {
            return Rule.Facet.ROOT_KEY;
        }
        return switch (device.getOrDefault("type", "")) {
            case "nic" -> isFixed(device, key) ? Rule.Facet.NIC_FIXED : Rule.Facet.NIC_KEY;
            case "proxy" -> Rule.Facet.PORT;
            case "disk" -> Rule.Facet.DISK_KEY;
            default -> Rule.Facet.DEVICE;
        };
    }

    private static Rule.Facet wholeFacet(Map<String, String> device, boolean added) {
        if (Guests.isRoot(device)) {
            return Rule.Facet.ROOT_KEY;
        }
        return switch (device.getOrDefault("type", "")) {
            case "nic" -> isHostNetwork(device) ? Rule.Facet.HOST_NETWORK : Rule.Facet.NIC;
            case "proxy" -> Rule.Facet.PORT;
            case "disk" -> added ? Rule.Facet.DISK_ADDED : Rule.Facet.DISK_REMOVED;
            default -> Rule.Facet.DEVICE;
        };
    }

    private static String line(Map<String, String> device) {
        return Flat.text(device).replace("\n", ", ");
    }
}
