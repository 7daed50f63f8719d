package berth.driver.lxc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration of a container of the usual kind: with ids of its own, the default policy of system calls, and nothing
 * else that a process that enters it would have to be given.
 *
 * @param root what user 0 inside is, as the host counts
 * @param rootGroup what group 0 inside is
 * @param environment variables for whatever is attached
 */
record UsualConf(long root, long rootGroup, Map<String, String> environment) {
    private static final Pattern MAP = Pattern.compile("([ug]) 0 ([1-9][0-9]{0,9}) [0-9]+");
    private static final String ARCHITECTURE = "x86_64";

    /** What is done once, at the start, and does not concern who comes later. */
    private static final List<String> OF_THE_START = List.of(
            "lxc.uts.name",
            "lxc.rootfs.path",
            "lxc.console.",
            "lxc.autodev",
            "lxc.pty.max",
            "lxc.tty.max",
            "lxc.signal.",
            "lxc.mount.auto",
            "lxc.mount.entry",
            "lxc.cgroup.dir.monitor",
            "lxc.cgroup.memory.",
            "lxc.cgroup.cpu.",
            "lxc.cgroup.cpuset.",
            "lxc.cgroup.pids.",
            "lxc.cgroup.blkio.",
            "lxc.cgroup.hugetlb.",
            "lxc.cgroup2.",
            "lxc.net.",
            "lxc.sysctl.");

    /** Those that must be there, once each and as we would write them. */
    private static final Set<String> DECISIVE =
            Set.of("lxc.arch", "lxc.idmap u", "lxc.idmap g", "lxc.seccomp.profile", "lxc.cgroup.dir.container");

    /**
     * Understands a configuration; empty when anything in it is not of the usual kind, known or not.
     *
     * @param conf the text of the running start's {@code lxc.conf}
     * @param policy the text of its seccomp policy
     * @param policyPath where that lies
     * @param group the name of its control group
     */
    static Optional<UsualConf> of(String conf, String policy, String policyPath, String group) {
        if (!policy.equals(SeccompPolicy.of(Map.of()))) {
            return Optional.empty();
        }
        var decisive = new LinkedHashMap<String, String>();
        var environment = new LinkedHashMap<String, String>();
        for (LxcConf.Entry entry : LxcConf.parse(conf)) {
            String key = entry.key().equals("lxc.idmap") && !entry.value().isEmpty()
                    ? "lxc.idmap " + entry.value().charAt(0)
                    : entry.key();
            if (DECISIVE.contains(key)) {
                if (decisive.put(key, entry.value()) != null) {
                    return Optional.empty();
                }
            } else if (key.equals("lxc.environment") && entry.value().indexOf('=') > 0) {
                int equals = entry.value().indexOf('=');
                environment.put(
                        entry.value().substring(0, equals), entry.value().substring(equals + 1));
            } else if (OF_THE_START.stream().noneMatch(key::startsWith)) {
                return Optional.empty();
            }
        }
        boolean asWeWroteIt = decisive.keySet().equals(DECISIVE)
                && ARCHITECTURE.equals(decisive.get("lxc.arch"))
                && policyPath.equals(decisive.get("lxc.seccomp.profile"))
                && group.equals(decisive.get("lxc.cgroup.dir.container"));
        if (!asWeWroteIt) {
            return Optional.empty();
        }
        return first(decisive.getOrDefault("lxc.idmap u", ""))
                .flatMap(user -> first(decisive.getOrDefault("lxc.idmap g", ""))
                        .map(it -> new UsualConf(user, it, environment)));
    }

    private static Optional<Long> first(String map) {
        var matcher = MAP.matcher(map);
        return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(2))) : Optional.empty();
    }
}
