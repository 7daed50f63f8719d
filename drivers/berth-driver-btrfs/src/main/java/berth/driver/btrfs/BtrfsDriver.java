package berth.driver.btrfs;

import berth.host.Errno;
import berth.host.Program;
import berth.host.ToolVersion;
import berth.host.file.Beneath;
import berth.host.file.MountedRoot;
import berth.host.file.Mounts;
import berth.host.file.OwnThread;
import berth.host.file.Places;
import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.Size;
import berth.spi.PoolKeys;
import berth.spi.PoolLayout;
import berth.spi.Readiness;
import berth.spi.StorageDriver;
import berth.spi.VolumeRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@code btrfs} driver. A pool is a file system on a file that Berth makes, or on a block device, or a subvolume of a btrfs
 * that is there; it is mounted at {@code <state>/storage-pools/<pool>}. Roots are shown with mapped ids at
 * {@code <state>/roots/<pool>/<kind>/<key>/rootfs}.
 */
public final class BtrfsDriver implements StorageDriver {
    private final Path state;
    private final Set<PoolName> opened = ConcurrentHashMap.newKeySet();
    private final ToolVersion program = new ToolVersion("btrfs");

    /** Keeps pools below the state directory. */
    public BtrfsDriver(Path state) {
        this.state = state.toAbsolutePath().normalize();
    }

    @Override
    public String id() {
        return "btrfs";
    }

    @Override
    public String version() {
        String said = program.said();
        return said.isEmpty() ? "" : said.substring(said.lastIndexOf(" v") + 2);
    }

    @Override
    public Readiness readiness() {
        if (Program.find("mkfs.btrfs").isEmpty() || Program.find("btrfs").isEmpty()) {
            return new Readiness.Lacking("the programs of btrfs-progs (apt install btrfs-progs)");
        }
        try {
            String known = Files.readString(Path.of("/proc/filesystems"));
            if (known.contains("\tbtrfs\n")
                    || Program.of("modprobe", "btrfs").run().exit() == 0) {
                return new Readiness.Ready();
            }
        } catch (IOException | Program.Failed unknown) {
            // said below
        }
        return new Readiness.Lacking("btrfs in the kernel (modprobe btrfs)");
    }

    @Override
    public Pool complete(Pool wanted) {
        return doing("check storage pool " + wanted.name(), () -> new Settled(state, wanted).settle());
    }

    @Override
    public void createPool(Pool pool) {
        doing("create storage pool " + pool.name(), () -> {
            new FileSystem(pool, layout(pool)).make();
            return true;
        });
        openPool(pool);
    }

    @Override
    public void openPool(Pool pool) {
        doing("open storage pool " + pool.name(), () -> {
            new FileSystem(pool, layout(pool)).open();
            try (var shelves = new Shelves(layout(pool))) {
                shelves.make();
                if (opened.add(pool.name())) {
                    shelves.removeUnfinished();
                }
            }
            return true;
        });
    }

    @Override
    public void closePool(Pool pool) {
        doing("close storage pool " + pool.name(), () -> {
            var layout = layout(pool);
            if (Mounts.under(layout.roots()).isEmpty()) {
                new FileSystem(pool, layout).close();
                opened.remove(pool.name());
            }
            return true;
        });
    }

    @Override
    public void deletePool(Pool pool) {
        doing("delete storage pool " + pool.name(), () -> {
            var layout = layout(pool);
            Mounts.under(layout.roots()).forEach(it -> Mounts.detach(it.target()));
            if (Places.isDirectory(state.resolve("roots"))) {
                try (Beneath roots = Beneath.own(state.resolve("roots"))) {
                    roots.deleteTree(pool.name().text());
                }
            }
            var files = new FileSystem(pool, layout);
            if (Ground.of(pool, layout) instanceof Ground.Subvolume && Places.isDirectory(layout.top())) {
                try (var shelves = new Shelves(layout)) {
                    shelves.clear();
                }
            }
            files.remove();
            opened.remove(pool.name());
            return true;
        });
    }

    @Override
    public void updatePool(Pool before, Pool after) {
        Settled.check(after);
        PoolKeys.unchanged(before, after, Set.of("source", "volatile.initial_source"));
        long old = size(before);
        long size = size(after);
        if (size < old) {
            throw PoolKeys.invalid(after, "size", "the pool's file can grow, not shrink");
        }
        if (size > old) {
            doing("grow storage pool " + after.name(), () -> {
                new FileSystem(after, layout(after)).grow(size);
                return true;
            });
        }
    }

    private static long size(Pool pool) {
        String size = pool.config().get("size");
        return size == null ? 0 : Size.bytes(size);
    }

