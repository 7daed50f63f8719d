package berth.host.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a group has used: processors, memory, disks. From the controllers' own files, v1 or v2, whichever has the
 * controller; nothing is kept between two looks. Numbers are -1 where the kernel does not tell.
 */
public final class Accounts {
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");
    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    private final Cgroups host;
    private final String name;

    Accounts(Cgroups host, String name) {
        this.host = host;
        this.name = name;
    }

    /** Time on one processor, nanoseconds; number 0 for the sum of all, which is what v2 keeps. */
    public record Processor(int number, long user, long system) {}

    /** What went from and to a block device, by its kernel name. */
    public record Disk(String device, long readBytes, long reads, long writtenBytes, long writes) {}

    /** Bytes of huge pages it may use, and of these the free ones. */
    public record HugePages(long total, long free) {}

    /** Time by processor, in their order. */
    public List<Processor> processors() {
        Optional<String> each = text("cpuacct", "cpuacct.usage_all");
        if (each.isPresent()) {
            return each.get()
                    .lines()
                    .skip(1)
                    .map(it -> it.split(" "))
                    .filter(it -> it.length == 3)
                    .map(it -> new Processor(Integer.parseInt(it[0]), Long.parseLong(it[1]), Long.parseLong(it[2])))
                    .toList();
        }
        Map<String, Long> sum = host.unified()
                .flatMap(it -> Cgroup.read(it.resolve(name).resolve("cpu.stat")))
                .map(Accounts::pairs)
                .orElse(Map.of());
        return sum.containsKey("user_usec")
                ? List.of(new Processor(0, sum.get("user_usec") * 1000, sum.getOrDefault("system_usec", 0L) * 1000))
                : List.of();
    }

    /**
     * Lines of {@code memory.stat} by their v2 names ({@code anon}, {@code file}, {@code file_dirty} …), groups below
     * included, whichever version is there.
     */
    public Map<String, Long> memory() {
        Map<String, Long> told =
                text("memory", "memory.stat").map(Accounts::pairs).orElse(Map.of());
        if (host.isUnified("memory")) {
            return told;
        }
        var renamed = new HashMap<String, Long>();
        told.forEach((key, value) -> {
            if (key.startsWith("total_")) {
                renamed.put(modern(key.substring("total_".length())), value);
            }
        });
        return renamed;
    }

    private static String modern(String legacy) {
        return switch (legacy) {
            case "cache" -> "file";
            case "rss" -> "anon";
            case "mapped_file" -> "file_mapped";
            case "dirty" -> "file_dirty";
            case "writeback" -> "file_writeback";
            default -> legacy;
        };
    }

    /** The most memory it may use; -1 for no limit. */
    public long memoryLimit() {
        long limit = number(host.isUnified("memory") ? "memory.max" : "memory.limit_in_bytes");
        return limit >= Long.MAX_VALUE / 2 ? -1 : limit; // v1 writes "no limit" as a number of pages
    }

    /** Memory in use now, page cache included. */
    public long memoryInUse() {
        return number(host.isUnified("memory") ? "memory.current" : "memory.usage_in_bytes");
    }

    /** Bytes swapped out. */
    public long swap(Map<String, Long> memory) {
        return host.isUnified("memory") ? number("memory.swap.current") : memory.getOrDefault("swap", -1L);
    }

    /** Processes and threads. */
    public long processes() {
        return number("pids", "pids.current");
    }

    /** Processes killed for want of memory. */
    public long outOfMemoryKills() {
        return text("memory", host.isUnified("memory") ? "memory.events" : "memory.oom_control")
                .map(Accounts::pairs)
                .map(it -> it.getOrDefault("oom_kill", -1L))
                .orElse(-1L);
    }

