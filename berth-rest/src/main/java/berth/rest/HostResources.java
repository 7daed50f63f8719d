package berth.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code /1.0/resources}: processors, memory and disks of the host, from {@code /proc} and {@code /sys}. Cards and buses
 * are not listed yet: their lists are empty.
 */
final class HostResources {
    private static final Path BLOCK = Path.of("/sys/block");
    private static final Pattern NOT_A_DISK = Pattern.compile("(loop|ram|zram|dm-|md|sr|nbd|fd).*");

    private HostResources() {}

    static Map<String, Object> read() {
        var all = new LinkedHashMap<String, Object>();
        all.put("cpu", cpu());
        all.put("memory", memory());
        all.put("gpu", none("cards"));
        all.put("network", none("cards"));
        all.put("storage", storage());
        all.put("usb", none("devices"));
        all.put("pci", none("devices"));
        all.put("system", system());
        return all;
    }

    private static Map<String, Object> none(String what) {
        var empty = new LinkedHashMap<String, Object>();
        empty.put(what, List.of());
        empty.put("total", 0);
        return empty;
    }

    /** Sockets, their cores, and the threads of these, as {@code /proc/cpuinfo} numbers them. */
    private static Map<String, Object> cpu() {
        var sockets = new TreeMap<Long, Map<Long, List<Long>>>();
        var facts = new TreeMap<String, String>();
        long thread = 0;
        long socket = 0;
        long core = 0;
        int total = 0;
        for (String line : lines("/proc/cpuinfo")) {
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip();
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            switch (key) {
                case "processor" -> {
                    thread = number(value);
                    core = thread;
                    socket = 0;
                    total++;
                }
                case "physical id" -> socket = number(value);
                case "core id" -> core = number(value);
                case "vendor_id", "model name" -> facts.putIfAbsent(key, value);
                case "" -> add(sockets, socket, core, thread);
                default -> {}
            }
        }
        var list = new ArrayList<Object>();
        sockets.forEach((id, cores) -> list.add(socket(id, cores, facts)));
        var cpu = new LinkedHashMap<String, Object>();
        cpu.put("architecture", System.getProperty("os.arch", "").equals("amd64") ? "x86_64" : "aarch64");
        cpu.put("sockets", list);
        cpu.put("total", total);
        return cpu;
    }

    private static void add(Map<Long, Map<Long, List<Long>>> sockets, long socket, long core, long thread) {
        var threads =
                sockets.computeIfAbsent(socket, _ -> new TreeMap<>()).computeIfAbsent(core, _ -> new ArrayList<>());
        if (!threads.contains(thread)) {
            threads.add(thread);
        }
    }

    private static Map<String, Object> socket(long id, Map<Long, List<Long>> cores, Map<String, String> facts) {
        var list = new ArrayList<Object>();
        cores.forEach((core, threads) -> {
            var numbered = new ArrayList<Object>();
            for (int i = 0; i < threads.size(); i++) {
                var thread = new LinkedHashMap<String, Object>();
                thread.put("id", threads.get(i));
                thread.put("numa_node", 0);
                thread.put("thread", i);
                thread.put("online", true);
                thread.put("isolated", false);
                numbered.add(thread);
            }
            var one = new LinkedHashMap<String, Object>();
            one.put("core", core);
            one.put("die", 0);
            one.put("threads", numbered);
            list.add(one);
        });
        var socket = new LinkedHashMap<String, Object>();
        socket.put("name", facts.getOrDefault("model name", ""));
        socket.put("vendor", facts.getOrDefault("vendor_id", ""));
        socket.put("socket", id);
        socket.put("cores", list);
        return socket;
    }

    private static Map<String, Object> memory() {
        var facts = new TreeMap<String, Long>();
        for (String line : lines("/proc/meminfo")) {
            String[] part = line.split("[: ]+");
            facts.put(part[0], part.length > 1 ? number(part[1]) * (part.length > 2 ? 1024 : 1) : 0);
        }
        long total = facts.getOrDefault("MemTotal", 0L);
        long used = total - facts.getOrDefault("MemAvailable", 0L);
        long page = facts.getOrDefault("Hugepagesize", 0L);
        long pages = facts.getOrDefault("HugePages_Total", 0L);
        var memory = new LinkedHashMap<String, Object>();
        memory.put("hugepages_total", pages * page);
        memory.put("hugepages_used", (pages - facts.getOrDefault("HugePages_Free", 0L)) * page);
        memory.put("hugepages_size", page);
        memory.put("used", used);
        memory.put("total", total);
        return memory;
    }

    private static Map<String, Object> storage() {
        var disks = new ArrayList<Object>();
        try (var devices = Files.list(BLOCK)) {
            devices.map(it -> it.getFileName() + "")
                    .filter(it -> !NOT_A_DISK.matcher(it).matches())
                    .sorted()
                    .forEach(it -> disks.add(disk(it)));
        } catch (IOException none) {
            return none("disks");
        }
        var storage = new LinkedHashMap<String, Object>();
        storage.put("disks", disks);
        storage.put("total", disks.size());
        return storage;
    }

    private static Map<String, Object> disk(String name) {
        Path sys = BLOCK.resolve(name);
        var disk = new LinkedHashMap<String, Object>();
        disk.put("id", name);
        disk.put("device", line(sys.resolve("dev")));
        disk.put("model", line(sys.resolve("device/model")));
        disk.put("type", name.startsWith("nvme") ? "nvme" : name.startsWith("vd") ? "virtio" : "scsi");
        disk.put("read_only", line(sys.resolve("ro")).equals("1"));
        disk.put("size", number(line(sys.resolve("size"))) * 512);
        disk.put("removable", line(sys.resolve("removable")).equals("1"));
        disk.put("numa_node", 0);
        disk.put("block_size", number(line(sys.resolve("queue/logical_block_size"))));
        disk.put("rpm", number(line(sys.resolve("queue/rotational"))));
        disk.put("device_id", "");
        disk.put("partitions", List.of());
        return disk;
    }

    private static Map<String, Object> system() {
        Path dmi = Path.of("/sys/class/dmi/id");
        var system = new LinkedHashMap<String, Object>();
        system.put("uuid", "");
        system.put("vendor", line(dmi.resolve("sys_vendor")));
        system.put("product", line(dmi.resolve("product_name")));
        system.put("family", line(dmi.resolve("product_family")));
        system.put("version", line(dmi.resolve("product_version")));
        system.put("sku", line(dmi.resolve("product_sku")));
        system.put("serial", "");
        system.put("type", "");
        system.put("firmware", facts(dmi, "bios_", "vendor", "date", "version"));
        system.put("chassis", facts(dmi, "chassis_", "vendor", "type", "version"));
        system.put("motherboard", facts(dmi, "board_", "vendor", "name", "version"));
        return system;
    }

    private static Map<String, Object> facts(Path dmi, String prefix, String... names) {
        var facts = new LinkedHashMap<String, Object>();
        for (String name : names) {
            facts.put(name.equals("name") ? "product" : name, line(dmi.resolve(prefix + name)));
        }
        return facts;
    }

    private static String line(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static List<String> lines(String file) {
        try {
            var lines = new ArrayList<>(Files.readAllLines(Path.of(file)));
            lines.add("");
            return lines;
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
