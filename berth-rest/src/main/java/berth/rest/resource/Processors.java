package berth.rest.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sockets, the cores in them, and the threads of these, with caches and frequencies. */
final class Processors {
    private final Sys sys;
    private final Path cpus;
    private final Map<Long, Map<String, String>> said;

    private Processors(Sys sys) {
        this.sys = sys;
        this.cpus = sys.at("/sys/devices/system/cpu");
        this.said = cpuinfo();
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return new Processors(sys).all();
    }

    private record Core(long die, long core) implements Comparable<Core> {
        @Override
        public int compareTo(Core other) {
            return die == other.die ? Long.compare(core, other.core) : Long.compare(die, other.die);
        }
    }

    private Map<String, @Nullable Object> all() {
        var sockets = new TreeMap<Long, Map<Core, List<Long>>>();
        int total = 0;
        for (long cpu : numbered()) {
            Path topology = at(cpu).resolve("topology");
            var core = new Core(Sys.number(topology.resolve("die_id")), coreOf(cpu));
            sockets.computeIfAbsent(socketOf(cpu), _ -> new TreeMap<>())
                    .computeIfAbsent(core, _ -> new ArrayList<>())
                    .add(cpu);
            total++;
        }
        var shown = new ArrayList<>();
        sockets.forEach((id, cores) -> shown.add(socket(id, cores)));
        return new Facts()
                .with("architecture", architecture())
                .with("sockets", shown)
                .with("total", total)
                .done();
    }

    private static String architecture() {
        String known = System.getProperty("os.arch", "");
        return known.equals("amd64") ? "x86_64" : known;
    }

    /** Every thread the kernel has, those that are switched off too; without {@code /sys} those of {@code /proc/cpuinfo}. */
    private List<Long> numbered() {
        var found = Sys.entries(cpus).stream()
                .map(Sys::name)
                .filter(it -> it.matches("cpu[0-9]{1,6}"))
                .map(it -> Sys.number(it.substring(3)))
                .sorted()
                .toList();
        return found.isEmpty() ? List.copyOf(said.keySet()) : found;
    }

    private Path at(long cpu) {
        return cpus.resolve("cpu" + cpu);
    }

    private long socketOf(long cpu) {
        Path file = at(cpu).resolve("topology/physical_package_id");
        return Files.exists(file) ? Sys.number(file) : Sys.number(of(cpu, "physical id"));
    }

    private long coreOf(long cpu) {
        Path file = at(cpu).resolve("topology/core_id");
        if (Files.exists(file)) {
            return Sys.number(file);
        }
        String core = of(cpu, "core id");
        return core.isEmpty() ? cpu : Sys.number(core);
    }

    private Map<String, @Nullable Object> socket(long id, Map<Core, List<Long>> cores) {
        long first = cores.values().iterator().next().getFirst();
        var shown = new ArrayList<>();
        cores.forEach((core, threads) -> shown.add(core(core, threads)));
        long[] speeds = cores.values().stream()
                .flatMap(List::stream)
                .mapToLong(it -> megahertz(it, "scaling_cur_freq"))
                .filter(it -> it > 0)
                .toArray();
        long sum = 0;
        for (long speed : speeds) {
            sum += speed;
        }
        String vendor = of(first, "vendor_id");
        return new Facts()
                .unlessNone("name", of(first, "model name"))
                .unlessNone("vendor", vendor.isEmpty() ? of(first, "CPU implementer") : vendor)
                .with("socket", id)
                .unlessNone("cache", caches(first))
                .with("cores", shown)
                .unlessNone("frequency", speeds.length == 0 ? 0 : sum / speeds.length)
                .unlessNone("frequency_minimum", megahertz(first, "cpuinfo_min_freq"))
                .unlessNone("frequency_turbo", megahertz(first, "cpuinfo_max_freq"))
                .done();
    }

    private long megahertz(long cpu, String file) {
        return Sys.number(at(cpu).resolve("cpufreq").resolve(file)) / 1000;
    }

    private List<Object> caches(long cpu) {
        var caches = new LinkedHashSet<Object>(); // of equal ones the first
        for (Path index : Sys.entries(at(cpu).resolve("cache"))) {
            if (Sys.name(index).startsWith("index")) {
                caches.add(new Facts()
                        .with("level", Sys.number(index.resolve("level")))
                        .with("type", Sys.text(index.resolve("type")))
                        .with("size", bytes(Sys.text(index.resolve("size"))))
                        .done());
            }
        }
        return List.copyOf(caches);
    }

    /** {@code 48K}. */
    private static long bytes(String size) {
        if (size.isEmpty()) {
            return 0;
        }
        long number = Sys.number(size.replaceAll("[^0-9]", ""));
        return switch (size.charAt(size.length() - 1)) {
            case 'K' -> number << 10;
            case 'M' -> number << 20;
            case 'G' -> number << 30;
            default -> number;
        };
    }

    private Map<String, @Nullable Object> core(Core core, List<Long> threads) {
        var isolated = Sys.list(Sys.text(cpus.resolve("isolated")));
        var shown = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            long cpu = threads.get(i);
            Path switched = at(cpu).resolve("online");
            shown.add(new Facts()
                    .with("id", cpu)
                    .with("numa_node", node(cpu))
                    .with("thread", i)
                    .with("online", !Files.exists(switched) || Sys.number(switched) == 1)
                    .with("isolated", isolated.contains(cpu))
                    .done());
        }
        return new Facts()
                .with("core", core.core())
                .with("die", core.die())
                .with("threads", shown)
                .unlessNone("frequency", megahertz(threads.getFirst(), "scaling_cur_freq"))
                .done();
    }

    private long node(long cpu) {
        return Sys.entries(at(cpu)).stream()
                .map(Sys::name)
                .filter(it -> it.matches("node[0-9]+"))
                .mapToLong(it -> Sys.number(it.substring(4)))
                .findFirst()
                .orElse(0);
    }

    private String of(long cpu, String key) {
        var its = said.getOrDefault(cpu, Map.of());
        return its.isEmpty() && !said.isEmpty() // switched off: as the others
                ? said.values().iterator().next().getOrDefault(key, "")
                : its.getOrDefault(key, "");
    }

    private Map<Long, Map<String, String>> cpuinfo() {
        var all = new TreeMap<Long, Map<String, String>>();
        Map<String, String> now = new TreeMap<>();
        for (String line : Sys.lines(sys.at("/proc/cpuinfo"))) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            if (key.equals("processor")) {
                now = new TreeMap<>();
                all.put(Sys.number(value), now);
            }
            now.put(key, value);
        }
        return all;
    }
}
