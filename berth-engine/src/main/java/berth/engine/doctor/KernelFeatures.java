package berth.engine.doctor;

import berth.engine.doctor.Doctor.Diagnosis;
import berth.engine.doctor.Doctor.Grade;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * What containers want of a kernel (S4-22 to S4-37), looked up in its own configuration ({@code /proc/config.gz}, else {@code
 * /boot/config-RELEASE}), its namespaces, control groups and settings. What is there is one line a group; what is missing has
 * a line each, with what does not work without it.
 */
final class KernelFeatures {
    private static final String ABOUT = "kernel";

    /** Settings of hardened kernels (grsecurity) that break containers, below {@code kernel/grsecurity}. */
    private static final List<String> CHROOT_RESTRICTIONS =
            List.of("chroot_caps", "chroot_deny_chmod", "chroot_deny_chroot", "chroot_deny_mount", "chroot_deny_pivot");

    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts");

    /**
     * Options of the kernel's configuration that serve one purpose.
     *
     * @param what the purpose
     * @param missing how bad it is when one is absent
     * @param without what does not work then
     * @param options without {@code CONFIG_}; of {@code A|B} either will do
     */
    private record Group(String what, Grade missing, String without, List<String> options) {}

    private static final List<Group> GROUPS = List.of(
            group("network cards of guests", Grade.BAD, "no guest has a network", "BRIDGE", "VETH"),
            group("direct network cards", Grade.ADVICE, "cards of type macvlan cannot be had", "MACVLAN"),
            group("tunnels of networks", Grade.ADVICE, "bridges cannot be joined across hosts", "VXLAN"),
            group("dummy interfaces", Grade.ADVICE, "tools that want a card without a wire do not work", "DUMMY"),
            group("checkpoints", Grade.ADVICE, "running guests cannot be stored (stateful)", "CHECKPOINT_RESTORE"),
            group("terminals of guests", Grade.BAD, "guests have no terminals of their own", "UNIX98_PTYS"),
            group(
                    "what init systems want",
                    Grade.BAD,
                    "systemd does not run inside",
                    "EPOLL",
                    "EVENTFD",
                    "FHANDLE",
                    "INOTIFY_USER"),
            group("32-bit guests", Grade.ADVICE, "programs for i686 do not run", "IA32_EMULATION|COMPAT|X86_32"),
            group(
                    "questions about sockets",
                    Grade.ADVICE,
                    "ss inside shows less, and checkpoints do not work",
                    "INET_DIAG",
                    "INET_TCP_DIAG",
                    "INET_UDP_DIAG",
                    "PACKET_DIAG",
                    "UNIX_DIAG",
                    "NETLINK_DIAG"),
            group(
                    "address translation and filters",
                    Grade.BAD,
                    "networks have no NAT and no filters",
                    "NF_TABLES",
                    "NF_TABLES_INET",
                    "NF_NAT",
                    "NFT_NAT",
                    "NFT_MASQ"),
            group("IPv6", Grade.ADVICE, "networks have IPv4 alone", "IPV6"),
            group(
                    "generic tunnels",
                    Grade.ADVICE,
                    "only overlays want them",
                    "NET_IPGRE",
                    "NET_IPGRE_DEMUX",
                    "NET_IPIP"),
            group(
                    "matches of older firewalls inside",
                    Grade.ADVICE,
                    "iptables inside knows no comments or masquerade",
                    "NETFILTER_XT_MATCH_COMMENT",
                    "NETFILTER_XT_TARGET_MASQUERADE|IP_NF_TARGET_MASQUERADE",
                    "NETFILTER_XT_TARGET_MASQUERADE|IP6_NF_TARGET_MASQUERADE"),
            group("message queues", Grade.ADVICE, "programs that want POSIX queues fail", "POSIX_MQUEUE"));

    private final Path root;

    /**
     * Looks below a root.
     *
     * @param root {@code /}, or what stands for it
     */
    KernelFeatures(Path root) {
        this.root = root;
    }

    private static Group group(String what, Grade missing, String without, String... options) {
        return new Group(what, missing, without, List.of(options));
    }

    /** Everything that was looked at. */
    List<Diagnosis> look() {
        var all = new ArrayList<Diagnosis>();
        namespaces(all);
        controllers(all);
        hardening(all);
        Optional<Set<String>> built = configuration();
        if (built.isEmpty()) {
            all.add(new Diagnosis(
                    ABOUT,
                    Grade.ADVICE,
                    "its configuration cannot be read (neither /proc/config.gz nor /boot/config-" + release()
                            + "), so it is unknown what it was built with"));
        }
        built.ifPresent(it -> {
            GROUPS.forEach(group -> group(group, it, all));
            if (it.contains("GRKERNSEC_PROC") || it.contains("GRKERNSEC_SYSFS_RESTRICT")) {
                all.add(new Diagnosis(
                        ABOUT,
                        Grade.BAD,
                        "it hides /proc and /sys (GRKERNSEC_PROC, GRKERNSEC_SYSFS_RESTRICT): build it without"));
            }
        });
        return all;
    }

