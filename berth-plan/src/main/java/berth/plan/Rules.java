package berth.plan;

import static berth.plan.Rule.Facet.CONFIG;
import static berth.plan.Rule.Facet.DEVICE;
import static berth.plan.Rule.Facet.DISK_ADDED;
import static berth.plan.Rule.Facet.DISK_KEY;
import static berth.plan.Rule.Facet.DISK_REMOVED;
import static berth.plan.Rule.Facet.FIELD;
import static berth.plan.Rule.Facet.FILE;
import static berth.plan.Rule.Facet.HOST_NETWORK;
import static berth.plan.Rule.Facet.NETWORK;
import static berth.plan.Rule.Facet.NIC;
import static berth.plan.Rule.Facet.NIC_FIXED;
import static berth.plan.Rule.Facet.NIC_KEY;
import static berth.plan.Rule.Facet.POOL;
import static berth.plan.Rule.Facet.PORT;
import static berth.plan.Rule.Facet.ROOT_KEY;
import static berth.plan.Rule.Facet.SERVER;
import static berth.plan.Verdict.LIVE;
import static berth.plan.Verdict.MOVE;
import static berth.plan.Verdict.NONE;
import static berth.plan.Verdict.PENDING;
import static berth.plan.Verdict.REFUSE;
import static berth.plan.Verdict.RELOAD;
import static berth.plan.Verdict.REPLACE;
import static berth.plan.Verdict.RESTART;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The activation table. The first row that matches decides; the last row of a facet catches the rest, so that no key is
 * without a verdict. Rows whose feature does not exist yet are listed in {@code docs/declared.md}.
 */
