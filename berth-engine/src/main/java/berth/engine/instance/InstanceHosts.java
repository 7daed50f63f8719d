package berth.engine.instance;

import berth.engine.record.Shelves;
import berth.model.Instance;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.spi.NetworkDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which instances stand on which networks and pools. */
public final class InstanceHosts {
    private final Shelves shelves;
    private final Instances instances;
    private final Setups setups;

    /** Looks at those. */
    public InstanceHosts(Shelves shelves, Instances instances, Setups setups) {
        this.shelves = shelves;
        this.instances = instances;
        this.setups = setups;
    }

    /** The cards on a network that it was told of: those of instances that have run. */
    public List<NetworkDriver.Host> of(Network network) {
        return hosts(network, it -> it.lastUsedAt().toEpochMilli() > 0);
    }

    /** The cards of all instances on a network, be they known to it or not. */
    public List<NetworkDriver.Host> all(Network network) {
        return hosts(network, _ -> true);
    }

    private List<NetworkDriver.Host> hosts(Network network, Predicate<Instance> which) {
        var hosts = new ArrayList<NetworkDriver.Host>();
        for (Instance instance : shelves.instances().all()) {
            if (on(instance, network.name()) && which.test(instance)) {
                setups.cards(instance).stream()
                        .filter(it -> it.network().name().equals(network.name()))
                        .forEach(it -> hosts.add(it.host()));
            }
        }
        return hosts;
    }

    /** Whether a running instance has a card on it. */
    public boolean anyRunningOn(Network network) {
        return shelves.instances().all().stream()
                .anyMatch(it -> instances.status(it).alive() && on(it, network.name()));
    }

    /** URLs of the instances and profiles with a card on it. */
    public List<String> usersOfNetwork(NetworkName name) {
        var users = new ArrayList<String>();
        shelves.profiles().all().stream()
                .filter(it -> it.devices().values().stream().anyMatch(device -> onNetwork(device, name)))
                .forEach(it -> users.add("/1.0/profiles/" + it.name()));
        shelves.instances().all().stream().filter(it -> on(it, name)).forEach(it -> users.add(Instances.url(it)));
        return users;
    }

    /** URLs of the instances and profiles whose disks are on a pool. */
    public List<String> usersOfPool(PoolName name) {
        var users = new ArrayList<String>();
        shelves.instances().all().stream()
                .filter(it -> it.pool().equals(name))
                .forEach(it -> users.add(Instances.url(it)));
        shelves.profiles().all().stream()
                .filter(it -> it.devices().values().stream()
                        .anyMatch(device ->
                                "disk".equals(device.get("type")) && name.text().equals(device.get("pool"))))
                .forEach(it -> users.add("/1.0/profiles/" + it.name()));
        return users;
    }

    /**
     * URLs of the instances and profiles that have a custom volume as a disk.
     *
     * @param running whether only instances that run now are meant
     */
    public List<String> usersOfVolume(PoolName pool, String volume, boolean running) {
        var users = new ArrayList<String>();
        shelves.instances().all().stream()
                .filter(it -> !running || instances.status(it).alive())
                .filter(it -> instances.effective(it).devices().values().stream()
                        .anyMatch(device -> isVolume(device, pool, volume)))
                .forEach(it -> users.add(Instances.url(it)));
        if (!running) {
            shelves.profiles().all().stream()
                    .filter(it -> it.devices().values().stream().anyMatch(device -> isVolume(device, pool, volume)))
                    .forEach(it -> users.add("/1.0/profiles/" + it.name()));
        }
        return users;
    }

    private static boolean isVolume(Map<String, String> device, PoolName pool, String volume) {
        return "disk".equals(device.get("type"))
                && pool.text().equals(device.get("pool"))
                && volume.equals(device.get("source"));
    }

    private boolean on(Instance instance, NetworkName name) {
        return instances.effective(instance).devices().values().stream().anyMatch(it -> onNetwork(it, name));
    }

    private static boolean onNetwork(Map<String, String> device, NetworkName name) {
        return "nic".equals(device.get("type"))
                && (name.text().equals(device.get("network")) || name.text().equals(device.get("parent")));
    }
}
