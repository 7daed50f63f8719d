package berth.driver.lxc;

import berth.host.Program;
import berth.host.cgroup.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this host offers to containers, found out once.
 *
 * @param lxcfs files of a mounted lxcfs, each to be bound to the same place without {@code /var/lib/lxcfs}
 * @param appArmor whether the kernel enforces AppArmor and profiles can be loaded
 * @param binds paths that exist here and are bound into every container
 * @param memory bytes that the host has
 */
record HostFacts(Cgroups cgroups, List<Path> lxcfs, boolean appArmor, List<Path> binds, long memory) {
    private static final Path LXCFS = Path.of("/var/lib/lxcfs");
    private static final List<Path> OPTIONAL = Stream.of(
                    "/dev/fuse",
                    "/dev/net/tun",
                    "/proc/sys/fs/binfmt_misc",
                    "/sys/fs/fuse/connections",
                    "/sys/fs/pstore",
                    "/sys/kernel/debug",
                    "/sys/kernel/security",
                    "/sys/kernel/tracing",
                    "/sys/firmware/efi/efivars")
            .map(Path::of)
            .toList();

    static HostFacts find() {
        return new HostFacts(
                Cgroups.ofThisHost(),
                lxcfsFiles(),
                appArmorEnforces(),
                OPTIONAL.stream().filter(HostFacts::isUseful).toList(),
                memoryOfHost());
    }

    /** There, and not just an empty directory that something could have been mounted on. */
    private static boolean isUseful(Path path) {
        if (!Files.isDirectory(path)) {
            return Files.exists(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static List<Path> lxcfsFiles() {
        var files = new ArrayList<Path>();
        try {
            if (Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + LXCFS + " ")) {
                try (Stream<Path> proc = Files.list(LXCFS.resolve("proc"))) {
                    proc.sorted().forEach(files::add);
                }
                Path cpu = LXCFS.resolve("sys/devices/system/cpu");
                if (Files.isDirectory(cpu)) {
                    files.add(cpu);
                }
            }
        } catch (IOException notUsable) {
            return List.of();
        }
        return List.copyOf(files);
    }

    private static long memoryOfHost() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(it -> it.startsWith("MemTotal:"))
                    .map(it -> Long.parseLong(it.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(-1L);
        } catch (IOException unreadable) {
            return -1;
        }
    }

    /** The place inside of one of lxcfs's files. */
    static String inside(Path file) {
        return "/" + LXCFS.relativize(file);
    }

    private static boolean appArmorEnforces() {
        return appArmorIsOn() && Program.find("apparmor_parser").isPresent();
    }

    private static boolean appArmorIsOn() {
        try {
            return Files.readString(Path.of("/sys/module/apparmor/parameters/enabled"))
                    .strip()
                    .equals("Y");
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Whether AppArmor, SELinux or Smack has a say here: processes then carry labels, besides all that can be seen. */
    static boolean hasSecurityModule() {
        return appArmorIsOn() || Files.exists(Path.of("/sys/fs/selinux")) || Files.exists(Path.of("/sys/fs/smackfs"));
    }
}
