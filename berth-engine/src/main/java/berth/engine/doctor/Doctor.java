package berth.engine.doctor;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.engine.warning.Warnings;
import berth.model.Network;
import berth.model.Warning;
import berth.spi.Driver;
import berth.spi.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Looks the host over: drivers, limits, kernel settings, space, and what nobody was there to be told. */
public final class Doctor {
    private static final long LITTLE = 1L << 30;
    private static final List<Recommended> RECOMMENDED = List.of(
            new Recommended("fs/inotify/max_queued_events", 1_048_576),
            new Recommended("fs/inotify/max_user_instances", 1_048_576),
            new Recommended("fs/inotify/max_user_watches", 1_048_576),
            new Recommended("vm/max_map_count", 262_144),
            new Recommended("net/ipv4/neigh/default/gc_thresh3", 8192),
            new Recommended("net/ipv6/neigh/default/gc_thresh3", 8192),
            new Recommended("kernel/keys/maxkeys", 2000));

    private record Recommended(String path, long least) {}

    private final Drivers drivers;
    private final Shelves shelves;
    private final Warnings warnings;
    private final Path state;
    private final Path sysctls;
    private final KernelFeatures kernel;

    /**
     * @param state the daemon's directory
     * @param root {@code /}, or what stands for it
     */
    public Doctor(Drivers drivers, Shelves shelves, Warnings warnings, Path state, Path root) {
        this.drivers = drivers;
        this.shelves = shelves;
        this.warnings = warnings;
        this.state = state;
        this.sysctls = root.resolve("proc/sys");
        this.kernel = new KernelFeatures(root);
    }

    /** How bad it is. */
    public enum Grade {
        /** As it should be. */
        GOOD,
        /** It works, but not for many guests, or not wholly. */
        ADVICE,
        /** Something does not work. */
        BAD
    }

    /** What was looked at, how it is, and what to do if anything. */
    public record Diagnosis(String about, Grade grade, String text) {}

    /** Everything that was looked at. */
    public List<Diagnosis> look() {
        var all = new ArrayList<Diagnosis>();
        drivers("containers", drivers.instances().values(), all);
        drivers("storage", drivers.storage().values(), all);
        drivers("networks", drivers.networks().values(), all);
        withoutEffect(all);
        runningStates(all);
        forwarding(all);
        all.addAll(kernel.look());
        recommended(all);
        space(all);
        open(all);
        return all;
    }

    /** One that is lacking is bad only where nothing else does the same. */
    private static void drivers(String about, Collection<? extends Driver> drivers, List<Diagnosis> all) {
        boolean any = drivers.stream().anyMatch(it -> it.readiness() instanceof Readiness.Ready);
        for (Driver driver : drivers) {
            all.add(
                    switch (driver.readiness()) {
                        case Readiness.Ready() -> new Diagnosis(about, Grade.GOOD, driver.id() + " can be used");
                        case Readiness.Lacking(String what) ->
                            new Diagnosis(about, any ? Grade.ADVICE : Grade.BAD, driver.id() + ": " + what);
                    });
        }
    }

    private void runningStates(List<Diagnosis> all) {
        for (var driver : drivers.instances().values()) {
            driver.stateObstacle()
                    .ifPresentOrElse(
                            it -> all.add(new Diagnosis(
                                    "running state", Grade.ADVICE, "stateful stops and snapshots: " + it)),
                            () -> all.add(new Diagnosis(
                                    "running state",
                                    Grade.GOOD,
                                    "CRIU works on this kernel, for guests that it can save")));
        }
    }

    private void withoutEffect(List<Diagnosis> all) {
        var keys = new TreeMap<String, String>();
        drivers.instances().values().forEach(it -> keys.putAll(it.withoutEffect()));
        Map<String, List<String>> byReason = keys.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, TreeMap::new, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        byReason.forEach((reason, those) ->
                all.add(new Diagnosis("limits", Grade.ADVICE, String.join(", ", those) + ": " + reason)));
        if (byReason.isEmpty()) {
            all.add(new Diagnosis("limits", Grade.GOOD, "all keys have their effect"));
        }
    }

    private void forwarding(List<Diagnosis> all) {
        for (Network network : shelves.networks().all()) {
            family(all, network, "ipv4", "net/ipv4/ip_forward");
            family(all, network, "ipv6", "net/ipv6/conf/all/forwarding");
        }
    }

    private void family(List<Diagnosis> all, Network network, String family, String setting) {
        String address = network.config().getOrDefault(family + ".address", "none");
        if (address.equals("none")
                || network.config().getOrDefault(family + ".routing", "true").equals("false")) {
            return;
        }
        boolean on = sysctl(setting) != 0;
        all.add(new Diagnosis(
                "network " + network.name(),
                on ? Grade.GOOD : Grade.BAD,
                on
                        ? family + " is forwarded"
                        : family + " is not forwarded by the kernel: sysctl -w " + setting.replace('/', '.') + "=1"));
    }

    private void recommended(List<Diagnosis> all) {
        var low = RECOMMENDED.stream()
                .filter(it -> sysctl(it.path()) >= 0 && sysctl(it.path()) < it.least())
                .map(it -> it.path().replace('/', '.') + " is " + sysctl(it.path()) + ", better " + it.least())
                .toList();
        all.add(
                low.isEmpty()
                        ? new Diagnosis("kernel", Grade.GOOD, "its limits are those of a busy host")
                        : new Diagnosis(
                                "kernel",
                                Grade.ADVICE,
                                "for many guests: " + String.join("; ", low)
                                        + " (packaging/sysctl.d/60-berth.conf sets them)"));
    }

    private void space(List<Diagnosis> all) {
        try {
            long free = Files.getFileStore(state).getUsableSpace();
            all.add(new Diagnosis(
                    "space",
                    free < LITTLE ? Grade.BAD : Grade.GOOD,
                    (free >> 20) + " MiB are free at " + state
                            + (free < LITTLE ? ": images and guests need more" : "")));
        } catch (IOException unreadable) {
            all.add(new Diagnosis("space", Grade.BAD, state + " cannot be looked at: " + unreadable.getMessage()));
        }
    }

    private void open(List<Diagnosis> all) {
        warnings.list(null).stream()
                .filter(it -> it.state() == Warning.State.NEW)
                .forEach(it -> all.add(new Diagnosis(
                        "warning",
                        it.kind().severity().equals("high") ? Grade.BAD : Grade.ADVICE,
                        it.message() + " (berth warning list)")));
    }

    /** A number of the kernel's; -1 where it has none of that name. */
    private long sysctl(String path) {
        try {
            String text = Files.readString(sysctls.resolve(path)).strip();
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        } catch (IOException missing) {
            return -1;
        }
    }
}
