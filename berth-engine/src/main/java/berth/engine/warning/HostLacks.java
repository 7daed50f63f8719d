package berth.engine.warning;

import berth.host.cgroup.Cgroups;
import berth.model.Kind;
import berth.model.WarningKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What this kernel does not offer, and what therefore does not work. Looked at once, when the daemon starts. */
public final class HostLacks {
    /** The kinds that are told here. */
    public static final Set<WarningKind> KINDS = Set.of(
            WarningKind.APPARMOR,
            WarningKind.BLKIO,
            WarningKind.CPU,
            WarningKind.CPU_ACCOUNTING,
            WarningKind.CPU_SET,
            WarningKind.DEVICES,
            WarningKind.FREEZER,
            WarningKind.HUGE_PAGES,
            WarningKind.MEMORY,
            WarningKind.NETWORK_PRIORITY,
            WarningKind.PROCESSES,
            WarningKind.INSTANCE_TYPE,
            WarningKind.KERNEL_LIMIT);

    private static final long INSTANCES = 1024;

    private HostLacks() {}

    /**
     * What this host lacks.
     *
     * @param runnable the kinds of instances that there is a driver for
     */
    public static List<Warnings.Found> ofThisHost(Set<Kind> runnable) {
        var found = of(
                Cgroups.ofThisHost(),
                Path.of("/sys/module/apparmor/parameters/enabled"),
                Path.of("/proc/sys/fs/inotify/max_user_instances"));
        for (Kind kind : Kind.values()) {
            if (!runnable.contains(kind)) {
                found.add(new Warnings.Found(
                        WarningKind.INSTANCE_TYPE, kind.text(), "No driver for a " + kind.text() + " is ready here"));
            }
        }
        return found;
    }

    static List<Warnings.Found> of(Cgroups cgroups, Path appArmor, Path inotify) {
        var found = new ArrayList<Warnings.Found>();
        if (!text(appArmor).equals("Y")) {
            found.add(new Warnings.Found(WarningKind.APPARMOR, "", "Disabled because of lack of kernel support"));
        }
        controllers(cgroups).forEach((kind, message) -> found.add(new Warnings.Found(kind, "", message)));
        String instances = text(inotify);
        if (instances.matches("[0-9]{1,18}") && Long.parseLong(instances) < INSTANCES) {
            found.add(new Warnings.Found(
                    WarningKind.KERNEL_LIMIT,
                    "fs.inotify.max_user_instances",
                    "fs.inotify.max_user_instances is " + instances
                            + " and could not be raised: a container with systemd needs about eight, of those"
                            + " that all share"));
        }
        return found;
    }

    private static Map<WarningKind, String> controllers(Cgroups cgroups) {
        boolean unified = cgroups.layout().equals("unified");
        var lacking = new LinkedHashMap<WarningKind, String>();
        lack(lacking, cgroups.has("blkio") || cgroups.has("io"), WarningKind.BLKIO, "disk I/O limits will be ignored");
        lack(lacking, cgroups.has("cpu"), WarningKind.CPU, "CPU time limits will be ignored");
        lack(
                lacking,
                unified || cgroups.has("cpuacct"),
                WarningKind.CPU_ACCOUNTING,
                "CPU accounting will not be available");
        lack(lacking, cgroups.has("cpuset"), WarningKind.CPU_SET, "CPU pinning will be ignored");
        lack(lacking, unified || cgroups.has("devices"), WarningKind.DEVICES, "device access control will not work");
        lack(
                lacking,
                cgroups.unified().isPresent() || cgroups.has("freezer"),
                WarningKind.FREEZER,
                "pausing/resuming containers will not work");
        lack(lacking, cgroups.has("hugetlb"), WarningKind.HUGE_PAGES, "hugepage limits will be ignored");
        lack(lacking, cgroups.has("memory"), WarningKind.MEMORY, "memory limits will be ignored");
        lack(
                lacking,
                unified || cgroups.has("net_prio"),
                WarningKind.NETWORK_PRIORITY,
                "network priority will be ignored");
        lack(lacking, cgroups.has("pids"), WarningKind.PROCESSES, "process limits will be ignored");
        return lacking;
    }

    private static void lack(Map<WarningKind, String> lacking, boolean there, WarningKind kind, String message) {
        if (!there) {
            lacking.put(kind, message);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException notThere) {
            return "";
        }
    }
}