    @Override
    public PoolSpace space(Pool pool) {
        try (Beneath top = Beneath.own(layout(pool).top())) {
            var space = top.space();
            return new PoolSpace(space.usedBytes(), space.totalBytes(), space.usedInodes(), space.totalInodes());
        } catch (Errno failed) {
            throw refusal("measure storage pool " + pool.name(), failed);
        }
    }

    @Override
    public boolean hasImage(Pool pool, Fingerprint image) {
        return in(pool, "look for image " + image, it -> it.has(image));
    }

    @Override
    public void createImage(Pool pool, Fingerprint image, Filler filler) {
        run(pool, "unpack image " + image, it -> it.unpack(image, filler));
    }

    @Override
    public void deleteImage(Pool pool, Fingerprint image) {
        run(pool, "delete image " + image, it -> it.deleteImage(image));
    }

    @Override
    public void createVolume(Pool pool, VolumeRef volume, Source source) {
        run(pool, "create volume " + volume.key(), it -> it.create(volume, source));
    }

    @Override
    public void deleteVolume(Pool pool, VolumeRef volume) {
        unmount(pool, volume);
        run(pool, "delete volume " + volume.key(), it -> it.delete(volume));
    }

    @Override
    public void renameVolume(Pool pool, VolumeRef from, VolumeRef to) {
        unmount(pool, from);
        run(pool, "rename volume " + from.key() + " to " + to.key(), it -> it.rename(from, to));
    }

    @Override
    public Path mount(Pool pool, VolumeRef volume, @Nullable IdMap idMap) {
        return in(pool, "mount volume " + volume.key(), it -> it.mount(volume, idMap));
    }

    @Override
    public void unmount(Pool pool, VolumeRef volume) {
        doing("unmount volume " + volume.key(), () -> {
            new MountedRoot(layout(pool).holder(volume)).remove();
            return true;
        });
    }

    @Override
    public Path directory(Pool pool, VolumeRef volume) {
        return in(pool, "look for volume " + volume.key(), it -> it.directory(volume));
    }

    @Override
    public Path stoppedRoot(Pool pool, VolumeRef volume) {
        return in(pool, "look for volume " + volume.key(), it -> it.root(volume));
    }

    @Override
    public void replaceVolume(Pool pool, VolumeRef volume, Source source) {
        unmount(pool, volume);
        run(pool, "replace volume " + volume.key(), it -> it.replace(volume, source));
    }

    @Override
    public <T> T show(Pool pool, VolumeRef volume, @Nullable String snapshot, Function<Shown, T> work) {
        return in(pool, "show volume " + volume.key(), it -> it.show(volume, snapshot, work));
    }

    @Override
    public void giveSnapshot(Pool pool, VolumeRef volume, String snapshot, Source source) {
        run(pool, "create snapshot " + volume.key() + "/" + snapshot, it -> it.snapshot(volume, snapshot, source));
    }

    @Override
    public void deleteSnapshot(Pool pool, VolumeRef volume, String snapshot) {
        run(pool, "delete snapshot " + volume.key() + "/" + snapshot, it -> it.deleteSnapshot(volume, snapshot));
    }

    @Override
    public void renameSnapshot(Pool pool, VolumeRef volume, String from, String to) {
        run(pool, "rename snapshot " + volume.key() + "/" + from, it -> it.renameSnapshot(volume, from, to));
    }

    @Override
    public boolean limit(Pool pool, VolumeRef volume, long bytes) {
        run(pool, "limit volume " + volume.key(), it -> it.limit(volume, bytes));
        return true;
    }

    @Override
    public long usage(Pool pool, VolumeRef volume) {
        return in(pool, "measure volume " + volume.key(), it -> it.usage(volume));
    }

    @Override
    public List<VolumeRef> volumes(Pool pool) {
        return in(pool, "list storage pool " + pool.name(), Shelves::volumes);
    }

    private PoolLayout layout(Pool pool) {
        return new PoolLayout(state, pool.name());
    }

    private void run(Pool pool, String action, java.util.function.Consumer<Shelves> work) {
        in(pool, action, shelves -> {
            work.accept(shelves);
            return true;
        });
    }

    private <T> T in(Pool pool, String action, Function<Shelves, T> work) {
        return doing(action, () -> {
            try (var shelves = new Shelves(layout(pool))) {
                return work.apply(shelves);
            }
        });
    }

    private static <T> T doing(String action, Supplier<T> work) {
        return OwnThread.call(() -> {
            try {
                return work.get();
            } catch (Errno | Program.Failed | UncheckedIOException failed) {
                throw refusal(action, failed);
            }
        });
    }

    private static Refused refusal(String action, RuntimeException failed) {
        String detail = failed.getMessage() == null ? failed.toString() : failed.getMessage();
        return new Refused(new Problem.DriverFailed("btrfs", action, detail), failed);
    }
}
