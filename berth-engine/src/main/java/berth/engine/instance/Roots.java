package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.VolumeRef;
import java.util.SortedMap;
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
