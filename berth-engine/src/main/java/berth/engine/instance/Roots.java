package berth.engine.instance;

import berth.engine.device.CheckDevices;
import berth.engine.driver.Drivers;
import berth.engine.driver.VolumeContent;
import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Size;
import berth.model.Snapshot;
import berth.model.VolumeKind;
import berth.spi.VolumeRef;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where roots of instances lie, and with which ids. */
public final class Roots {
    private final Shelves shelves;
    private final Drivers drivers;
    private final IdRanges ids;

    /**
     * Roots on those pools.
     *
     * @param ids which host ids unprivileged guests get
     */
    public Roots(Shelves shelves, Drivers drivers, IdRanges ids) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.ids = ids;
    }

    /** The volume that holds an instance's root. */
    public static VolumeRef volume(Instance instance) {
        VolumeKind kind = switch (instance.kind()) {
            case CONTAINER -> VolumeKind.CONTAINER;
            case VIRTUAL_MACHINE -> VolumeKind.VIRTUAL_MACHINE;
        };
        return new VolumeRef(kind, instance.project(), instance.name().text());
    }

    /** The pool of an instance. */
    public Pool pool(Instance instance) {
        return shelves.pools()
                .find(instance.pool().text())
                .orElseThrow(() -> Refused.missing("Storage pool not found: " + instance.pool()));
    }

    /** The instance as it is with its root in that pool. */
    Instance in(PoolName pool, Instance instance) {
        var devices = Effective.of(instance, shelves.profilesOf(instance)).devices();
        var own = new TreeMap<>(instance.devices());
        CheckDevices.root(devices)
                .filter(it -> !pool.text().equals(it.getValue().get("pool")))
                .ifPresent(it -> own.put(it.getKey(), Settings.with(it.getValue(), "pool", pool.text())));
        return instance.in(pool, own);
    }

    /** The content of an instance's root, or of a snapshot of it. */
    VolumeContent content(Instance instance, @Nullable String snapshot) {
        return new VolumeContent(drivers, pool(instance), volume(instance), snapshot);
    }

    /** A snapshot as a copy of its instance is to have it. */
    Snapshot of(Instance copy, Snapshot snapshot) {
        var its = snapshot.of(copy);
        return new Snapshot(its.of(), its.name(), its.createdAt(), its.expiresAt(), in(copy.pool(), its.instance()));
    }

    /** Gives an instance's root a snapshot that another instance has. */
    void give(Instance to, Snapshot snapshot, Instance from) {
        Pool pool = pool(to);
        drivers.keeping(pool)
                .giveSnapshot(
                        pool,
                        volume(to),
                        snapshot.name(),
                        content(from, snapshot.name()).into(pool));
    }

    /** Limits the root to what its disk device says. */
    void limit(Instance instance) {
        CheckDevices.root(Effective.of(instance, shelves.profilesOf(instance)).devices())
                .map(it -> it.getValue().getOrDefault("size", ""))
                .filter(it -> !it.isEmpty())
                .ifPresent(
                        it -> drivers.keeping(pool(instance)).limit(pool(instance), volume(instance), Size.bytes(it)));
    }

    /** The id map for a start of it with those effective keys; null for a privileged guest. */
    public @Nullable IdMap idMap(Instance instance, SortedMap<String, String> config) {
        return ids.of(instance, config);
    }

    /** Which host ids there are, and who has which. */
    public IdRanges ids() {
        return ids;
    }

    Drivers drivers() {
        return drivers;
    }
}