    private static void group(Group group, Set<String> built, List<Diagnosis> all) {
        var there = new ArrayList<String>();
        for (String option : group.options()) {
            if (List.of(option.split("\\|", -1)).stream().anyMatch(built::contains)) {
                there.add(option);
            } else {
                all.add(new Diagnosis(
                        ABOUT,
                        group.missing(),
                        group.what() + ": it was built without " + option.replace("|", " or ") + ": "
                                + group.without()));
            }
        }
        if (!there.isEmpty()) {
            all.add(new Diagnosis(
                    ABOUT,
                    Grade.GOOD,
                    group.what() + ": "
                            + there.stream().map(it -> it.replace("|", " or ")).collect(Collectors.joining(", "))));
        }
    }

    private void namespaces(List<Diagnosis> all) {
        var there = new ArrayList<String>();
        for (String name : NAMESPACES) {
            if (Files.exists(root.resolve("proc/self/ns").resolve(name))) {
                there.add(name);
            } else {
                all.add(new Diagnosis(ABOUT, Grade.BAD, "it has no namespaces of kind " + name + ": no guest starts"));
            }
        }
        if (!there.isEmpty()) {
            all.add(new Diagnosis(ABOUT, Grade.GOOD, "namespaces: " + String.join(", ", there)));
        }
        if (text("proc/sys/user/max_user_namespaces").map(String::strip).equals(Optional.of("0"))) {
            all.add(new Diagnosis(
                    ABOUT,
                    Grade.BAD,
                    "user.max_user_namespaces is 0: no unprivileged guest starts; sysctl -w"
                            + " user.max_user_namespaces=65536"));
        }
    }

    private void controllers(List<Diagnosis> all) {
        Set<String> enabled = text("proc/cgroups").stream()
                .flatMap(String::lines)
                .filter(it -> it.endsWith("\t1"))
                .map(it -> it.substring(0, it.indexOf('\t')))
                .collect(Collectors.toSet());
        Set<String> unified = text("sys/fs/cgroup/cgroup.controllers").stream()
                .flatMap(it -> List.of(it.strip().split(" ", -1)).stream())
                .collect(Collectors.toSet());
        boolean second = !unified.isEmpty();
        var there = new ArrayList<String>();
        for (String name : List.of("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids")) {
            // Version 2 accounts, freezes and guards devices by itself, and has no controllers for that.
            boolean own = second && Set.of("cpuacct", "devices", "freezer").contains(name);
            if (own || enabled.contains(name) || unified.contains(name)) {
                there.add(name);
            } else {
                all.add(new Diagnosis(
                        ABOUT,
                        Grade.ADVICE,
                        "control groups: there is no " + name + ": what rests on it has no effect"));
            }
        }
        if (!there.isEmpty()) {
            all.add(new Diagnosis(ABOUT, Grade.GOOD, "control groups: " + String.join(", ", there)));
        }
        if (text("proc/self/mounts").stream()
                .flatMap(String::lines)
                .anyMatch(it -> it.contains(" cgroup ") && it.contains("net_prio"))) {
            all.add(new Diagnosis(
                    ABOUT,
                    Grade.ADVICE,
                    "control groups: net_prio is mounted, which takes the owners of sockets from version 2: boot with"
                            + " cgroup_no_v1=net_prio"));
        }
    }

    private void hardening(List<Diagnosis> all) {
        for (String setting : CHROOT_RESTRICTIONS) {
            if (text("proc/sys/kernel/grsecurity/" + setting).map(String::strip).equals(Optional.of("1"))) {
                all.add(new Diagnosis(
                        ABOUT,
                        Grade.BAD,
                        "kernel.grsecurity." + setting + " is on: guests do not start; sysctl -w kernel.grsecurity."
                                + setting + "=0"));
            }
        }
    }

    /** What it was built with, as a part of it or as modules; empty when it does not tell. */
    private Optional<Set<String>> configuration() {
        Path own = root.resolve("proc/config.gz");
        Path boot = root.resolve("boot/config-" + release());
        try {
            if (Files.exists(own)) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(own))) {
                    return Optional.of(options(in));
                }
            }
            try (InputStream in = Files.newInputStream(boot)) {
                return Optional.of(options(in));
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Set<String> options(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                .lines()
                .filter(it -> it.startsWith("CONFIG_") && (it.endsWith("=y") || it.endsWith("=m")))
                .map(it -> it.substring("CONFIG_".length(), it.length() - 2))
                .collect(Collectors.toSet());
    }

    private String release() {
        return text("proc/sys/kernel/osrelease").orElse("").strip();
    }

    private Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)));
        } catch (IOException missing) {
            return Optional.empty();
        }
    }
}
