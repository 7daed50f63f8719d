package berth.engine.image;

import berth.host.Program;
import berth.host.file.Beneath;
import berth.model.Refused;
import berth.model.wanted.GuestFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes a Debian root directory by mmdebstrap, and makes it ready to be many containers. */
final class DebianRoot {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final List<String> PACKAGES = List.of(
            "systemd",
            "systemd-sysv",
            "dbus",
            "udev", // networkd waits for it wherever /sys can be written
            "iproute2",
            "systemd-resolved",
            "libnss-resolve",
            "netbase",
            "ca-certificates");
    /** Units that have nothing to do in a container, and only make its start longer or fail. */
    private static final List<String> MASKED = List.of(
            "systemd-networkd-wait-online.service",
            "systemd-modules-load.service",
            "modprobe@.service",
            "sys-kernel-debug.mount",
            "sys-kernel-tracing.mount",
            "sys-kernel-config.mount",
            "e2scrub_reap.service",
            "systemd-pcrphase.service",
            "systemd-pcrphase-sysinit.service",
            "systemd-remount-fs.service",
            "systemd-firstboot.service");
    /** Timers that would fetch packages behind the owner's back, in every guest at once. */
    private static final List<String> DISABLED = List.of(
            "apt-daily.timer",
            "apt-daily-upgrade.timer",
            "e2scrub_all.timer",
            "fstrim.timer",
            "systemd-network-generator.service");

    private static final List<String> LEFT_OUT =
            List.of("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*", "/usr/share/info/*");
    private static final String NETWORK = """
            # Addresses come from the network that the container is on. Change this, or add files of your own beside it.
            [Match]
            Name=eth0

            [Network]
            DHCP=yes
            IPv6AcceptRA=yes
            # A container knows its own MAC address: an address is usable at once instead of a second later.
            IPv6DuplicateAddressDetection=0
            LLMNR=no
            MulticastDNS=no

            [DHCPv4]
            ClientIdentifier=mac
            UseDomains=yes
            UseHostname=no
            UseTimezone=no

            [DHCPv6]
            UseHostname=no

            [IPv6AcceptRA]
            UseDomains=yes
            """;
    private static final String HOSTS = """
            127.0.0.1 localhost
            ::1 localhost ip6-localhost ip6-loopback
            ff02::1 ip6-allnodes
            ff02::2 ip6-allrouters
            """;

    private final ImageRecipe recipe;
    private final Path cache;
    private final Consumer<BuildProgress> progress;

    /**
     * A root after that recipe.
     *
     * @param cache a directory that keeps downloaded packages for the next time
     */
    DebianRoot(ImageRecipe recipe, Path cache, Consumer<BuildProgress> progress) {
        this.recipe = recipe;
        this.cache = cache;
        this.progress = progress;
    }

    /** Makes it in a directory that is not there yet. */
    void make(Path root) {
        bootstrap(root);
        progress.accept(new BuildProgress("configuring", 80));
        systemctl(root, "enable", List.of("systemd-networkd.service", "systemd-resolved.service"));
        systemctl(root, "disable", DISABLED);
        systemctl(root, "mask", MASKED);
        try (var guest = Beneath.guest(root)) {
            settle(guest);
            for (GuestFile file : recipe.files()) {
                put(guest, file);
            }
        }
    }

    private void bootstrap(Path root) {
        PackageSources sources = PackageSources.ofHost(recipe.distribution());
        var argv = new ArrayList<>(fetching());
        argv.addAll(List.of("mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory"));
        var packages = new ArrayList<>(PACKAGES);
        packages.addAll(recipe.packages());
        argv.add("--include=" + String.join(",", packages));
        argv.add("--dpkgopt=force-unsafe-io");
        for (String path : LEFT_OUT) {
            argv.add("--dpkgopt=path-exclude=" + path);
        }
        argv.add("--dpkgopt=path-include=/usr/share/doc/*/copyright");
        argv.add("--dpkgopt=path-include=/usr/share/locale/locale.alias");
        for (String setting : sources.settings()) {
            argv.add("--aptopt=" + setting);
        }
        argv.addAll(keeping());
        argv.addAll(List.of(recipe.distribution().codename(), root.toString()));
        argv.addAll(sources.lines());
        run(argv);
    }

    /**
     * Packages may be fetched through another network namespace than the daemon's own: {@code BERTH_FETCH_NETNS} names its
     * file. For hosts whose guests' side has no way out, such as sandboxes.
     */
    private static List<String> fetching() {
        String namespace = System.getenv("BERTH_FETCH_NETNS");
        return namespace == null || namespace.isEmpty() ? List.of() : List.of("nsenter", "--net=" + namespace, "--");
    }