public final class Rules {
    /** Rows in the order they are tried. */
    public static final List<Rule> TABLE = List.of(
            row(
                    "A27",
                    FILE,
                    "files\\./etc/credstore/.*",
                    RESTART,
                    LIVE,
                    PENDING,
                    Skill.FILES,
                    "a file that units take up when they start"),
            row("A1", FILE, ".*", LIVE, LIVE, RELOAD, Skill.FILES, "only a file inside the guest"),
            // A3 when up, A4 when down: Judge looks at the values.
            row("A3", CONFIG, "limits\\.memory", LIVE, LIVE, RESTART, Skill.LIMITS, "cgroup value"),
            row("A5", CONFIG, "limits\\.cpu", LIVE, LIVE, RESTART, Skill.LIMITS, "cgroup value"),
            row("A22", CONFIG, "limits\\.kernel\\..*", RESTART, RESTART, RESTART, null, "set before PID 1"),
            row("A6", CONFIG, "limits\\..*", LIVE, LIVE, PENDING, Skill.LIMITS, "cgroup value"),
            // A8 when up, A9 when down.
            row("A8", ROOT_KEY, "size", LIVE, LIVE, LIVE, Skill.ROOT_GROW, "storage grows online"),
            row("A6", ROOT_KEY, "limits\\..*", LIVE, LIVE, PENDING, Skill.LIMITS, "cgroup value"),
            row(
                    "A12",
                    ROOT_KEY,
                    "pool",
                    MOVE,
                    MOVE,
                    MOVE,
                    null,
                    "its root is taken to the other pool while it is stopped, with its snapshots"),
            row("A12", ROOT_KEY, ".*", REPLACE, REPLACE, REPLACE, null, "a root cannot be swapped while it is used"),
            row("A10", DISK_ADDED, ".*", RESTART, LIVE, LIVE, Skill.MOUNT_HOTPLUG, "mounts can be added from outside"),
            row(
                    "A11",
                    DISK_REMOVED,
                    ".*",
                    RESTART,
                    LIVE,
                    RESTART,
                    Skill.MOUNT_HOTPLUG,
                    "taken out of sight; what is open there stays so until it is closed"),
            row("A6", DISK_KEY, "limits\\..*", LIVE, LIVE, PENDING, Skill.LIMITS, "cgroup value"),
            row(
                    "A11",
                    DISK_KEY,
                    ".*",
                    RESTART,
                    LIVE,
                    RESTART,
                    Skill.MOUNT_HOTPLUG,
                    "taken out and put in again; what is open there stays so until it is closed"),
            row("A13", NIC, ".*", RESTART, LIVE, LIVE, Skill.NIC_HOTPLUG, "a card can be put in and taken out"),
            row("A19", HOST_NETWORK, ".*", RESTART, RESTART, RESTART, null, "a network namespace is made at the start"),
            row(
                    "A14",
                    NIC_KEY,
                    "ipv[46]\\.nat|limits\\..*|ipv[46]\\.routes.*|security\\..*",
                    LIVE,
                    LIVE,
                    LIVE,
                    Skill.NIC_SETTINGS,
                    "host side only"),
            row(
                    "A15",
                    NIC_KEY,
                    "ipv[46]\\.address",
                    LIVE,
                    LIVE,
                    LIVE,
                    Skill.NIC_SETTINGS,
                    "the host's lease table only"),
            row(
                    "A16",
                    NIC_FIXED,
                    "ipv[46]\\.(address|gateway)",
                    RESTART,
                    LIVE,
                    RELOAD,
                    Skill.NIC_HOTPLUG,
                    "set from outside; the card is made anew, its link drops"),
            row(
                    "A17",
                    NIC_FIXED,
                    "ipv[46]\\.(host_address|host_table)",
                    LIVE,
                    LIVE,
                    LIVE,
                    Skill.NIC_HOTPLUG,
                    "the host's end; the card is made anew, its link drops"),
            row(
                    "A18",
                    NIC_FIXED,
                    ".*",
                    RESTART,
                    LIVE,
                    LIVE,
                    Skill.NIC_HOTPLUG,
                    "the card is made anew, its link drops"),
            row("A30", NIC_KEY, "user\\..*", NONE, NONE, NONE, null, "a label"),
            row("A18", NIC_KEY, ".*", RESTART, LIVE, LIVE, Skill.NIC_HOTPLUG, "the card is made anew, its link drops"),
            row("A20", PORT, ".*", LIVE, LIVE, LIVE, Skill.DEVICE_HOTPLUG, "rules and doors of the host"),
            row("A25", DEVICE, ".*", RESTART, LIVE, RESTART, Skill.DEVICE_HOTPLUG, "the device is put in or taken out"),
            row("A17", NETWORK, "ipv[46]\\..*", LIVE, LIVE, LIVE, null, "host side only"),
            row("A21", NETWORK, "dns\\..*|raw\\.dnsmasq", LIVE, LIVE, RELOAD, null, "the host's name server only"),
            row("A18", NETWORK, "bridge\\.mtu", PENDING, PENDING, PENDING, null, "cards take it when they are made"),
            row("A30", NETWORK, "user\\..*|description", NONE, NONE, NONE, null, "a label"),
            row("A31", NETWORK, "protect|declared", NONE, NONE, NONE, null, "used by Berth only"),
            row("A17", NETWORK, ".*", LIVE, LIVE, LIVE, null, "host side only"),
            row("A8", POOL, "size", LIVE, LIVE, LIVE, null, "storage grows online"),
            row("A12", POOL, "driver|source", REFUSE, REFUSE, REFUSE, null, "a pool stays where it is; make another"),
            row("A31", POOL, ".*", NONE, NONE, NONE, null, "used by Berth only"),
            row(
                    "A22",
                    CONFIG,
                    "raw\\.(lxc|seccomp|apparmor)|security\\.syscalls\\..*|linux\\.sysctl\\..*|nvidia\\..*"
                            + "|security\\.devlxd.*",
                    RESTART,
                    RESTART,
                    RESTART,
                    null,
                    "set before PID 1"),
            row("A22", CONFIG, "linux\\.kernel_modules", LIVE, PENDING, PENDING, null, "loaded before the next start"),
            row(
                    "A23",
                    CONFIG,
                    "security\\.idmap\\..*|raw\\.idmap",
                    RESTART,
                    RESTART,
                    RESTART,
                    null,
                    "other owner ids; set before PID 1"),
            row("A24", CONFIG, "security\\.nesting", RESTART, LIVE, RESTART, Skill.NESTING, "mounts and policy only"),
            row("A24", CONFIG, "security\\.privileged", RESTART, RESTART, RESTART, null, "set before PID 1"),
            row(
                    "A26",
                    CONFIG,
                    "environment\\..*",
                    RESTART,
                    PENDING,
                    PENDING,
                    null,
                    "new commands have it at once, init keeps its own"),
            row(
                    "A28",
                    CONFIG,
                    "cloud-init\\..*|user\\.(user-data|vendor-data|network-config|meta-data)",
                    PENDING,
                    PENDING,
                    PENDING,
                    null,
                    "cloud-init is told at the next start"),
            row("A29", CONFIG, "boot\\..*", NONE, NONE, NONE, null, "used by the manager only"),
            row(
                    "A1",
                    CONFIG,
                    "user\\.berth\\.system",
                    RELOAD,
                    RELOAD,
                    RELOAD,
                    null,
                    "only the guest's system; it goes over to it by itself"),
            row("A30", CONFIG, "snapshots\\..*|user\\..*", NONE, NONE, NONE, null, "used by the manager only"),
            row(
                    "A31",
                    CONFIG,
                    "security\\.protection\\..*|cluster\\..*|migration\\..*",
                    NONE,
                    NONE,
                    NONE,
                    null,
                    "used by Berth only"),
            row("A22", CONFIG, ".*", RESTART, RESTART, RESTART, null, "not known to change while it runs"),
            row("A30", FIELD, "description", NONE, NONE, NONE, null, "used by the manager only"),
            row(
                    "A31",
                    FIELD,
                    "needs|protect|declared|health|update|snapshots",
                    NONE,
                    NONE,
                    NONE,
                    null,
                    "used by Berth only"),
            row(
                    "A33",
                    FIELD,
                    "image \\(rebuild\\)",
                    REPLACE,
                    REPLACE,
                    REPLACE,
                    null,
                    "refresh: rebuild; a new root, what was is kept as a snapshot"),
            row(
                    "A34",
                    FIELD,
                    "system",
                    REPLACE,
                    REPLACE,
                    REPLACE,
                    null,
                    "another kind of root; what was is kept, retired"),
            row("A32", FIELD, "image", NONE, NONE, NONE, null, "used when a guest is made: new guests only"),
            row("A42", FIELD, "profiles", NONE, NONE, NONE, null, "each key of the profiles has its own verdict"),
            row("A35", FIELD, "ephemeral", REFUSE, REFUSE, REFUSE, null, "its state would vanish at the next stop"),
            row(
                    "A36",
                    FIELD,
                    "name",
                    RESTART,
                    RESTART,
                    RESTART,
                    null,
                    "its name lives in interfaces and control groups"),
            row("A40", FIELD, "reset", REPLACE, REPLACE, REPLACE, null, "it begins anew; what was is kept, retired"),
            row(
                    "A46",
                    FIELD,
                    "state",
                    RESTART,
                    RESTART,
                    RESTART,
                    null,
                    "data is put back; what was is kept as a snapshot"),
            row("A38", FIELD, "host", MOVE, MOVE, MOVE, null, "it goes to another host"),
            row("A39", FIELD, "kind|architecture", REPLACE, REPLACE, REPLACE, null, "another machine"),
            row("A47", SERVER, ".*", LIVE, LIVE, LIVE, null, "the daemon's own; no guest feels it"),
            row("A45", FIELD, "power", LIVE, LIVE, LIVE, null, "declared running"));

    private Rules() {}

    /** The row for a key. */
    public static Rule of(Rule.Facet facet, String key) {
        return TABLE.stream()
                .filter(rule -> rule.matches(facet, key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no rule for " + facet + " " + key));
    }

    /**
     * The rows of that number, or those that decide about such a key, one a facet; all for the empty text. Rows that catch
     * what no other does are left out of the answer for a key: they would match any word.
     */
    public static List<Rule> about(String numberOrKey) {
        if (numberOrKey.isEmpty()) {
            return TABLE;
        }
        if (numberOrKey.matches("A[0-9]+")) {
            return TABLE.stream().filter(it -> it.id().equals(numberOrKey)).toList();
        }
        return Stream.of(Rule.Facet.values())
                .flatMap(facet -> TABLE.stream().filter(it -> it.matches(facet, numberOrKey)).findFirst().stream())
                .filter(it -> !it.keys().pattern().equals(".*"))
                .toList();
    }

    private static Rule row(
            String id,
            Rule.Facet facet,
            String keys,
            Verdict nspawn,
            Verdict lxc,
            Verdict vm,
            @Nullable Skill skill,
            String why) {
        return new Rule(id, facet, Pattern.compile(keys), nspawn, lxc, vm, skill, why);
    }
}
