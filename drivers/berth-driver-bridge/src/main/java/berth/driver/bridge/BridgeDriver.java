package berth.driver.bridge;

import berth.host.Program;
import berth.model.Network;
import berth.spi.NetworkDriver;
import berth.spi.Readiness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Path networks;
    private final Map<String, Bridge> bridges = new ConcurrentHashMap<>();
    private @Nullable LeaseWatch watch;

    /** Keeps its files in {@code networks/} of the state directory, which unprivileged users may pass (0711). */
    public BridgeDriver(Path stateDir) {
        this.networks = stateDir.toAbsolutePath().resolve("networks");
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
        bridge(network).up(BridgeSettings.of(network), hosts);
        watch(network);
    }

    @Override
    public synchronized void onLeases(Runnable changed) {
        if (watch == null) {
            watch = new LeaseWatch(networks, changed);
        } else {
            watch.tell(changed);
        }
    }

    private synchronized void watch(Network network) {
        if (watch != null) {
            watch.add(networks.resolve(network.name().text()));
        }
    }

    @Override
    public void down(Network network) {
        bridge(network).down(BridgeSettings.of(network));
    }

    @Override
    public void delete(Network network) {
        bridge(network).delete(BridgeSettings.of(network));
        bridges.remove(network.name().text());
    }

    @Override
    public void update(Network before, Network after, List<Host> hosts) {
        var settings = BridgeSettings.of(after);
        Interface.release(BridgeSettings.of(before), settings.externalInterfaces());
        bridge(after).up(settings, hosts);
    }

    @Override
    public void addHost(Network network, Host host) {
        bridge(network).addHost(BridgeSettings.of(network), host);
    }

    @Override
    public void removeHost(Network network, Host host) {
        bridge(network).removeHost(BridgeSettings.of(network), host);
    }

    @Override
    public List<Lease> leases(Network network, List<Host> hosts) {
        return Leases.of(BridgeSettings.of(network), hosts, bridge(network).leases());
    }

    @Override
    public Set<String> serves(Network network) {
        var settings = BridgeSettings.of(network);
        var families = new TreeSet<String>();
        if (settings.v4().address().isPresent() && settings.v4().dhcp()) {
            families.add("inet");
        }
        // Stateless or not: dnsmasq advertises the prefix, or has addresses to give.
        if (settings.v6().address().isPresent() && settings.v6().dhcp()) {
            families.add("inet6");
        }
        return families;
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
        bridges.values().forEach(Bridge::forget);
        bridges.clear();
    }

    private Bridge bridge(Network network) {
        return bridges.computeIfAbsent(network.name().text(), it -> new Bridge(networks.resolve(it)));
    }
}
