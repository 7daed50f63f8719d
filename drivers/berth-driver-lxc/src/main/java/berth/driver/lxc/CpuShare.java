package berth.driver.lxc;

import berth.host.cgroup.Cgroups;
import berth.model.Quoted;
import berth.model.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which CPUs each container gets: the ones that {@code limits.cpu} names, or as many as it says, those least used by
 * others. Other drivers' instances are not counted.
 */
final class CpuShare {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,6}");
    private static final Pattern SET = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*");
    private static final int MOST = 8192;

    private final SortedSet<Integer> all;
    private final Map<String, SortedSet<Integer>> given = new HashMap<>();

    CpuShare(SortedSet<Integer> all) {
        this.all = new TreeSet<>(all);
    }

    /** Of the CPUs that the cpuset controller offers; none when there is no such controller. */
    static CpuShare ofThisHost(Cgroups cgroups) {
        return new CpuShare(cgroups.root("cpuset")
                .map(root -> {
                    for (String file : List.of("cpuset.effective_cpus", "cpuset.cpus.effective", "cpuset.cpus")) {
                        try {
                            return parse(Files.readString(root.resolve(file)).strip());
                        } catch (IOException notThere) {
                            // The next one.
                        }
                    }
                    return new TreeSet<Integer>();
                })
                .orElseGet(TreeSet::new));
    }

    /** Gives CPUs to a container and remembers it; without a limit all of them, or nothing when they cannot be told. */
    synchronized String give(String key, @Nullable String limit) {
        given.remove(key);
        if (limit == null || limit.isEmpty() || all.isEmpty()) {
            return text(all);
        }
        SortedSet<Integer> chosen;
        if (COUNT.matcher(limit).matches()) {
            chosen = leastUsed(Integer.parseInt(limit));
        } else {
            chosen = parse(limit);
            if (!all.containsAll(chosen)) {
                throw Refused.invalid(
                        "Invalid limits.cpu: " + Quoted.of(limit) + ": this host offers CPUs " + text(all));
            }
        }
        given.put(key, chosen);
        return text(chosen);
    }

    /** It has stopped: its CPUs count as free. */
    synchronized void release(String key) {
        given.remove(key);
    }

    private SortedSet<Integer> leastUsed(int count) {
        if (count < 1) {
            throw Refused.invalid("Invalid limits.cpu: at least one CPU is needed");
        }
        return all.stream()
                .sorted(Comparator.<Integer>comparingLong(cpu -> given.values().stream()
                                .filter(it -> it.contains(cpu))
                                .count())
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static SortedSet<Integer> parse(String text) {
        if (!SET.matcher(text).matches()) {
            throw Refused.invalid("Invalid limits.cpu: " + Quoted.of(text) + "; write a count, or a set as 0-2,5");
        }
        var found = new TreeSet<Integer>();
        for (String part : text.split(",")) {
            String[] ends = part.split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (last < first || last >= MOST) {
                throw Refused.invalid("Invalid limits.cpu: " + Quoted.of(text));
            }
            for (int cpu = first; cpu <= last; cpu++) {
                found.add(cpu);
            }
        }
        return found;
    }

    private static String text(SortedSet<Integer> cpus) {
        return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
