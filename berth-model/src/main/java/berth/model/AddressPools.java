package berth.model;

import java.util.List;
import java.util.Map;

/**
 * The subnets that a network may have, of which the first free one is picked when it is made: {@code addrPool} of RFC 108 with
 * several. They stand beside {@code ipv4.address=auto}, as the host's address in each; {@code auto} among them is any.
 */
public final class AddressPools {
    private AddressPools() {}

    /** Where they are kept in a network's configuration, for {@code ipv4} or {@code ipv6}. */
    public static String key(String family) {
        return "user.berth." + family + ".pools";
    }

    /** As they are kept. */
    public static String text(List<String> pools) {
        return String.join(" ", pools);
    }

    /** Those of a network, in their order; none for one that has no choice. */
    public static List<String> of(Map<String, String> config, String family) {
        String text = config.getOrDefault(key(family), "").strip();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
    }

    /** Whether an address that was picked is still one that may be picked; any is, where there is no choice. */
    public static boolean allow(Map<String, String> config, String family, String picked) {
        List<String> pools = of(config, family);
        return pools.isEmpty() || pools.contains("auto") || pools.contains(picked);
    }
}
