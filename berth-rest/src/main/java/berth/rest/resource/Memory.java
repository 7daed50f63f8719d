package berth.rest.resource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Memory of the host and of each of its NUMA nodes, with huge pages. */
final class Memory {
    private static final Pattern LINE = Pattern.compile("(?:Node \\d+ )?([^:]+): +(\\d+)( kB)?");
    private final Sys sys;
    private final long block;

    private Memory(Sys sys) {
        this.sys = sys;
        this.block = Sys.hex(Sys.text(sys.at("/sys/devices/system/memory/block_size_bytes")));
    }

    static Map<String, @Nullable Object> read(Sys sys) {
        return new Memory(sys).all();
    }

    private Map<String, @Nullable Object> all() {
        var facts = facts(sys.at("/proc/meminfo"));
        long page = facts.getOrDefault("Hugepagesize", 0L);
        var nodes = new ArrayList<>();
        for (Path node : Sys.entries(sys.at("/sys/devices/system/node"))) {
            if (Sys.name(node).matches("node[0-9]+")) {
                nodes.add(node(node, page));
            }
        }
        long pages = facts.getOrDefault("HugePages_Total", 0L);
        long known = facts.getOrDefault("MemTotal", 0L);
        long blocks = blocks(sys.at("/sys/devices/system/memory"));
        return new Facts()
                .unlessNone("nodes", nodes)
                .with("hugepages_total", pages * page)
                .with("hugepages_used", (pages - facts.getOrDefault("HugePages_Free", 0L)) * page)
                .with("hugepages_size", page)
                .with("used", known - facts.getOrDefault("MemAvailable", 0L))
                .with("total", blocks > 0 ? blocks : known)
                .done();
    }

    private Map<String, @Nullable Object> node(Path node, long page) {
        var facts = facts(node.resolve("meminfo"));
        long pages = facts.getOrDefault("HugePages_Total", 0L);
        long blocks = blocks(node);
        return new Facts()
                .with("numa_node", Sys.number(Sys.name(node).substring(4)))
                .with("hugepages_used", (pages - facts.getOrDefault("HugePages_Free", 0L)) * page)
                .with("hugepages_total", pages * page)
                .with("used", facts.getOrDefault("MemUsed", 0L))
                .with("total", blocks > 0 ? blocks : facts.getOrDefault("MemTotal", 0L))
                .done();
    }

    /** What is built in: the kernel itself takes some of it before it counts. */
    private long blocks(Path directory) {
        return block
                * Sys.entries(directory).stream()
                        .filter(it -> Sys.name(it).matches("memory[0-9]+")
                                && !Sys.text(it.resolve("online")).equals("0"))
                        .count();
    }

    private static Map<String, Long> facts(Path file) {
        var facts = new TreeMap<String, Long>();
        for (String line : Sys.lines(file)) {
            var match = LINE.matcher(line);
            if (match.lookingAt()) {
                facts.put(match.group(1), Sys.number(match.group(2)) * (match.group(3) == null ? 1 : 1024));
            }
        }
        return facts;
    }
}
