package berth.spec;

import berth.model.wanted.Kept;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A unit of systemd-networkd: from NixOS' spelling to the text of the file. */
final class NetworkdUnit {
    /** NixOS' sections, and systemd's. */
    private static final Map<String, String> SECTIONS = Map.ofEntries(
            Map.entry("matchConfig", "Match"),
            Map.entry("linkConfig", "Link"),
            Map.entry("netdevConfig", "NetDev"),
            Map.entry("networkConfig", "Network"),
            Map.entry("dhcpConfig", "DHCPv4"),
            Map.entry("dhcpV4Config", "DHCPv4"),
            Map.entry("dhcpV6Config", "DHCPv6"),
            Map.entry("ipv6AcceptRAConfig", "IPv6AcceptRA"),
            Map.entry("macvlanConfig", "MACVLAN"),
            Map.entry("ipvlanConfig", "IPVLAN"),
            Map.entry("vlanConfig", "VLAN"),
            Map.entry("bridgeConfig", "Bridge"),
            Map.entry("bondConfig", "Bond"));

    /** Keys that stand beside the sections and belong to {@code [Network]}. */
    private static final Map<String, String> OF_NETWORK = Map.ofEntries(
            Map.entry("DHCP", "DHCP"),
            Map.entry("address", "Address"),
            Map.entry("gateway", "Gateway"),
            Map.entry("dns", "DNS"),
            Map.entry("ntp", "NTP"),
            Map.entry("domains", "Domains"),
            Map.entry("vlan", "VLAN"),
            Map.entry("macvlan", "MACVLAN"),
            Map.entry("ipvlan", "IPVLAN"),
            Map.entry("bridge", "Bridge"),
            Map.entry("bond", "Bond"));

    /** Lists of mappings, each a section of its own. */
    private static final Map<String, String> REPEATED = Map.of("addresses", "Address", "routes", "Route");

    /** Wraps of the items of those, in older spellings. */
    private static final List<String> WRAPS = List.of("addressConfig", "routeConfig");

    private final Map<String, List<String>> sections = new LinkedHashMap<>();
    private final List<Map.Entry<String, List<String>>> repeated = new ArrayList<>();
    private String wrong = "";
    private String extra = "";

    private NetworkdUnit(Kept.Keys unit) {
        Stream.of("Match", "NetDev", "Link", "Network").forEach(it -> sections.put(it, new ArrayList<>()));
        unit.keys().forEach(this::key);
    }

    static NetworkdUnit of(Kept.Keys unit) {
        return new NetworkdUnit(unit);
    }

    /** The first key of which nothing is known here. */
    Optional<String> unknown() {
        return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
    }

    /** Sections and keys, by systemd.syntax(7). */
    String text() {
        var text = new StringBuilder();
        sections.forEach((name, lines) -> section(text, name, lines));
        repeated.forEach(it -> section(text, it.getKey(), it.getValue()));
        return text.append(extra.isEmpty() || extra.endsWith("\n") ? extra : extra + "\n")
                .toString();
    }

    private static void section(StringBuilder text, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('[').append(name).append("]\n");
            lines.forEach(line -> text.append(line).append('\n'));
        }
    }

    private void key(String key, Kept value) {
        String section = SECTIONS.get(key);
        if (section != null && value instanceof Kept.Keys(var inner)) {
            inner.forEach((name, what) -> lines(name, what, of(section)));
        } else if (OF_NETWORK.containsKey(key)) {
            lines(OF_NETWORK.getOrDefault(key, key), value, of("Network"));
        } else if (REPEATED.containsKey(key) && value instanceof Kept.Items(var items)) {
            items.forEach(it -> item(REPEATED.getOrDefault(key, key), it));
        } else if (key.equals("extraConfig") && value instanceof Kept.Text(String text)) {
            extra = text;
        } else if (wrong.isEmpty() && !key.equals("enable")) {
            wrong = key;
        }
    }

    private List<String> of(String section) {
        return sections.computeIfAbsent(section, _ -> new ArrayList<>());
    }

    private void item(String section, Kept item) {
        var lines = new ArrayList<String>();
        if (item instanceof Kept.Keys(var keys)) {
            keys.forEach((name, what) -> {
                if (WRAPS.contains(name) && what instanceof Kept.Keys(var inner)) {
                    inner.forEach((key, value) -> lines(key, value, lines));
                } else {
                    lines(name, what, lines);
                }
            });
        }
        repeated.add(Map.entry(section, lines));
    }

    private void lines(String key, Kept value, List<String> lines) {
        switch (value) {
            case Kept.Text(String text) -> lines.add(key + "=" + text.replace("\n", " "));
            case Kept.Items(List<Kept> items) -> items.forEach(it -> lines(key, it, lines));
            case Kept.Keys _ -> wrong = wrong.isEmpty() ? key : wrong;
        }
    }

    /** Whether it is switched off ({@code enable = false}). */
    static boolean isOff(Kept.Keys unit) {
        return unit.keys().get("enable") instanceof Kept.Text(String text) && text.equals("false");
    }
}
