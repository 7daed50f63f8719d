package berth.driver.btrfs;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.file.IdMappedMount;
import berth.host.file.MountedRoot;
import berth.host.file.Places;
import berth.host.file.Stat;
import berth.host.file.Subvolumes;
import berth.host.file.TreeCopy;
import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.PoolLayout;
import berth.spi.StorageDriver.Filler;
import berth.spi.StorageDriver.Source;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The subvolumes of one pool while it is held open. Whatever carries a real name is whole, also after a power cut. */
final class Shelves implements AutoCloseable {
    private static final Map<String, ReentrantLock> BUSY = new ConcurrentHashMap<>();
    private final PoolLayout layout;
    private final Beneath top;
    private final Subvolumes subvolumes;

    Shelves(PoolLayout layout) {
        this.layout = layout;
        this.top = Beneath.own(layout.top());
        this.subvolumes = new Subvolumes(top);
    }

    void make() {
        if (top.fileSystem() != Subvolumes.BTRFS) {
            throw Refused.failed(
                    "Storage pool " + layout.pool() + " is not open: nothing of btrfs is at " + layout.top());
        }
        top.chmod(".", 0700);
        PoolLayout.places().forEach(it -> top.makeDirectories(it, 0700));
    }

    void removeUnfinished() {
        for (String place : PoolLayout.places()) {
            for (String name : top.list(place)) {
                String path = place + "/" + name;
                if (name.startsWith(Beneath.UNFINISHED)) {
                    subvolumes.delete(path);
                } else if (place.endsWith("-snapshots")) {
                    top.list(path).stream()
                            .filter(it -> it.startsWith(Beneath.UNFINISHED))
                            .forEach(it -> subvolumes.delete(path + "/" + it));
                }
            }
        }
    }

    /** Removes all that was ever put on the shelves, and the shelves. */
    void clear() {
        for (String place : PoolLayout.places()) {
            if (top.exists(place)) {
                for (String name : top.list(place)) {
                    String path = place + "/" + name;
                    if (place.endsWith("-snapshots")) {
                        top.list(path).forEach(it -> subvolumes.delete(path + "/" + it));
                    }
                    subvolumes.delete(path);
                }
                top.rmdir(place);
            }
        }
    }

    List<VolumeRef> volumes() {
        var volumes = new ArrayList<VolumeRef>();
        for (VolumeKind kind : PoolLayout.kinds()) {
            top.list(PoolLayout.place(kind))
                    .forEach(it -> PoolLayout.volume(kind, it).ifPresent(volumes::add));
        }
        return volumes;
    }

    boolean has(Fingerprint image) {
        return top.exists(layout.image(image));
    }

    /** Unpacks; of many that ask at a time one does it and the others wait for it. */
    void unpack(Fingerprint image, Filler filler) {
        var lock = BUSY.computeIfAbsent(layout.top() + "/" + image, it -> new ReentrantLock());
        lock.lock();
        try {
            if (!has(image)) {
                unpackAlone(image, filler);
            }
        } finally {
            lock.unlock();
        }
    }

