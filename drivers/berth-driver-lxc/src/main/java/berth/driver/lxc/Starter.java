package berth.driver.lxc;

import berth.host.Errno;
import berth.host.Program;
import berth.host.ToolVersion;
import berth.host.cgroup.Cgroup.Setting;
import berth.host.process.Spawn;
import berth.model.IdMap;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Handle;
import berth.spi.InstanceSetup;
import berth.spi.Life;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Runs {@code lxc-start}: it returns when PID 1 runs, and leaves the monitor behind. */
final class Starter {
    /** Without newuidmap and newgidmap in reach LXC writes the id maps itself, which saves two shells and two programs. */
    private static final String NO_PROGRAMS = "/nonexistent";

    private static final Path START = Path.of("/usr/bin/lxc-start");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PAIR = ".veth.pair";
    private static final int SIGKILL = 9;

    private final HostFacts host;
    private final Places places;
    private final ToolVersion version = new ToolVersion("lxc-start");

    Starter(HostFacts host, Places places) {
        this.host = host;
        this.places = places;
    }

    /** LXC's version; empty when it is not installed. */
    String version() {
        return version.said();
    }

    /** The host ends of its veth pairs, as the configuration of its last start has them. */
    List<String> hostNames(Handle handle) {
        try {
            return LxcConf.parse(Files.readString(places.conf(handle))).stream()
                    .filter(it -> it.key().startsWith("lxc.net.") && it.key().endsWith(PAIR))
                    .map(LxcConf.Entry::value)
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    Life start(InstanceSetup setup, Groups groups, List<Setting> limits) {
        Handle handle = setup.handle();
        LxcConf conf = ConfOfSetup.of(host, places, groups, setup, limits);
        String policy = SeccompPolicy.of(setup.config());
        places.prepare(handle);
        keep(setup);
        write(places.seccomp(handle), policy);
        boolean wired = Wires.any(setup.fittings());
        if (wired) {
            write(places.limitWires(handle), Wires.limitLines(setup.fittings()));
            write(places.hostWires(handle), Wires.hostLines(setup.fittings()));
            write(places.wiresSaid(handle), "");
            write(places.insideWires(handle), Wires.insideLines(setup.fittings()));
        }
        write(places.conf(handle), conf.text());
        run(handle, wired);
        return groups.init()
                .orElseThrow(() -> Refused.driver(
                        "lxc", "start " + handle.key(), "its init ended at once; see console.log and lxc.log"));
    }

    /** Makes ready what LXC is to find when it starts the guest. */
    private void keep(InstanceSetup setup) {
        Kept kept = places.kept(setup.handle());
        kept.close();
        IdMap map = setup.idMap();
        if (setup.fittings().stream().anyMatch(it -> it instanceof Fitting.Mount || it instanceof Fitting.Node)) {
            kept.open(map);
        }
        for (Fitting fitting : setup.fittings()) {
            switch (fitting) {
                case Fitting.Mount mount -> kept.disk(mount, map);
                case Fitting.Node node -> kept.node(node, map == null ? 0 : map.base());
                case Fitting.Nic _, Fitting.DirectNic _, Fitting.HostNetwork _ -> {}
            }
        }
    }

    private void run(Handle handle, boolean wired) {
        var spawn = Spawn.of(List.of(
                        START.toString(),
                        "--lxcpath=" + places.lxcPath(),
                        "--name=" + handle.key(),
                        "--rcfile=" + places.conf(handle),
                        "--logfile=" + places.log(handle),
                        "--logpriority=INFO", // how a run ended is told from here on (ExitLog)
                        "--daemon"))
                .environment(Map.of("PATH", programs(), "LC_ALL", "C.UTF-8"))
                .in(Path.of("/"));
        try (var child = spawn.start()) {
            OptionalInt code = child.await(LIMIT);
            if (code.isEmpty()) {
                child.signal(SIGKILL);
                throw Refused.driver("lxc", "start " + handle.key(), "lxc-start took longer than 60 s");
            }
            if (code.getAsInt() != 0) {
                String wires = wired ? Wires.complaint(places, handle) : "";
                String why = wires.isEmpty() ? LogLines.telling(places.log(handle)) : wires;
                throw Refused.driver(
                        "lxc",
                        "start " + handle.key(),
                        why.isEmpty() ? "lxc-start exited with " + code.getAsInt() + "; see lxc.log" : why);
            }
        } catch (Errno failed) {
            throw Refused.driver("lxc", "start " + handle.key(), String.valueOf(failed.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Refused.driver("lxc", "start " + handle.key(), "interrupted");
        }
    }

    /** LXC loads a container's AppArmor profile by a program: only the directory of that one is in its reach. */
    private String programs() {
        return host.appArmor()
                ? Program.find("apparmor_parser")
                        .map(it -> it.resolveSibling("").toString())
                        .orElse(NO_PROGRAMS)
                : NO_PROGRAMS;
    }

    private static void write(Path file, String text) {
        try {
            Files.deleteIfExists(file);
            try (var channel = Files.newByteChannel(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException failed) {
            throw Refused.failed("Cannot write " + file + ": " + failed.getMessage());
        }
    }
}
