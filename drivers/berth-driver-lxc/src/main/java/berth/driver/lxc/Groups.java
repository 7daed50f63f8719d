package berth.driver.lxc;

import berth.host.cgroup.Cgroup;
import berth.host.cgroup.Cgroups;
import berth.host.process.ProcessStat;
import berth.spi.Life;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of one container, by fixed names: from them its processes are found again after any restart of the
 * daemon, without files of our own and without LXC's help.
 *
 * @param prefix keeps daemons apart that share a host
 */
record Groups(Cgroups host, String prefix, String key) {
    String payloadName() {
        return prefix + ".payload." + key;
    }

    String monitorName() {
        return prefix + ".monitor." + key;
    }

    String pivotName() {
        return prefix + ".pivot." + key;
    }

    /** The container's own processes. */
    Cgroup payload() {
        return host.group(payloadName());
    }

    /** LXC's monitor, in its own group or, while it ends, in the one beside. */
    Optional<Long> monitor() {
        return host.group(monitorName())
                .anyProcess()
                .or(() -> host.group(pivotName()).anyProcess());
    }

    /** The container's PID 1, when it runs: the monitor's child that is in the payload's group. */
    Optional<Life> init() {
        List<Long> candidates =
                monitor().map(ProcessStat::children).orElseGet(() -> payload().processes());
        return candidates.stream().flatMap(pid -> asInit(pid).stream()).findFirst();
    }

    /** That process, if it is the PID 1 of a pid namespace inside ours and has not ended. */
    static Optional<Life> asInit(long pid) {
        List<Long> numbers = ProcessStat.namespacedPids(pid);
        if (numbers.size() < 2 || numbers.getLast() != 1) {
            return Optional.empty();
        }
        return ProcessStat.of(pid)
                .filter(it -> it.state() != 'Z' && it.state() != 'X')
                .map(it -> new Life(it.pid(), it.startTicks()));
    }

    /**
     * Whose process it is that is in those groups, one path per hierarchy: the key of the one container that all of them
     * name. Only the first part of a path counts, as what is below it is the container's own to name.
     */
    static Optional<String> owner(String prefix, List<String> paths) {
        String payload = "/" + prefix + ".payload.";
        List<String> keys = paths.stream()
                .filter(it -> it.startsWith(payload))
                .map(it -> it.substring(payload.length()).split("/", 2)[0])
                .distinct()
                .toList();
        return keys.size() == 1 ? Optional.of(keys.getFirst()) : Optional.empty();
    }

    /** Whether anything of it is there. */
    boolean exist() {
        return payload().exists()
                || host.group(monitorName()).exists()
                || host.group(pivotName()).exists();
    }

    /** Removes all three groups once they are empty; false when processes stay for longer than that. */
    boolean remove(Duration limit) {
        boolean payload = payload().remove(limit);
        boolean monitor = host.group(monitorName()).remove(limit);
        boolean pivot = host.group(pivotName()).remove(limit);
        return payload && monitor && pivot;
    }
}
