package berth.driver.dir;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.host.file.IdMappedMount;
import berth.host.file.MountedRoot;
import berth.host.file.Parts;
import berth.host.file.ShownTree;
import berth.host.file.Stat;
import berth.host.file.TreeCopy;
import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.PoolLayout;
import berth.spi.StorageDriver.Shown;
import berth.spi.StorageDriver.Source;
import berth.spi.VolumeRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one pool while they are held open. A volume made from an image holds {@code upper/} and {@code work/},
 * the layers of its overlay, beside {@code metadata.yaml} and {@code templates/}; any other holds plain files.
 *
 * <p>All comes into being under an unfinished name and is then renamed; all that is removed gets such a name first. So
 * whatever carries a real name is whole, also after a power cut.
 */
final class Shelves implements AutoCloseable {
    private static final String CLAIM = "image-";
    private final PoolLayout layout;
    private final Beneath top;
    private final Images images;

    Shelves(PoolLayout layout) {
        this.layout = layout;
        this.top = Beneath.own(layout.top());
        this.images = new Images(layout, top);
    }

    Images images() {
        return images;
    }

    void make() {
        PoolLayout.places().forEach(it -> top.makeDirectories(it, 0700));
    }

    void removeUnfinished() {
        ShownTree.removeAll(layout.roots());
        for (String place : PoolLayout.places()) {
            for (String name : top.list(place)) {
                String path = place + "/" + name;
                if (name.startsWith(Beneath.UNFINISHED)) {
                    top.deleteTree(path);
                } else if (place.endsWith("-snapshots")) {
                    top.list(path).stream()
                            .filter(it -> it.startsWith(Beneath.UNFINISHED))
                            .forEach(it -> top.deleteTree(path + "/" + it));
                }
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

    Path directory(VolumeRef volume) {
        return layout.top().resolve(there(volume));
    }

    void create(VolumeRef volume, Source source) {
        if (!top.exists(layout.volume(volume))) {
            build(layout.volume(volume), it -> make(it, volume.kind(), source));
        }
    }

    private void make(String directory, VolumeKind kind, Source source) {
        switch (source) {
            case Source.Empty() -> makeEmpty(directory, kind);
            case Source.FromImage(Fingerprint image) -> makeLayers(directory, image);
            case Source.FromVolume(VolumeRef from, String snapshot) -> copy(there(from, snapshot), directory);
            case Source.Filled(var filler) -> {
                top.mkdir(directory, 0700);
                filler.fill(layout.top().resolve(directory));
                if (kind != VolumeKind.CUSTOM) {
                    Parts.keep(top, directory, PoolLayout.PARTS);
                }
                top.syncFileSystem();
            }
        }
    }

    private void makeEmpty(String directory, VolumeKind kind) {
        top.mkdir(directory, 0711);
        if (!PoolLayout.root(kind).isEmpty()) {
            top.mkdir(directory + "/" + PoolLayout.root(kind), 0755);
        }
    }

    private void makeLayers(String directory, Fingerprint image) {
        top.mkdir(directory, 0700);
        top.mkdir(directory + "/" + Images.claim(image), 0700);
        if (!images.has(image)) { // looked at after the claim, see Images
            throw Refused.missing("Image " + image + " is not in storage pool " + layout.pool());
        }
        String from = layout.image(image);
        Stat root = top.lstat(from + "/rootfs")
                .orElseThrow(
                        () -> Refused.failed("Image " + image + " in storage pool " + layout.pool() + " is broken"));
        top.mkdir(directory + "/upper", 0755);
        top.chown(directory + "/upper", root.uid(), root.gid());
        top.chmod(directory + "/upper", root.permissions());
        top.mkdir(directory + "/work", 0700);
        shareMetadata(from, directory);
    }

    private void copy(String from, String directory) {
        Optional<Fingerprint> image = image(from);
        boolean layered = image.isPresent();
        if (!ofContainer(from)) {
            copyTree(from, directory);
            top.syncFileSystem();
            return;
        }
        top.mkdir(directory, 0700);
        image.ifPresent(it -> top.mkdir(directory + "/" + Images.claim(it), 0700));
        copyTree(from + (layered ? "/upper" : "/rootfs"), directory + (layered ? "/upper" : "/rootfs"));
        if (layered) {
            top.mkdir(directory + "/work", 0700);
        }
        shareMetadata(from, directory);
        top.syncFileSystem();
    }

    private void copyTree(String from, String to) {
        try (Beneath source = top.sub(from)) {
            ShownTree.at(layout.roots(), place -> {
                IdMappedMount.attachForCopying(source, place);
                TreeCopy.copy(place, layout.top().resolve(to));
                return true;
            });
        }
    }

    /** The files about the guest are shared by hard links: their bytes are on the disk already. Whoever edits one replaces it. */
    private void shareMetadata(String from, String to) {
        share(from, to, "metadata.yaml");
        if (top.lstat(from + "/templates").filter(Stat::isDirectory).isPresent()) {
            top.mkdir(to + "/templates", 0700);
            for (String template : top.list(from + "/templates")) {
                share(from, to, "templates/" + template);
            }
        }
    }

    private void share(String from, String to, String name) {
        if (top.lstat(from + "/" + name).filter(Stat::isFile).isEmpty()) {
            return; // a link or a device in an image's templates is nobody's template
        }
        try {
            top.link(from + "/" + name, top, to + "/" + name);
        } catch (Errno failed) {
            if (failed.number() != 31) { // EMLINK: 65,000 volumes share it already
                throw failed;
            }
            top.write(to + "/" + name, top.read(from + "/" + name, 16 << 20), 0600);
        }
    }

    Path mount(VolumeRef volume, @Nullable IdMap idMap) {
        String directory = there(volume);
        long inode = top.lstat(directory).map(Stat::inode).orElse(0L);
        String ids = idMap == null ? "unmapped" : idMap.key();
        IdExtents map =
                idMap == null ? IdExtents.SAME : new IdExtents(idMap.users(IdExtent::new), idMap.groups(IdExtent::new));
        var mounted = new MountedRoot(layout.holder(volume));
        return mounted.mount(inode + "-" + ids, idMap == null ? 0 : idMap.base(), (scratch, root) -> {
            Optional<Fingerprint> image = image(directory);
            if (image.isPresent()) {
                String lower = layout.image(image.get()) + "/rootfs";
                IdMappedMount.overlay(top, lower, directory, scratch, root, map);
            } else {
                try (Beneath plain = top.sub(directory + "/" + PoolLayout.root(volume.kind()))) {
                    IdMappedMount.attach(plain, root, map);
                }
            }
        });
    }

    void delete(VolumeRef volume) {
        String snapshots = layout.snapshots(volume);
        if (top.exists(snapshots)) {
            for (String snapshot : top.list(snapshots)) {
                remove(snapshots + "/" + snapshot, snapshots);
            }
            top.rmdir(snapshots);
        }
        remove(layout.volume(volume), PoolLayout.place(volume.kind()));
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

    void snapshot(VolumeRef volume, String snapshot, Source source) {
        there(volume);
        String target = layout.snapshot(volume, snapshot);
        if (!top.exists(target)) {
            top.makeDirectories(layout.snapshots(volume), 0700);
            build(target, it -> make(it, volume.kind(), source));
        }
    }

    <T> T show(VolumeRef volume, @Nullable String snapshot, Function<Shown, T> work) {
        String path = there(volume, snapshot);
        Optional<Fingerprint> image = image(path);
        return ShownTree.at(layout.roots(), place -> {
            if (image.isPresent()) {
                IdMappedMount.overlayForCopying(
                        top, List.of(path + "/upper", layout.image(image.get()) + "/rootfs"), place);
            } else {
                try (Beneath plain = top.sub(path + "/" + PoolLayout.root(volume.kind()))) {
                    IdMappedMount.attachForCopying(plain, place);
                }
            }
            return work.apply(new Shown(layout.top().resolve(path), place));
        });
    }

    void deleteSnapshot(VolumeRef volume, String snapshot) {
        String snapshots = layout.snapshots(volume);
        if (top.exists(snapshots)) {
            remove(layout.snapshot(volume, snapshot), snapshots);
            if (top.list(snapshots).isEmpty()) {
                top.rmdir(snapshots);
            }
        }
    }

    void renameSnapshot(VolumeRef volume, String from, String to) {
        if (!top.exists(layout.snapshot(volume, from))) {
            there(volume, to);
            return;
        }
        renameToNew(layout.snapshot(volume, from), layout.snapshot(volume, to));
    }

    void replace(VolumeRef volume, Source source) {
        String directory = there(volume);
        String fresh = PoolLayout.place(volume.kind()) + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            make(fresh, volume.kind(), source);
            top.exchange(fresh, directory);
        } finally {
            discard(fresh); // what it was before, or what failed to become it
        }
    }

    private void build(String path, java.util.function.Consumer<String> work) {
        String unfinished = path.substring(0, path.lastIndexOf('/') + 1) + Beneath.UNFINISHED + UUID.randomUUID();
        try {
            work.accept(unfinished);
            top.renameToNew(unfinished, path);
        } catch (RuntimeException failed) {
            discard(unfinished);
            if (failed instanceof Errno errno && errno.number() == Errno.EEXIST && top.exists(path)) {
                return; // another was quicker with the very same
            }
            throw failed;
        }
    }

    private void remove(String path, String place) {
        if (!top.exists(path)) {
            return;
        }
        String unfinished = place + "/" + Beneath.UNFINISHED + UUID.randomUUID();
        top.rename(path, unfinished);
        discard(unfinished);
    }

    private void discard(String unfinished) {
        Optional<Fingerprint> image = image(unfinished);
        top.deleteTree(unfinished);
        image.ifPresent(images::collect);
    }

    /** Only a container's volume has a directory that no guest writes to, whose names can be believed. */
    private static boolean ofContainer(String directory) {
        return directory.startsWith(PoolLayout.place(VolumeKind.CONTAINER));
    }

    /** The image that a volume's layers stand on. */
    private Optional<Fingerprint> image(String directory) {
        if (!ofContainer(directory) || !top.exists(directory)) {
            return Optional.empty();
        }
        return top.list(directory).stream()
                .filter(it -> it.startsWith(CLAIM) && it.length() == CLAIM.length() + 64)
                .map(it -> new Fingerprint(it.substring(CLAIM.length())))
                .findFirst();
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