    /** Huge pages of all sizes; both -1 where there is no controller for them. */
    public HugePages hugePages() {
        Optional<Path> group = host.root("hugetlb").map(it -> it.resolve(name));
        if (group.isEmpty()) {
            return new HugePages(-1, -1);
        }
        boolean unified = host.isUnified("hugetlb");
        long total = 0;
        long used = 0;
        try (DirectoryStream<Path> sizes = Files.newDirectoryStream(HUGE_PAGES, "hugepages-*kB")) {
            for (Path size : sizes) {
                long kilobytes = Long.parseLong((size.getFileName() + "").replaceAll("[^0-9]", ""));
                String file = "hugetlb." + spoken(kilobytes);
                long there = Cgroup.read(size.resolve("nr_hugepages"))
                                .map(it -> Long.parseLong(it.strip()))
                                .orElse(0L)
                        * kilobytes
                        * 1024;
                long limit = number("hugetlb", file + (unified ? ".max" : ".limit_in_bytes"));
                total += limit < 0 ? there : Math.min(limit, there);
                used += Math.max(0, number("hugetlb", file + (unified ? ".current" : ".usage_in_bytes")));
            }
        } catch (IOException none) {
            return new HugePages(-1, -1);
        }
        return new HugePages(total, Math.max(0, total - used));
    }

    private static String spoken(long kilobytes) {
        return kilobytes >= 1 << 20 ? (kilobytes >> 20) + "GB" : (kilobytes >> 10) + "MB";
    }

    /** Block devices that it has used, by name. */
    public List<Disk> disks() {
        var found = new TreeMap<String, long[]>();
        if (host.isUnified("blkio") || host.isUnified("io")) {
            text("io", "io.stat").ifPresent(it -> modernDisks(it, found));
        } else {
            text("blkio", "blkio.throttle.io_service_bytes_recursive").ifPresent(it -> legacyDisks(it, 0, found));
            text("blkio", "blkio.throttle.io_serviced_recursive").ifPresent(it -> legacyDisks(it, 1, found));
        }
        var disks = new ArrayList<Disk>();
        found.forEach((number, it) -> disks.add(new Disk(deviceName(number), it[0], it[1], it[2], it[3])));
        return disks;
    }

    /** Lines of {@code 254:0 rbytes=4096 wbytes=0 rios=1 wios=0 …}. */
    private static void modernDisks(String text, Map<String, long[]> found) {
        List<String> wanted = List.of("rbytes", "rios", "wbytes", "wios");
        text.lines().map(it -> it.split(" ")).forEach(words -> {
            long[] counters = new long[4];
            for (int i = 1; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                int which = equals < 0 ? -1 : wanted.indexOf(words[i].substring(0, equals));
                if (which >= 0) {
                    counters[which] = Long.parseLong(words[i].substring(equals + 1));
                }
            }
            if (words.length > 1) {
                found.put(words[0], counters);
            }
        });
    }

    /** Lines of {@code 254:0 Read 4096}; the sums at the end have two words. */
    private static void legacyDisks(String text, int offset, Map<String, long[]> found) {
        text.lines().map(it -> it.split(" ")).filter(it -> it.length == 3).forEach(words -> {
            int which = words[1].equals("Read") ? offset : words[1].equals("Write") ? offset + 2 : -1;
            if (which >= 0) {
                found.computeIfAbsent(words[0], _ -> new long[4])[which] = Long.parseLong(words[2]);
            }
        });
    }

    /** {@code vda} for {@code 254:0}; the number itself for a device that has gone. */
    private static String deviceName(String number) {
        try {
            return Files.readSymbolicLink(BLOCK_DEVICES.resolve(number)).getFileName() + "";
        } catch (IOException gone) {
            return number;
        }
    }

    private static Map<String, Long> pairs(String text) {
        var pairs = new HashMap<String, Long>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                pairs.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
            }
        });
        return pairs;
    }

    private long number(String memoryFile) {
        return number("memory", memoryFile);
    }

    private long number(String controller, String file) {
        return text(controller, file)
                .map(String::strip)
                .filter(it -> !it.equals("max"))
                .map(Long::parseLong)
                .orElse(-1L);
    }

    private Optional<String> text(String controller, String file) {
        return host.root(controller).flatMap(it -> Cgroup.read(it.resolve(name).resolve(file)));
    }
}
