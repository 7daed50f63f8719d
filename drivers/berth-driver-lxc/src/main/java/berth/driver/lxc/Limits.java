package berth.driver.lxc;

import berth.host.cgroup.Cgroup.Setting;
import berth.host.cgroup.Cgroups;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code limits.*} keys as values of control files, of the version that this host has. Every file is always written,
 * "no limit" included, so that taking a key away takes its effect away.
 */
final class Limits {
    private static final Pattern SHARE = Pattern.compile("([0-9]{1,6})%");
    private static final Pattern QUOTA = Pattern.compile("([0-9]{1,9})(?:ms)?/([0-9]{1,9})(?:ms)?");

    /** Of guests without a share of their own, where the host's own services have 1024 and 100: decision 0150. */
    private static final long SHARES = 256;

    private static final long WEIGHT = 25;

    private static final Map<String, String> HUGE_PAGES =
            Map.of("64KB", "64KB", "1MB", "1MB", "2MB", "2MB", "1GB", "1GB");

    private final Cgroups host;
    private final List<Setting> settings = new ArrayList<>();

    private Limits(Cgroups host) {
        this.host = host;
    }

    /**
     * All settings for these keys.
     *
     * @param cpus the CPUs it may use, as cpuset writes them; empty = all
     */
    static List<Setting> of(Cgroups host, Map<String, String> config, String cpus) {
        var limits = new Limits(host);
        limits.memory(config);
        limits.cpu(config);
        if (!cpus.isEmpty()) {
            limits.put("cpuset", "cpuset.cpus", "cpuset.cpus", cpus);
        }
        String processes = config.getOrDefault("limits.processes", "");
        limits.put("pids", "pids.max", "pids.max", processes.isEmpty() ? "max" : number("limits.processes", processes));
        limits.disk(config);
        limits.hugePages(config);
        return List.copyOf(limits.settings);
    }

    private void put(String controller, String legacyFile, String unifiedFile, String value) {
        if (host.has(controller)) {
            boolean unified = host.isUnified(controller);
            settings.add(new Setting(controller, unified, unified ? unifiedFile : legacyFile, value));
        }
    }

    private void memory(Map<String, String> config) {
        String limit = config.getOrDefault("limits.memory", "");
        long bytes = limit.isEmpty() ? -1 : memoryBytes(limit);
        boolean soft = Config.value(config, "limits.memory.enforce", "hard").equals("soft");
        boolean swap = Config.isTrue(Config.value(config, "limits.memory.swap", "true"));
        long priority = Long.parseLong(
                number("limits.memory.swap.priority", Config.value(config, "limits.memory.swap.priority", "10")));
        if (!host.has("memory")) {
            return;
        }
        String hard = bytes < 0 || soft ? "" : Long.toString(bytes);
        if (host.isUnified("memory")) {
            put("memory", "", "memory.high", bytes >= 0 && soft ? Long.toString(bytes) : "max");
            put("memory", "", "memory.max", hard.isEmpty() ? "max" : hard);
            put("memory", "", "memory.swap.max", swap ? "max" : "0");
            return;
        }
        put("memory", "memory.limit_in_bytes", "", hard.isEmpty() ? "-1" : hard);
        if (swapIsAccounted()) {
            put("memory", "memory.memsw.limit_in_bytes", "", hard.isEmpty() ? "-1" : hard);
        }
        put("memory", "memory.soft_limit_in_bytes", "", bytes >= 0 && soft ? Long.toString(bytes) : "-1");
        put("memory", "memory.swappiness", "", swap ? Long.toString(70 - Math.min(priority, 10)) : "0");
    }

    private boolean swapIsAccounted() {
        return host.root("memory")
                .map(it -> Files.exists(it.resolve("memory.memsw.limit_in_bytes")))
                .orElse(false);
    }

    /** Bytes, or a share of the host's memory. */
    static long memoryBytes(String limit) {
        if (!limit.endsWith("%")) {
            return Size.bytes(limit);
        }
        Matcher share = SHARE.matcher(limit);
        if (!share.matches()) {
            throw Refused.invalid("Invalid limits.memory: " + Quoted.of(limit));
        }
        return hostMemory() / 100 * Long.parseLong(share.group(1));
    }

    private static long hostMemory() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(it -> it.startsWith("MemTotal:"))
                    .map(it -> Long.parseLong(it.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw Refused.failed("Cannot read /proc/meminfo: " + unreadable.getMessage());
        }
    }

    private void cpu(Map<String, String> config) {
        String allowance = Config.value(config, "limits.cpu.allowance", "100%");
        long priority =
                Long.parseLong(number("limits.cpu.priority", Config.value(config, "limits.cpu.priority", "10")));
        Matcher share = SHARE.matcher(allowance);
        Matcher quota = QUOTA.matcher(allowance);
        long percent = share.matches() ? Long.parseLong(share.group(1)) : 100;
        if (!share.matches() && !quota.matches()) {
            throw Refused.invalid(
                    "Invalid limits.cpu.allowance: " + Quoted.of(allowance) + "; write 50% or 25ms/100ms");
        }
        long below = 10 - Math.min(priority, 10);
        if (!host.has("cpu")) {
            return;
        }
        boolean hard = !share.matches();
        long used = hard ? Long.parseLong(quota.group(1)) * 1000 : -1;
        long period = hard ? Long.parseLong(quota.group(2)) * 1000 : 100_000;
        if (host.isUnified("cpu")) {
            put("cpu", "", "cpu.weight", Long.toString(Math.clamp(WEIGHT * percent / 100 - below, 1, 10_000)));
            put("cpu", "", "cpu.max", (hard ? Long.toString(used) : "max") + " " + period);
        } else {
            put("cpu", "cpu.shares", "", Long.toString(Math.clamp(SHARES * percent / 100 - below, 2, 262_144)));
            put("cpu", "cpu.cfs_period_us", "", Long.toString(period));
            put("cpu", "cpu.cfs_quota_us", "", Long.toString(used));
        }
    }

    private void disk(Map<String, String> config) {
        String priority = config.getOrDefault("limits.disk.priority", "");
        if (priority.isEmpty()) {
            return;
        }
        long weight = Math.max(10, Long.parseLong(number("limits.disk.priority", priority)) * 100);
        String controller = host.has("io") ? "io" : "blkio";
        if (controllerHasFile(controller, host.isUnified(controller) ? "io.weight" : "blkio.weight")) {
            put(controller, "blkio.weight", "io.weight", Long.toString(weight));
        }
    }

    /** Some kernels lack the weight files; a root group lacks them always, so a child is looked at. */
    private boolean controllerHasFile(String controller, String file) {
        return host.root(controller)
                .map(root -> {
                    try (var groups = Files.newDirectoryStream(root, Files::isDirectory)) {
                        for (Path group : groups) {
                            return Files.exists(group.resolve(file));
                        }
                        return false;
                    } catch (IOException unreadable) {
                        return false;
                    }
                })
                .orElse(false);
    }

    private void hugePages(Map<String, String> config) {
        HUGE_PAGES.forEach((key, size) -> {
            String value = config.getOrDefault("limits.hugepages." + key, "");
            if (!value.isEmpty()) {
                put(
                        "hugetlb",
                        "hugetlb." + size + ".limit_in_bytes",
                        "hugetlb." + size + ".max",
                        Long.toString(Size.bytes(value)));
            }
        });
    }

    private static String number(String key, String value) {
        if (!value.matches("[0-9]{1,18}")) {
            throw Refused.invalid("Invalid " + key + ": " + Quoted.of(value) + " is not a number");
        }
        return value;
    }
}
