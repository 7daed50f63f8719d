package berth.spec;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/** The {@code config} keys of networks and pools, as LXD 5.0 has them. */
final class HostOptions {
    private static final String LATER = "not supported yet";

    static final Options BRIDGE = new Options(
            Map.<String, Value>ofEntries(
                    entry("bridge.driver", Value.oneOf("native")),
                    entry("bridge.external_interfaces", Value.list(Value.IFACE)),
                    entry("bridge.hwaddr", Value.MAC),
                    entry("bridge.mode", Value.oneOf("standard")),
                    entry("bridge.mtu", Value.range(68, 65_535)),
                    entry("dns.domain", Value.pattern("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?", "a domain")),
                    entry("dns.mode", Value.oneOf("managed", "dynamic", "none")),
                    entry("dns.search", Value.list(Value.pattern("[a-zA-Z0-9.-]{1,253}", "a domain"))),
                    entry("ipv4.address", Value.wordOr(List.of("auto", "none"), Value.V4_NET)),
                    entry("ipv4.dhcp", Value.BOOL),
                    entry("ipv4.dhcp.expiry", Value.pattern("[0-9]+[smhdw]?|infinite", "a time such as 1h")),
                    entry("ipv4.dhcp.gateway", Value.V4),
                    entry("ipv4.dhcp.ranges", Value.pattern("[0-9., -]+", "ranges FIRST-LAST with commas between")),
                    entry("ipv4.firewall", Value.BOOL),
                    entry("ipv4.nat", Value.BOOL),
                    entry("ipv4.nat.address", Value.V4),
                    entry("ipv4.routes", Value.list(Value.V4_NET)),
                    entry("ipv4.routing", Value.BOOL),
                    entry("ipv6.address", Value.wordOr(List.of("auto", "none"), Value.V6_NET)),
                    entry("ipv6.dhcp", Value.BOOL),
                    entry("ipv6.dhcp.expiry", Value.pattern("[0-9]+[smhdw]?|infinite", "a time such as 1h")),
                    entry(
                            "ipv6.dhcp.ranges",
                            Value.pattern("[0-9a-fA-F:, -]+", "ranges FIRST-LAST with commas between")),
                    entry("ipv6.dhcp.stateful", Value.BOOL),
                    entry("ipv6.firewall", Value.BOOL),
                    entry("ipv6.nat", Value.BOOL),
                    entry("ipv6.nat.address", Value.V6),
                    entry("ipv6.routes", Value.list(Value.V6_NET)),
                    entry("ipv6.routing", Value.BOOL),
                    entry("raw.dnsmasq", Value.TEXT),
                    entry("user.*", Value.TEXT)),
            Map.of(
                    "security.acls", LATER,
                    "security.acls.default.ingress.action", LATER,
                    "security.acls.default.egress.action", LATER,
                    "dns.zone.forward", LATER,
                    "dns.zone.reverse.ipv4", LATER,
                    "dns.zone.reverse.ipv6", LATER));

    static final Options POOL_DIR = new Options(
            Map.of(
                    "source", Value.ABSOLUTE,
                    "rsync.bwlimit", Value.SIZE,
                    "rsync.compression", Value.BOOL,
                    "volume.size", Value.SIZE,
                    "user.*", Value.TEXT),
            Map.of("size", "a dir pool is as large as the file system that it lies on; take this key out"));

    static final Options POOL_BTRFS = new Options(
            Map.of(
                    "source", Value.wordOr(List.of("subvolume"), Value.ABSOLUTE),
                    "size", Value.SIZE,
                    "btrfs.mount_options", Value.TEXT,
                    "rsync.bwlimit", Value.SIZE,
                    "rsync.compression", Value.BOOL,
                    "volume.size", Value.SIZE,
                    "user.*", Value.TEXT),
            Map.of());

    /** Of drivers that are not there yet: whatever they have. */
    static final Options POOL_LATER = new Options(
            Map.of(
                    "source", Value.TEXT,
                    "size", Value.SIZE,
                    "lvm.*", Value.TEXT,
                    "zfs.*", Value.TEXT,
                    "ceph.*", Value.TEXT,
                    "cephfs.*", Value.TEXT,
                    "rsync.*", Value.TEXT,
                    "volume.*", Value.TEXT,
                    "user.*", Value.TEXT),
            Map.of());

    private HostOptions() {}
}
