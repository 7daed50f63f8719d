package berth.engine.driver;

import berth.model.Kind;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.InstanceDriver;
import berth.spi.NetworkDriver;
import berth.spi.StorageDriver;
import berth.spi.VolumeRef;
import java.util.Map;

/** The drivers of this daemon, by what they are for. */
public record Drivers(
        Map<Kind, InstanceDriver> instances, Map<String, StorageDriver> storage, Map<String, NetworkDriver> networks) {
    public Drivers {
        instances = Map.copyOf(instances);
        storage = Map.copyOf(storage);
        networks = Map.copyOf(networks);
    }

    /** What runs instances of that kind. */
    public InstanceDriver running(Kind kind) {
        InstanceDriver driver = instances.get(kind);
        if (driver == null) {
            throw Refused.invalid("This host cannot run a " + kind.text() + ": no driver for it is ready");
        }
        return driver;
    }

    /** What keeps the volumes of that pool. */
    public StorageDriver keeping(Pool pool) {
        return storageNamed(pool.driver());
    }

    /** Refuses when the pool holds a volume of that name, known to us or not. */
    public void requireRoom(Pool pool, VolumeRef volume) {
        if (keeping(pool).volumes(pool).contains(volume)) {
            throw new Refused(new Problem.Taken(
                    "The storage pool " + pool.name() + " holds a volume of the name " + volume.name() + " already"));
        }
    }

    /** The storage driver of that name. */
    public StorageDriver storageNamed(String name) {
        StorageDriver driver = storage.get(name);
        if (driver == null) {
            throw Refused.invalid("Unknown driver: " + Quoted.of(name) + " (there are: "
                    + String.join(", ", storage.keySet().stream().sorted().toList()) + ")");
        }
        return driver;
    }

    /** What makes that network real. */
    public NetworkDriver making(Network network) {
        return networkOf(network.type());
    }

    /** The network driver of that type. */
    public NetworkDriver networkOf(String type) {
        NetworkDriver driver = networks.get(type);
        if (driver == null) {
            throw Refused.invalid("Unknown driver: network type " + Quoted.of(type) + " (there are: "
                    + String.join(", ", networks.keySet().stream().sorted().toList()) + ")");
        }
        return driver;
    }
}
