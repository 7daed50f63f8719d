package berth.driver.bridge;

import berth.host.Pidfd;
import berth.host.Program;
import berth.model.Network;
import berth.model.Refused;
import berth.spi.NetworkDriver;
import berth.spi.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Managed bridges. Each network has an interface, a table of nftables and a dnsmasq of its own, all three named after it
 * and found again after a restart of the daemon; none needs the daemon to go on working. While the daemon runs, a dnsmasq
 * that ends is started again at once.
 *
 * <p>{@link #down} keeps the leases (in {@code networks/NAME/}), so that guests get their addresses again after the
 * network came back; {@link #delete} removes them too.
 */
public final class BridgeDriver implements NetworkDriver {
    private static final System.Logger LOG = System.getLogger(BridgeDriver.class.getName());

    private final Path networks;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /** Keeps its files in {@code networks/} of the state directory, which unprivileged users may pass (0711). */
    public BridgeDriver(Path stateDir) {
        this.networks = stateDir.toAbsolutePath().resolve("networks");
    }

    /** What we hold for a network while the daemon runs. */
    private static final class Kept {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Keeper keeper;
        /** What the dnsmasq that is kept must be like; absent when none is wanted. */
        private @Nullable BridgeSettings settings;
    }

    @Override
    public String id() {
        return "bridge";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Readiness readiness() {
        var missing = new ArrayList<String>();
        Map.of("ip", "iproute2", "nft", "nftables", "dnsmasq", "dnsmasq-base").forEach((program, source) -> {
            if (Program.find(program).isEmpty()) {
                missing.add(program + " (package " + source + ")");
            }
        });
        return missing.isEmpty()
                ? new Readiness.Ready()
                : new Readiness.Lacking("Managed bridges need " + String.join(", ", missing));
    }

    @Override
    public Network complete(Network wanted, List<Network> others) {
        NetworkKeys.check(wanted);
        Network completed = Defaults.complete(wanted, others);
        NetworkKeys.check(completed);
        return completed;
    }

    @Override
    public void up(Network network, List<Host> hosts) {
        var settings = BridgeSettings.of(network);
        doing("bring up network " + network.name(), settings, () -> bringUp(settings, hosts));
    }

    @Override
    public void down(Network network) {
        var settings = BridgeSettings.of(network);
        doing("take down network " + network.name(), settings, () -> takeDown(settings));
    }

    @Override
    public void delete(Network network) {
        var settings = BridgeSettings.of(network);
        doing("delete network " + network.name(), settings, () -> {
            takeDown(settings);
            removeAll(directory(settings));
        });
        kept.remove(settings.name());
    }

    @Override
    public void update(Network before, Network after, List<Host> hosts) {
        var settings = BridgeSettings.of(after);
        var old = BridgeSettings.of(before);
        doing("update network " + after.name(), settings, () -> {
            var ports = new ArrayList<>(old.externalInterfaces());
            ports.removeAll(settings.externalInterfaces());
            ports.forEach(
                    it -> Program.of("ip", "link", "set", "dev", it, "nomaster").run());
            bringUp(settings, hosts);
        });
    }

    @Override
    public void addHost(Network network, Host host) {
        var settings = BridgeSettings.of(network);
        doing("tell network " + network.name() + " of " + host.key(), settings, () -> {
            if (settings.needsDnsmasq() && entries(settings).put(settings, host)) {
                dnsmasq(settings).reload();
            }
        });
    }

    @Override
    public void removeHost(Network network, Host host) {
        var settings = BridgeSettings.of(network);
        doing("take " + host.key() + " from network " + network.name(), settings, () -> {
            if (settings.needsDnsmasq()) {
                boolean told = entries(settings).remove(host);
                release(settings, host);
                if (told) {
                    dnsmasq(settings).reload();
                }
            }
        });
    }

    @Override
    public List<Lease> leases(Network network, List<Host> hosts) {
        var settings = BridgeSettings.of(network);
        return Leases.of(settings, hosts, new LeaseFile(dnsmasq(settings).leases()));
    }

    @Override
    public boolean isUp(Network network) {
        return Interface.isUp(network.name().text());
    }

    /**
     * What else on this host would cut guests off, for a person to read: base chains of others in the forward hook that
     * drop what they do not know (Docker, firewalld, ufw). Empty when nothing does.
     */
    public List<String> warnings() {
        return ForeignRules.warnings();
    }

    /** For tests: forgets all that is held for networks, as the end of the daemon does. */
    void forgetAll() {
        kept.values().forEach(it -> {
            it.lock.lock();
            try {
                if (it.keeper != null) {
                    it.keeper.letGo();
                }
                it.keeper = null;
                it.settings = null;
            } finally {
                it.lock.unlock();
            }
        });
        kept.clear();
    }

    private void bringUp(BridgeSettings settings, List<Host> hosts) {
        Interface.up(settings);
        Program.of("nft", "-f", "-").reading(Ruleset.replacing(settings)).must();
        if (!settings.needsDnsmasq()) {
            letGo(settings);
            dnsmasq(settings).stop();
            return;
        }
        boolean changed = entries(settings).set(settings, hosts);
        state(settings).settings = settings;
        if (!dnsmasq(settings).ensure(settings) && changed) {
            dnsmasq(settings).reload();
        }
        keep(settings);
    }

    private void takeDown(BridgeSettings settings) {
        letGo(settings);
        dnsmasq(settings).stop();
        Program.of("nft", "-f", "-").reading(Ruleset.removing(settings.name())).must();
        Interface.down(settings);
    }

    /** An address is free at once: by the message the client itself would send, else by editing the file. */
    private void release(BridgeSettings settings, Host host) {
        var file = new LeaseFile(dnsmasq(settings).leases());
        List<LeaseFile.Entry> held = file.of(host.hwaddr(), host.hostname());
        if (held.isEmpty()) {
            return;
        }
        if (settings.v4().address().isPresent() && held.stream().noneMatch(LeaseFile.Entry::v6)) {
            for (LeaseFile.Entry entry : held) {
                Release.send(
                        settings.v4().address().get().address(),
                        Cidr.ip(entry.address()).orElseThrow(),
                        entry.hwaddr());
            }
            for (int i = 0; i < 30; i++) {
                if (file.of(host.hwaddr(), host.hostname()).isEmpty()) {
                    return;
                }
                pause();
            }
        }
        editLeases(settings, file, host);
    }

    private void editLeases(BridgeSettings settings, LeaseFile file, Host host) {
        Dnsmasq dnsmasq = dnsmasq(settings);
        boolean ran = dnsmasq.running()
                .map(it -> {
                    it.close();
                    return true;
                })
                .orElse(false);
        dnsmasq.stop();
        try {
            file.remove(file.of(host.hwaddr(), host.hostname()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (ran) {
            dnsmasq.start(settings);
            keep(settings);
        }
    }

    // ---- the keeper: called with the network's lock held ----

    private void letGo(BridgeSettings settings) {
        Kept state = state(settings);
        state.settings = null;
        if (state.keeper != null) {
            state.keeper.letGo();
            state.keeper = null;
        }
    }

    /** A keeper that has seen its dnsmasq end takes up the one that runs by then: one keeper is enough. */
    private void keep(BridgeSettings settings) {
        Kept state = state(settings);
        if (state.keeper != null && state.keeper.wanted()) {
            return;
        }
        Pidfd process = dnsmasq(settings).running().orElseThrow(BridgeDriver::endedAtOnce);
        Keeper keeper = new Keeper(settings.name(), process, it -> restarted(state, it));
        state.keeper = keeper;
        keeper.start();
    }

    /** On the keeper's thread: the dnsmasq that runs now, started if need be; null when none is wanted any more. */
    private @Nullable Pidfd restarted(Kept state, Keeper asking) {
        state.lock.lock();
        try {
            BridgeSettings settings = state.settings;
            if (settings == null || !asking.equals(state.keeper)) {
                return null;
            }
            if (dnsmasq(settings).ensure(settings)) {
                LOG.log(Level.WARNING, "dnsmasq of network {0} had ended; started it again", settings.name());
            }
            return dnsmasq(settings).running().orElseThrow(BridgeDriver::endedAtOnce);
        } finally {
            state.lock.unlock();
        }
    }

    private static Refused endedAtOnce() {
        return Refused.failed("dnsmasq ended right after its start; the host's log has what it said");
    }

    // ---- small things ----

    private Kept state(BridgeSettings settings) {
        return kept.computeIfAbsent(settings.name(), it -> new Kept());
    }

    private Path directory(BridgeSettings settings) {
        return networks.resolve(settings.name());
    }

    private Dnsmasq dnsmasq(BridgeSettings settings) {
        return new Dnsmasq(directory(settings));
    }

    private HostEntries entries(BridgeSettings settings) {
        return new HostEntries(dnsmasq(settings).hosts());
    }

    private void doing(String what, BridgeSettings settings, Runnable work) {
        ReentrantLock lock = state(settings).lock;
        lock.lock();
        try {
            work.run();
        } catch (Program.Failed failed) {
            throw Refused.driver("bridge", what, String.valueOf(failed.getMessage()));
        } catch (UncheckedIOException failed) {
            throw Refused.driver("bridge", what, String.valueOf(failed.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    private static void removeAll(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
