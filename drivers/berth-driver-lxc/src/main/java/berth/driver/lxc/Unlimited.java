package berth.driver.lxc;

import berth.spi.Handle;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which {@code limits.*} keys do nothing here, because the kernel offers no controller for them: switched off at its
 * command line, not delegated to the container that Berth runs in, or not built in.
 */
final class Unlimited {
    private static final Map<String, List<String>> KEYS = Map.of(
            "memory",
            List.of("limits.memory", "limits.memory.enforce", "limits.memory.swap", "limits.memory.swap.priority"),
            "cpu",
            List.of("limits.cpu.allowance", "limits.cpu.priority"),
            "cpuset",
            List.of("limits.cpu"),
            "pids",
            List.of("limits.processes"),
            "hugetlb",
            List.of("limits.hugepages.64KB", "limits.hugepages.1MB", "limits.hugepages.2MB", "limits.hugepages.1GB"));

    private static final System.Logger LOG = System.getLogger(Unlimited.class.getName());

    private Unlimited() {}

    /** Warns of those keys that a container has set. */
    static void say(SortedMap<String, String> withoutEffect, Handle handle, SortedMap<String, String> config) {
        withoutEffect.forEach((key, why) -> {
            String value = config.getOrDefault(key, "");
            if (!value.isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}: {1} = {2} has no effect: {3}",
                        handle.key(),
                        key,
                        value,
                        why);
            }
        });
    }

    /**
     * Those keys, each with the reason.
     *
     * @param offered whether the host has a controller of that name, in any version
     */
    static SortedMap<String, String> keys(Predicate<String> offered) {
        var found = new TreeMap<String, String>();
        KEYS.forEach((controller, keys) -> {
            if (!offered.test(controller)) {
                keys.forEach(key -> found.put(key, "its control groups have no controller " + controller));
            }
        });
        if (!offered.test("io") && !offered.test("blkio")) {
            found.put("limits.disk.priority", "its control groups have no controller io or blkio");
        }
        return found;
    }
}
