package berth.engine.device;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.IdMap;
import berth.model.Pool;
import berth.model.Quoted;
import berth.model.Settings;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.Optional;

/** Where custom volumes are, for the guests that have them as disks: mounted with the guests' ids. */
public final class VolumePlaces {
    private final Shelves shelves;
    private final Drivers drivers;
    private final IdMap ids;

    /**
     * Places on those pools.
     *
     * @param ids the id map of unprivileged guests
     */
    public VolumePlaces(Shelves shelves, Drivers drivers, IdMap ids) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.ids = ids;
    }

    /** The volume of a disk; throws {@link Wrong} when there is none of that name. */
    Volume require(Device disk) {
        if (shelves.pools().find(disk.value("pool")).isEmpty()) {
            throw new Wrong("Storage pool " + Quoted.of(disk.value("pool")) + " doesn't exist");
        }
        return find(disk)
                .orElseThrow(() -> new Wrong("Storage volume " + Quoted.of(disk.value("source"))
                        + " is not in storage pool " + Quoted.of(disk.value("pool"))
                        + ": make it first (storage volume create)"));
    }

    private Optional<Volume> find(Device disk) {
        return shelves.volumes()
                .find(disk.value("pool") + "/" + VolumeKind.CUSTOM.text() + "/default/" + disk.value("source"));
    }

    /**
     * Mounts it for an instance and says where; mounted already is as good. It stays mounted when the guest has ended: other
     * guests may have it. Deleting, renaming or restoring it takes the mount away.
     */
    Path mounted(Device disk, Owner owner) {
        Volume volume = require(disk);
        Pool pool = shelves.pools().find(disk.value("pool")).orElseThrow();
        var config = Effective.of(owner.instance(), shelves.profilesOf(owner.instance()))
                .config();
        boolean unmapped = Settings.truthy(config.get("security.privileged"), false)
                || Settings.truthy(volume.config().get("security.unmapped"), false);
        return drivers.keeping(pool)
                .mount(pool, new VolumeRef(volume.kind(), volume.project(), volume.name()), unmapped ? null : ids);
    }
}
