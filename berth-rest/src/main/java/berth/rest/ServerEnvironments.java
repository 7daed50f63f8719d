package berth.rest;

import berth.engine.UseCases;
import berth.model.Kind;
import berth.model.Pool;
import berth.spi.Readiness;
import berth.wire.ServerEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What this server runs on. What cannot change while it runs is read once, when it is first asked for. */
final class ServerEnvironments {
    /** Ours; which API we speak is said by {@code api_version} and the extensions. */
    private static final String VERSION = version();

    private final UseCases engine;
    private volatile @Nullable ServerEnvironment fixed;

    ServerEnvironments(UseCases engine) {
        this.engine = engine;
    }

    ServerEnvironment now() {
        var once = fixed;
        if (once == null) {
            once = read();
            fixed = once;
        }
        List<String> drivers = engine.pools().list().stream()
                .map(Pool::driver)
                .distinct()
                .sorted()
                .toList();
        return new ServerEnvironment(
                once.addresses(),
                once.architectures(),
                once.certificate(),
                once.certificateFingerprint(),
                once.driver(),
                once.driverVersion(),
                once.firewall(),
                once.kernel(),
                once.kernelArchitecture(),
                once.kernelFeatures(),
                once.kernelVersion(),
                once.lxcFeatures(),
                once.osName(),
                once.osVersion(),
                once.project(),
                once.server(),
                once.serverClustered(),
                once.serverEventMode(),
                once.serverName(),
                once.serverPid(),
                once.serverVersion(),
                String.join(" | ", drivers),
                drivers.stream()
                        .map(it -> engine.drivers().storageNamed(it).version())
                        .collect(Collectors.joining(" | ")),
                once.storageSupportedDrivers());
    }

    private ServerEnvironment read() {
        String architecture = architecture();
        Map<String, String> os = osRelease();
        return new ServerEnvironment(
                List.of(),
                architecture.equals("x86_64") ? List.of("x86_64", "i686") : List.of(architecture),
                "",
                "",
                instanceDrivers(it -> it.id()),
                instanceDrivers(it -> it.version()),
                "nftables",
                "Linux",
                architecture,
                kernelFeatures(),
                line("/proc/sys/kernel/osrelease", ""),
                new TreeMap<>(Map.of("cgroup2", "true", "idmapped_mounts_v2", "true", "pidfd", "true")),
                os.getOrDefault("NAME", ""),
                os.getOrDefault("VERSION_ID", ""),
                Scope.DEFAULT.text(),
                "berth",
                false,
                "full-mesh",
                hostname(),
                (int) ProcessHandle.current().pid(),
                VERSION,
                "",
                "",
                engine.drivers().storage().values().stream()
                        .filter(it -> it.readiness() instanceof Readiness.Ready)
                        .map(it -> new ServerEnvironment.StorageDriverInfo(it.id(), it.version(), false))
                        .sorted((a, b) -> a.name().compareTo(b.name()))
                        .toList());
    }

    private String instanceDrivers(java.util.function.Function<berth.spi.InstanceDriver, String> fact) {
        return java.util.Arrays.stream(Kind.values())
                .map(it -> engine.drivers().instances().get(it))
                .filter(java.util.Objects::nonNull)
                .filter(it -> it.readiness() instanceof Readiness.Ready)
                .map(fact)
                .collect(Collectors.joining(" | "));
    }

    /** Facts of the kernel that this house relies on, or looks for. */
    private static Map<String, String> kernelFeatures() {
        var features = new TreeMap<String, String>();
        features.put("idmapped_mounts", "true");
        features.put("netnsid_getifaddrs", "true");
        String actions = line("/proc/sys/kernel/seccomp/actions_avail", "");
        features.put("seccomp_listener", Boolean.toString(actions.contains("user_notif")));
        features.put("seccomp_listener_continue", Boolean.toString(actions.contains("user_notif")));
        features.put("shiftfs", "false");
        features.put("uevent_injection", "true");
        features.put("unpriv_fscaps", "true");
        return features;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> "x86_64";
            case String other -> other;
        };
    }

    private static Map<String, String> osRelease() {
        var facts = new TreeMap<String, String>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    facts.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\"", ""));
                }
            }
        } catch (IOException none) {
            return facts;
        }
        return facts;
    }

    private static String hostname() {
        String name = line("/proc/sys/kernel/hostname", "");
        return name.isEmpty() ? InetAddress.getLoopbackAddress().getHostName() : name;
    }

    private static String line(String file, String otherwise) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException unreadable) {
            return otherwise;
        }
    }

    private static String version() {
        String version = ServerEnvironments.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }
}