    private void unpackAlone(Fingerprint image, Filler filler) {
        String unfinished = "images/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            subvolumes.create(unfinished);
            top.chmod(unfinished, 0700);
            filler.fill(layout.top().resolve(unfinished));
            if (top.lstat(unfinished + "/rootfs").filter(Stat::isDirectory).isEmpty()) {
                throw Refused.invalid("Image " + image + " has no root file system: rootfs is not a directory");
            }
            top.chown(unfinished, 0, 0);
            top.chmod(unfinished, 0700);
            top.syncFileSystem(); // else a power cut could leave the name with empty files behind it
            subvolumes.setReadOnly(unfinished, true);
            top.renameToNew(unfinished, layout.image(image));
        } catch (RuntimeException failed) {
            subvolumes.delete(unfinished);
            throw failed;
        }
    }

    void deleteImage(Fingerprint image) {
        subvolumes.delete(layout.image(image));
    }

    Path directory(VolumeRef volume) {
        return layout.top().resolve(there(volume));
    }

    Path root(VolumeRef volume) {
        return layout.top().resolve(there(volume)).resolve(PoolLayout.root(volume.kind()));
    }

    void create(VolumeRef volume, Source source) {
        String path = layout.volume(volume);
        if (top.exists(path)) {
            return;
        }
        switch (source) {
            case Source.Empty() -> makeEmpty(volume);
            case Source.FromImage(Fingerprint image) -> {
                if (!has(image)) {
                    throw Refused.missing("Image " + image + " is not in storage pool " + layout.pool());
                }
                snapshot(layout.image(image), path, false);
            }
            case Source.FromVolume(VolumeRef from, String snapshot) ->
                snapshot(snapshot == null ? there(from) : there(from, snapshot), path, false);
            case Source.FromDirectory(Path directory) -> copyFrom(directory, volume);
        }
    }

    private void copyFrom(Path directory, VolumeRef volume) {
        String unfinished = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        Path scratch = layout.roots().resolve(Beneath.UNFINISHED + UUID.randomUUID());
        Places.make(scratch, 0700);
        try (Beneath from = Beneath.own(directory)) {
            subvolumes.create(unfinished);
            TreeCopy.copy(from, scratch, layout.top().resolve(unfinished));
            top.syncFileSystem();
            renameToNew(unfinished, layout.volume(volume));
        } catch (RuntimeException failed) {
            subvolumes.delete(unfinished);
            throw failed;
        } finally {
            try (Beneath roots = Beneath.own(layout.roots())) {
                roots.rmdir(scratch.getFileName().toString());
            }
        }
    }

    private void makeEmpty(VolumeRef volume) {
        String path = layout.volume(volume);
        String unfinished = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            subvolumes.create(unfinished);
            top.chmod(unfinished, 0711);
            if (!PoolLayout.root(volume.kind()).isEmpty()) {
                top.mkdir(unfinished + "/" + PoolLayout.root(volume.kind()), 0755);
            }
            renameToNew(unfinished, path);
        } catch (RuntimeException failed) {
            subvolumes.delete(unfinished);
            throw failed;
        }
    }

    private void snapshot(String from, String to, boolean readOnly) {
        try {
            subvolumes.snapshot(from, to, readOnly);
        } catch (Errno failed) {
            if (failed.number() != Errno.EEXIST) { // another was quicker with the very same
                throw failed;
            }
        }
    }

    void delete(VolumeRef volume) {
        String snapshots = layout.snapshots(volume);
        if (top.exists(snapshots)) {
            top.list(snapshots).forEach(it -> subvolumes.delete(snapshots + "/" + it));
            top.rmdir(snapshots);
        }
        String path = layout.volume(volume);
        if (top.exists(path)) {
            String unfinished = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
            top.rename(path, unfinished);
            subvolumes.delete(unfinished);
        }
    }

    void rename(VolumeRef from, VolumeRef to) {
        if (top.exists(layout.volume(from))) {
            renameToNew(layout.volume(from), layout.volume(to));
        } else {
            there(to);
        }
        if (top.exists(layout.snapshots(from))) {
            top.rename(layout.snapshots(from), layout.snapshots(to));
        }
    }

    private void renameToNew(String from, String to) {
        try {
            top.renameToNew(from, to);
        } catch (Errno failed) {
            if (failed.number() == Errno.EEXIST) {
                throw new Refused(new Problem.Taken("Volume by that name already exists"), failed);
            }
            throw failed;
        }
    }

    Path mount(VolumeRef volume, @Nullable IdMap idMap) {
        String directory = there(volume);
        String ids = idMap == null ? "unmapped" : idMap.key();
        IdExtents map =
                idMap == null ? IdExtents.SAME : new IdExtents(idMap.users(IdExtent::new), idMap.groups(IdExtent::new));
        String what = subvolumes.id(directory) + "-" + ids;
        return new MountedRoot(layout.holder(volume)).mount(what, idMap == null ? 0 : idMap.base(), (scratch, root) -> {
            try (Beneath source = top.sub(directory + "/" + PoolLayout.root(volume.kind()))) {
                IdMappedMount.attach(source, root, map);
            }
        });
    }

    void snapshot(VolumeRef volume, String snapshot) {
        String directory = there(volume);
        if (!top.exists(layout.snapshot(volume, snapshot))) {
            top.makeDirectories(layout.snapshots(volume), 0700);
            snapshot(directory, layout.snapshot(volume, snapshot), true);
        }
    }

    void copySnapshot(VolumeRef from, String snapshot, VolumeRef to) {
        String source = there(from, snapshot);
        there(to);
        if (!top.exists(layout.snapshot(to, snapshot))) {
            top.makeDirectories(layout.snapshots(to), 0700);
            snapshot(source, layout.snapshot(to, snapshot), true);
        }
    }

    void deleteSnapshot(VolumeRef volume, String snapshot) {
        String snapshots = layout.snapshots(volume);
        if (top.exists(snapshots)) {
            subvolumes.delete(layout.snapshot(volume, snapshot));
            if (top.list(snapshots).isEmpty()) {
                top.rmdir(snapshots);
            }
        }
    }

    void renameSnapshot(VolumeRef volume, String from, String to) {
        if (top.exists(layout.snapshot(volume, from))) {
            renameToNew(layout.snapshot(volume, from), layout.snapshot(volume, to));
        } else {
            there(volume, to);
        }
    }

    void restore(VolumeRef volume, String snapshot) {
        String from = there(volume, snapshot);
        String directory = there(volume);
        String fresh = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            subvolumes.snapshot(from, fresh, false);
            top.exchange(fresh, directory);
        } finally {
            subvolumes.delete(fresh); // what it was before, or what failed to become it
        }
    }

    void limit(VolumeRef volume, long bytes) {
        subvolumes.limit(there(volume), bytes);
    }

    long usage(VolumeRef volume) {
        return subvolumes.referred(there(volume));
    }

    private String there(VolumeRef volume) {
        String path = layout.volume(volume);
        if (!top.exists(path)) {
            throw Refused.missing("Storage volume " + volume.key() + " is not in storage pool " + layout.pool());
        }
        return path;
    }

    private String there(VolumeRef volume, String snapshot) {
        String path = layout.snapshot(volume, snapshot);
        if (!top.exists(path)) {
            throw Refused.missing("Snapshot " + snapshot + " of storage volume " + volume.key()
                    + " is not in storage pool " + layout.pool());
        }
        return path;
    }

    @Override
    public void close() {
        top.close();
    }
}
