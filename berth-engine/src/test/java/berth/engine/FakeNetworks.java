package berth.engine;

import berth.model.Network;
import berth.spi.NetworkDriver;
import berth.spi.Readiness;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Networks that exist in memory only. */
public final class FakeNetworks implements NetworkDriver {
    private final Set<String> things = new TreeSet<>();
    /** Whether nothing comes up. */
    volatile boolean broken;

    /** Everything there is. */
    synchronized List<String> things() {
        return List.copyOf(things);
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
        return new Readiness.Ready();
    }

    @Override
    public Network complete(Network wanted, List<Network> others) {
        return wanted;
    }

    @Override
    public synchronized void up(Network network, List<Host> hosts) {
        if (broken) {
            throw berth.model.Refused.driver("bridge", "bring up " + network.name(), "told to fail");
        }
        things.add("network " + network.name());
        hosts.forEach(it -> things.add("host " + network.name() + "/" + it.key()));
    }

    @Override
    public synchronized void down(Network network) {
        things.remove("network " + network.name());
    }

    @Override
    public synchronized void delete(Network network) {
        things.remove("network " + network.name());
        things.removeIf(it -> it.startsWith("host " + network.name() + "/"));
    }

    @Override
    public void update(Network before, Network after, List<Host> hosts) {}

    @Override
    public synchronized void addHost(Network network, Host host) {
        things.add("host " + network.name() + "/" + host.key());
    }

    @Override
    public synchronized void removeHost(Network network, Host host) {
        things.remove("host " + network.name() + "/" + host.key());
    }

    @Override
    public List<Lease> leases(Network network, List<Host> hosts) {
        return List.of();
    }

    @Override
    public Set<String> serves(Network network) {
        return Set.of("inet", "inet6");
    }

    @Override
    public synchronized boolean isUp(Network network) {
        return things.contains("network " + network.name());
    }
}