    /** Packages that were fetched once are not fetched again. The hooks are mmdebstrap's own words, not a shell's. */
    private List<String> keeping() {
        if (!cache.toString().matches("[A-Za-z0-9/._+-]+")) {
            return List.of(); // a name that the hooks might read in another way
        }
        try {
            Files.createDirectories(cache);
        } catch (IOException readOnly) {
            return List.of();
        }
        return List.of(
                "--skip=download/empty",
                "--skip=essential/unlink",
                "--skip=cleanup/apt/cache",
                "--setup-hook=mkdir -p \"$1/var/cache/apt/archives\"",
                "--setup-hook=sync-in " + cache + " /var/cache/apt/archives",
                "--customize-hook=sync-out /var/cache/apt/archives " + cache);
    }

    private void run(List<String> argv) {
        Process process = Program.of(argv).start();
        var last = new ArrayDeque<String>();
        Thread watch = Thread.ofVirtual().start(() -> endAfter(process));
        try (var lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            Thread.ofVirtual().start(() -> drain(process));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last.addLast(line);
                if (last.size() > 15) {
                    last.removeFirst();
                }
                BuildProgress.ofBootstrap(line).ifPresent(progress);
            }
            int exit = process.waitFor();
            if (exit != 0) {
                throw Refused.failed("Building the image failed: mmdebstrap ended with " + exit + "; its last words:\n"
                        + String.join("\n", last));
            }
        } catch (IOException broken) {
            throw Refused.failed("Building the image failed: " + broken.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Refused.failed("Building the image was interrupted");
        } finally {
            watch.interrupt();
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static void endAfter(Process process) {
        try {
            if (!process.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES)) {
                process.destroy();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(Process process) {
        try (var out = process.getInputStream()) {
            out.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // It ended.
        }
    }

    /** By the root's own systemctl, as its packages' scripts were run: the host need not have systemd. */
    private static void systemctl(Path root, String verb, List<String> units) {
        var argv = new ArrayList<>(List.of("chroot", root.toString(), "systemctl", "--quiet", verb));
        argv.addAll(units);
        Program.Result result = Program.of(argv).with("SYSTEMD_OFFLINE", "1").run();
        if (result.exit() != 0 && !verb.equals("disable")) { // a timer that this release lacks is disabled enough
            throw Refused.failed("Building the image failed: systemctl " + verb + ": "
                    + result.err().strip());
        }
    }

    /** Nothing in it may be the same secret, name or identity in all guests; caches and traces of the build go. */
    private static void settle(Beneath guest) {
        guest.write("etc/machine-id", new byte[0], 0444);
        guest.write("etc/hosts", HOSTS.getBytes(StandardCharsets.UTF_8), 0644);
        guest.write("etc/systemd/network/eth0.network", NETWORK.getBytes(StandardCharsets.UTF_8), 0644);
        for (String gone : List.of(
                "etc/hostname",
                "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
                "etc/apt/apt.conf.d/99mmdebstrap",
                "var/lib/dbus/machine-id",
                "var/lib/systemd/random-seed")) {
            guest.deleteTree(gone);
        }
        empty(guest, "var/cache/apt/archives", List.of("partial", "lock"));
        empty(guest, "var/lib/apt/lists", List.of("partial", "lock"));
        withoutFiles(guest, "var/log");
        empty(guest, "etc/ssh", List.of("sshd_config", "sshd_config.d", "ssh_config", "ssh_config.d", "moduli"));
        empty(guest, "tmp", List.of());
        guest.deleteTree("var/cache/apt/pkgcache.bin");
        guest.deleteTree("var/cache/apt/srcpkgcache.bin");
    }

    private static void empty(Beneath guest, String directory, List<String> kept) {
        if (guest.exists(directory)) {
            for (String name : guest.list(directory)) {
                if (!kept.contains(name)) {
                    guest.deleteTree(directory + "/" + name);
                }
            }
        }
    }

    /** Logs of the build go; the directories that packages made for theirs stay. */
    private static void withoutFiles(Beneath guest, String directory) {
        for (String name : guest.list(directory)) {
            String path = directory + "/" + name;
            if (guest.lstat(path).map(it -> it.isDirectory()).orElse(false)) {
                withoutFiles(guest, path);
            } else {
                guest.deleteTree(path);
            }
        }
    }

    private static void put(Beneath guest, GuestFile file) {
        byte[] bytes = switch (file.content()) {
            case GuestFile.Content.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
            case GuestFile.Content.FromHost(String path) -> read(path);
            case GuestFile.Content.Gone() -> new byte[0];
        };
        int slash = file.path().lastIndexOf('/');
        if (slash > 0) {
            guest.makeDirectories(file.path().substring(1, slash), 0755);
        }
        guest.write(
                file.path().substring(1),
                file.mode(),
                file.uid(),
                file.gid(),
                bytes.length,
                false,
                out -> out.write(bytes));
    }

    private static byte[] read(String path) {
        try {
            return Files.readAllBytes(Path.of(path));
        } catch (IOException unreadable) {
            throw Refused.failed("cannot read the file " + path + " for the image: " + unreadable.getMessage());
        }
    }
}
