package berth.driver.bridge;

import berth.driver.bridge.BridgeSettings.Family;
import berth.host.Program;
import berth.host.process.PidFd;
import berth.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The DHCP and DNS server of one network. It puts itself into the background (so that it outlives us, and so that its
 * start has succeeded or failed once the call returns) and is found again by its pid file and its very arguments.
 */
final class Dnsmasq {
    /** The file that it writes when it has handed out an address. */
    static final String LEASES = "dnsmasq.leases";

    private final Path directory;

    /** For the network whose files lie in that directory. */
    Dnsmasq(Path directory) {
        this.directory = directory;
    }

    Path hosts() {
        return directory.resolve("dnsmasq.hosts");
    }

    Path leases() {
        return directory.resolve(LEASES);
    }

    private Path raw() {
        return directory.resolve("dnsmasq.raw");
    }

    private Path pidFile() {
        return directory.resolve("dnsmasq.pid");
    }

    /** The one that runs, whatever its arguments but those that say it is this network's. */
    Optional<PidFd> running() {
        try {
            if (!Files.exists(pidFile())) {
                return Optional.empty();
            }
            String text = Files.readString(pidFile()).strip();
            if (!text.matches("[1-9][0-9]{0,8}")) {
                return Optional.empty();
            }
            Optional<PidFd> found = PidFd.open(Long.parseLong(text));
            if (found.isPresent() && !isOurs(found.get())) {
                found.get().close();
                return Optional.empty();
            }
            return found;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    boolean isRunning() {
        return running()
                .map(it -> {
                    it.close();
                    return true;
                })
                .orElse(false);
    }

    /** Makes one run with these settings: keeps the one that does, else replaces it. True when it was started. */
    boolean ensure(BridgeSettings settings) {
        try {
            Files.createDirectories(directory);
            boolean sameRaw = Files.exists(raw()) && Files.readString(raw()).equals(settings.rawDnsmasq());
            List<String> command = command(settings);
            if (!sameRaw) {
                checkRaw(settings);
            }
            Optional<PidFd> found = running();
            if (found.isPresent()) {
                try (PidFd process = found.get()) {
                    if (sameRaw && process.commandLine().equals(command)) {
                        return false;
                    }
                }
                stop();
            }
            Files.writeString(raw(), settings.rawDnsmasq());
            Files.createDirectories(hosts());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        start(settings);
        return true;
    }

    /** Lines that dnsmasq does not take must not cost the network the server it has. */
    private void checkRaw(BridgeSettings settings) throws IOException {
        if (settings.rawDnsmasq().isBlank()) {
            return;
        }
        Path trial = directory.resolve("dnsmasq.raw.trial");
        Files.writeString(trial, settings.rawDnsmasq());
        var result = Program.of("dnsmasq", "--test", "--conf-file=" + trial).run();
        Files.delete(trial);
        if (result.exit() != 0) {
            throw Refused.invalid("Invalid value for network \"" + settings.name() + "\" option \"raw.dnsmasq\": "
                    + result.err().strip().replace(" of " + trial, ""));
        }
    }

    void start(BridgeSettings settings) {
        try {
            Program.of(command(settings)).within(Duration.ofSeconds(10)).must();
        } catch (Program.Failed failed) {
            // What one that was killed complained of in its last moment is not why it failed.
            boolean ended = failed.exit() >= 0 && !failed.complaint().isBlank();
            String said = ended ? failed.complaint() : String.valueOf(failed.getMessage());
            throw Refused.driver("bridge", "start dnsmasq for network " + settings.name(), said.strip());
        }
    }

    /** Tells it to read the entries again. */
    void reload() {
        running().ifPresent(it -> {
            try (it) {
                it.signal(PidFd.SIGHUP);
            }
        });
    }

    /** Ends it; returns when it has ended. */
    void stop() {
        running().ifPresent(it -> {
            try (it) {
                it.signal(PidFd.SIGTERM);
                if (!it.awaitEnd(Duration.ofSeconds(2))) {
                    it.signal(PidFd.SIGKILL);
                    it.awaitEnd(Duration.ofSeconds(2));
                }
            }
        });
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean isOurs(PidFd process) {
        return process.commandLine().contains("--pid-file=" + pidFile());
    }

    List<String> command(BridgeSettings settings) {
        var words = new ArrayList<>(List.of(
                "dnsmasq",
                "--strict-order",
                "--bind-interfaces",
                "--except-interface=lo",
                "--pid-file=" + pidFile(),
                "--no-ping",
                "--interface=" + settings.name(),
                "--dhcp-rapid-commit",
                "--quiet-dhcp",
                "--quiet-dhcp6",
                "--quiet-ra",
                "--dhcp-no-override",
                "--dhcp-authoritative",
                // The address belongs to the card, not to what a reinstalled guest calls itself.
                "--dhcp-ignore-clid",
                "--dhcp-leasefile=" + leases(),
                "--dhcp-hostsfile=" + hosts()));
        v4(words, settings);
        v6(words, settings);
        dns(words, settings);
        words.add("--conf-file=" + raw());
        words.addAll(List.of("-u", user(), "-g", "nogroup"));
        return words;
    }

    private static void v4(List<String> words, BridgeSettings settings) {
        Family v4 = settings.v4();
        if (v4.address().isEmpty()) {
            return;
        }
        Cidr address = v4.address().get();
        words.add("--listen-address=" + Cidr.text(address.address()));
        if (!v4.dhcp()) {
            return;
        }
        if (v4.ranges().isEmpty()) {
            words.add("--dhcp-range=" + Cidr.text(address.at(2)) + "," + Cidr.text(address.at(-2)) + "," + v4.expiry());
        }
        v4.ranges()
                .forEach(it -> words.add(
                        "--dhcp-range=" + Cidr.text(it.first()) + "," + Cidr.text(it.last()) + "," + v4.expiry()));
        if (!v4.routing() && v4.gateway().isEmpty()) {
            words.add("--dhcp-option-force=3");
        }
        v4.gateway().ifPresent(it -> words.add("--dhcp-option-force=3," + Cidr.text(it)));
        if (settings.mtu() != 1500) {
            words.add("--dhcp-option-force=26," + settings.mtu());
        }
        if (!settings.search().isEmpty()) {
            words.add("--dhcp-option-force=119," + String.join(",", settings.search()));
        }
    }

    private static void v6(List<String> words, BridgeSettings settings) {
        Family v6 = settings.v6();
        if (v6.address().isEmpty()) {
            return;
        }
        Cidr address = v6.address().get();
        words.add("--listen-address=" + Cidr.text(address.address()));
        words.add("--enable-ra");
        if (!v6.routing()) {
            // A router lifetime of 0: the prefix is on the link, but nobody takes us for a way out.
            words.add("--ra-param=" + settings.name() + ",0,0");
        }
        String stateless = "--dhcp-range=::,constructor:" + settings.name() + ",";
        if (!v6.dhcp()) {
            words.add(stateless + "ra-only");
        } else if (!settings.stateful()) {
            words.add(stateless + "ra-stateless,ra-names");
        } else if (v6.ranges().isEmpty()) {
            words.add("--dhcp-range=" + Cidr.text(address.at(2)) + "," + Cidr.text(address.at(-1)) + ","
                    + address.prefix() + "," + v6.expiry());
        } else {
            v6.ranges()
                    .forEach(it -> words.add("--dhcp-range=" + Cidr.text(it.first()) + "," + Cidr.text(it.last()) + ","
                            + address.prefix() + "," + v6.expiry()));
        }
    }

    private static void dns(List<String> words, BridgeSettings settings) {
        if (settings.dnsMode().equals("none")) {
            return;
        }
        words.addAll(List.of(
                "-s",
                settings.domain(),
                "--interface-name=_gateway." + settings.domain() + "," + settings.name(),
                "-S",
                "/" + settings.domain() + "/"));
        if (settings.dnsMode().equals("managed")) {
            // Names come from instances; a card we do not know cannot take one.
            words.add("--dhcp-ignore-names=tag:!known");
        }
    }

    /** An unprivileged user when it can still read its entries as such: every directory above must let it through. */
    private String user() {
        try {
            for (Path above = directory; above != null; above = above.getParent()) {
                if (Files.exists(above)
                        && !Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return "root";
                }
            }
            boolean own = Files.readAllLines(Path.of("/etc/passwd")).stream().anyMatch(it -> it.startsWith("dnsmasq:"));
            return own ? "dnsmasq" : "nobody";
        } catch (IOException unreadable) {
            return "root";
        }
    }
}
