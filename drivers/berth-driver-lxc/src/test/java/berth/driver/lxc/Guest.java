package berth.driver.lxc;

import berth.host.Program;
import berth.model.IdMap;
import berth.spi.Fitting;
import berth.spi.Handle;
import berth.spi.InstanceSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A root of nothing but busybox, and setups for it. */
final class Guest {
    static final IdMap MAP = new IdMap(1_000_000, 65_536);
    static final String BRIDGE = "brtest0";
    private static final String INIT = """
            #!/bin/sh
            trap 'halt -f' PWR
            trap 'reboot -f' INT
            ip addr add 10.77.0.2/24 dev eth0 2>/dev/null
            echo started > /run-marker
            while :; do sleep 86400 & wait; done
            """;

    final Path root;

    Guest(Path directory) throws IOException {
        root = directory.resolve("rootfs");
        // The guest's root, who mounts it, must get there.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        for (String name : List.of("bin", "sbin", "dev", "etc", "proc", "sys", "tmp", "root", "srv/only here")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String applet : Program.of("/bin/busybox", "--list").must().out().split("\n")) {
            Path link = root.resolve("bin").resolve(applet);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        init(INIT);
        Files.writeString(root.resolve("etc/plain"), "no program\n");
        Program.of("chown", "-hR", MAP.base() + ":" + MAP.base(), root.toString())
                .must();
    }

    void init(String script) throws IOException {
        Path init = root.resolve("sbin/init");
        Files.writeString(init, script);
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void makeBridge() {
        if (!Files.exists(Path.of("/sys/class/net/" + BRIDGE))) {
            Program.of("ip", "link", "add", BRIDGE, "type", "bridge").must();
            Program.of("ip", "addr", "add", "10.77.0.1/24", "dev", BRIDGE).must();
            Program.of("ip", "link", "set", BRIDGE, "up").must();
        }
    }

    static void removeBridge() {
        if (Files.exists(Path.of("/sys/class/net/" + BRIDGE))) {
            Program.of("ip", "link", "delete", BRIDGE).must();
        }
    }

    InstanceSetup setup(Handle handle) {
        return setup(handle, Map.of(), List.of(nic()));
    }

    static Fitting.Nic nic() {
        return new Fitting.Nic("eth0", BRIDGE, "vethtest0", "eth0", "00:16:3e:00:00:01", 0);
    }

    InstanceSetup setup(Handle handle, Map<String, String> config, List<Fitting> fittings) {
        return setup(handle, MAP, config, fittings);
    }

    InstanceSetup setup(Handle handle, @Nullable IdMap map, Map<String, String> config, List<Fitting> fittings) {
        return new InstanceSetup(handle, root, map, new TreeMap<>(config), "x86_64", fittings);
    }
}
