package berth.driver.btrfs;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.file.IdMappedMount;
import berth.host.file.MountedRoot;
import berth.host.file.Parts;
import berth.host.file.ShownTree;
import berth.host.file.Stat;
import berth.host.file.Subvolumes;
import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.PoolLayout;
import berth.spi.StorageDriver.Filler;
import berth.spi.StorageDriver.Shown;
import berth.spi.StorageDriver.Source;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
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
        ShownTree.removeAll(layout.roots());
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
        if (!top.exists(path)) {
            build(path, volume.kind(), source, false);
        }
    }

    /** What comes from the pool itself is there at once; the rest is made under an unfinished name. */
    private void build(String path, VolumeKind kind, Source source, boolean readOnly) {
        try {
            switch (source) {
                case Source.FromImage(Fingerprint image) -> {
                    if (!has(image)) {
                        throw Refused.missing("Image " + image + " is not in storage pool " + layout.pool());
                    }
                    subvolumes.snapshot(layout.image(image), path, readOnly);
                }
                case Source.FromVolume(VolumeRef from, String snapshot) ->
                    subvolumes.snapshot(there(from, snapshot), path, readOnly);
                case Source.Empty() -> fill(path, readOnly, it -> makeEmpty(it, kind));
                case Source.Filled(Filler filler) ->
                    fill(path, readOnly, it -> {
                        filler.fill(layout.top().resolve(it));
                        if (kind != VolumeKind.CUSTOM) {
                            Parts.keep(top, it, PoolLayout.PARTS);
                        }
                        top.syncFileSystem();
                    });
            }
        } catch (Errno failed) {
            if (failed.number() != Errno.EEXIST || !top.exists(path)) { // another was quicker with the very same
                throw failed;
            }
        }
    }

    private void fill(String path, boolean readOnly, Consumer<String> work) {
        String unfinished = path.substring(0, path.lastIndexOf('/') + 1) + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            subvolumes.create(unfinished);
            work.accept(unfinished);
            if (readOnly) {
                subvolumes.setReadOnly(unfinished, true);
            }
            top.renameToNew(unfinished, path);
        } catch (RuntimeException failed) {
            subvolumes.delete(unfinished);
            throw failed;
        }
    }

    private void makeEmpty(String directory, VolumeKind kind) {
        top.chmod(directory, 0711);
        if (!PoolLayout.root(kind).isEmpty()) {
            top.mkdir(directory + "/" + PoolLayout.root(kind), 0755);
        }
    }

    /** A guest may be running on it: what is shown is a snapshot of this moment. */
    <T> T show(VolumeRef volume, @Nullable String snapshot, Function<Shown, T> work) {
        String path = there(volume, snapshot);
        String still = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            subvolumes.snapshot(path, still, true);
            return ShownTree.at(layout.roots(), place -> {
                try (Beneath root = top.sub(still + "/" + PoolLayout.root(volume.kind()))) {
                    IdMappedMount.attachForCopying(root, place);
                }
                return work.apply(new Shown(layout.top().resolve(still), place));
            });
        } finally {
            subvolumes.delete(still);
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

    void snapshot(VolumeRef volume, String snapshot, Source source) {
        there(volume);
        if (!top.exists(layout.snapshot(volume, snapshot))) {
            top.makeDirectories(layout.snapshots(volume), 0700);
            build(layout.snapshot(volume, snapshot), volume.kind(), source, true);
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

    void replace(VolumeRef volume, Source source) {
        String directory = there(volume);
        String fresh = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            build(fresh, volume.kind(), source, false);
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

    private String there(VolumeRef volume, @Nullable String snapshot) {
        if (snapshot == null) {
            return there(volume);
        }
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
