package berth.spec;

import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.Quoted;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Protection;
import berth.model.wanted.WantedNetwork;
import berth.model.wanted.WantedPool;
import berth.spec.yaml.Tree;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code pools:} and {@code networks:}. */
final class HostSections {
    private static final Shape POOL = Shape.of("driver", "config", "description", "protect", "on-drift")
            .later("owned")
            .printed("used_by", "status", "locations");
    private static final Shape NETWORK = Shape.of("type", "config", "description", "protect", "on-drift")
            .later("owned")
            .printed("used_by", "status", "locations", "managed", "project");
    private static final List<String> POOL_DRIVERS = List.of("dir", "btrfs");
    private static final List<String> DRIVERS_LATER = List.of("zfs", "lvm", "ceph", "cephfs");
    private static final List<String> NETWORKS_LATER = List.of("macvlan", "sriov", "physical", "ovn");

    private final Findings findings;
    private final DriftSection drift;

    HostSections(Findings findings, OnDrift ofSite) {
        this.findings = findings;
        this.drift = new DriftSection(findings, ofSite);
    }

    WantedPool pool(String name, Tree.Entry entry, String path) {
        var fields = fields(entry, path, POOL);
        String driver = fields.line("driver").orElse("");
        boolean later = DRIVERS_LATER.contains(driver);
        if (later) {
            findings.later(
                    fields.at("driver"),
                    fields.path("driver"),
                    driver + " is not supported yet; there are dir and btrfs");
        } else if (!POOL_DRIVERS.contains(driver)) {
            findings.error(
                    fields.at("driver"),
                    fields.path("driver"),
                    driver.isEmpty()
                            ? "has no driver; write driver: dir or driver: btrfs"
                            : Quoted.of(driver) + " is no driver; there are dir and btrfs");
        }
        var table =
                later ? HostOptions.POOL_LATER : driver.equals("btrfs") ? HostOptions.POOL_BTRFS : HostOptions.POOL_DIR;
        var config = config(fields, table);
        return new WantedPool(
                new PoolName(name),
                driver,
                fields.line("description").orElse(""),
                config,
                protect(fields, Set.of(Protection.DELETE, Protection.SHRINK)),
                drift.of(fields, key -> table.value(key).isPresent()),
                entry.at());
    }

    WantedNetwork network(String name, Tree.Entry entry, String path) {
        var fields = fields(entry, path, NETWORK);
        String type = fields.line("type").filter(it -> !it.isEmpty()).orElse("bridge");
        if (!type.equals("bridge")) {
            findings.error(
                    fields.at("type"),
                    fields.path("type"),
                    NETWORKS_LATER.contains(type)
                            ? type + " is not supported yet; there is bridge"
                            : Quoted.of(type) + " is no type of network; there is bridge");
        }
        var config = new TreeMap<>(config(fields, HostOptions.BRIDGE));
        for (String family : List.of("ipv4.address", "ipv6.address")) {
            config.putIfAbsent(family, "auto");
        }
        return new WantedNetwork(
                new NetworkName(name),
                type,
                fields.line("description").orElse(""),
                config,
                protect(fields, Set.of(Protection.DELETE)),
                drift.of(fields, key -> HostOptions.BRIDGE.value(key).isPresent()),
                entry.at());
    }

    private Fields fields(Tree.Entry entry, String path, Shape shape) {
        var mapping = findings.mapping(entry.value(), path).orElse(new Tree.Mapping(entry.at(), List.of()));
        return new Fields(mapping, path, shape, findings);
    }

    private SortedMap<String, String> config(Fields fields, Options table) {
        return fields.mapping("config")
                .map(keys -> table.read(keys, fields.path("config"), findings))
                .orElseGet(TreeMap::new);
    }

    /** Reads {@code protect: [delete, …]}. */
    Set<Protection> protect(Fields fields, Set<Protection> possible) {
        var protect = EnumSet.noneOf(Protection.class);
        var words = Map.of(
                "delete", Protection.DELETE,
                "replace", Protection.REPLACE,
                "stop", Protection.STOP,
                "shrink", Protection.SHRINK);
        for (Tree item : fields.list("protect")) {
            Optional<String> word = findings.text(item, fields.path("protect"));
            Protection known = words.get(word.orElse("").toLowerCase(Locale.ROOT));
            if (known != null && possible.contains(known)) {
                protect.add(known);
            } else if (word.isPresent()) {
                var names = possible.stream().map(Protection::text).sorted().toList();
                findings.error(
                        item.at(),
                        fields.path("protect"),
                        Quoted.of(word.get()) + " is not one of " + String.join(", ", names));
            }
        }
        return protect;
    }
}
