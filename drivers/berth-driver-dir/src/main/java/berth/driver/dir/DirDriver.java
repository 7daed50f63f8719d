package berth.driver.dir;

import berth.host.Errno;
import berth.host.Program;
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
import berth.model.Settings;
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
 * The {@code dir} driver. A pool is {@code <state>/storage-pools/<pool>}, or another directory that is bound there. Roots are
 * mounted at {@code <state>/roots/<pool>/<kind>/<key>/rootfs}.
 */
public final class DirDriver implements StorageDriver {
    private final Path state;
    private final Set<PoolName> opened = ConcurrentHashMap.newKeySet();

    /** Keeps pools below the state directory. */
    public DirDriver(Path state) {
        this.state = state.toAbsolutePath().normalize();
    }

    @Override
    public String id() {
        return "dir";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Readiness readiness() {
        try {
            String known = Files.readString(Path.of("/proc/filesystems"));
            if (known.contains("\toverlay\n")
                    || Program.of("modprobe", "overlay").run().exit() == 0) {
                return new Readiness.Ready();
            }
        } catch (IOException | Program.Failed unknown) {
            // said below
        }
        return new Readiness.Lacking("the overlay file system in the kernel (modprobe overlay)");
    }

    @Override
    public Pool complete(Pool wanted) {
        PoolKeys.check(wanted, Set.of());
        var layout = layout(wanted);
        String source = wanted.config().getOrDefault("source", "");
        if (source.isEmpty()) {
            return with(wanted, "source", layout.top().toString());
        }
        if (!source.equals(layout.top().toString())) {
            checkSource(wanted, layout, source);
        }
        return wanted.config().containsKey("volatile.initial_source")
                        || source.equals(layout.top().toString())
                ? wanted
                : with(wanted, "volatile.initial_source", source);
    }

    private void checkSource(Pool wanted, PoolLayout layout, String source) {
        Path path = Path.of(source);
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw PoolKeys.invalid(wanted, "source", "Source path '" + source + "' isn't an absolute, plain path");
        }
        if (path.startsWith(state) || state.startsWith(path)) {
            throw PoolKeys.invalid(wanted, "source", "Source path '" + source + "' is within the state directory");
        }
        if (Mounts.isMounted(layout.top())) {
            return; // it is in use as this pool already
        }
        if (!Places.isDirectory(path)) {
            throw PoolKeys.invalid(wanted, "source", "Source path '" + source + "' doesn't exist");
        }
        try (Beneath directory = Beneath.own(path)) {
            if (!directory.list(".").isEmpty()) {
                throw PoolKeys.invalid(wanted, "source", "Source path '" + source + "' isn't empty");
            }
        }
    }

    private static Pool with(Pool pool, String key, String value) {
        return new Pool(
                pool.name(),
                pool.driver(),
                pool.description(),
                Settings.with(pool.config(), key, value),
                pool.declared());
    }

    @Override
    public void createPool(Pool pool) {
        openPool(pool);
    }

    @Override
    public void openPool(Pool pool) {
        doing("open storage pool " + pool.name(), () -> {
            var layout = layout(pool);
            Path source = source(pool, layout);
            Places.make(layout.top(), 0700);
            if (!source.equals(layout.top()) && !Mounts.isMounted(layout.top())) {
                Mounts.bind(source, layout.top());
            }
            try (var shelves = new Shelves(layout)) {
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
                Mounts.unmount(layout.top());
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
            deleteBelow(state.resolve("roots"), pool.name());
            if (Places.isDirectory(layout.top())) {
                try (Beneath top = Beneath.own(layout.top())) {
                    PoolLayout.places().forEach(top::deleteTree);
                }
                Mounts.unmount(layout.top());
                deleteBelow(state.resolve("storage-pools"), pool.name());
            }
            opened.remove(pool.name());
            return true;
        });
    }

    private static void deleteBelow(Path parent, PoolName name) {
        if (Places.isDirectory(parent)) {
            try (Beneath directory = Beneath.own(parent)) {
                directory.deleteTree(name.text());
            }
        }
    }

    @Override
    public void updatePool(Pool before, Pool after) {
        PoolKeys.check(after, Set.of());
        PoolKeys.unchanged(before, after, Set.of("source", "volatile.initial_source"));
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
        return in(pool, "look for image " + image, it -> it.images().has(image));
    }

    @Override
    public void createImage(Pool pool, Fingerprint image, Filler filler) {
        run(pool, "unpack image " + image, it -> it.images().unpack(image, filler));
    }

    @Override
    public void deleteImage(Pool pool, Fingerprint image) {
        run(pool, "delete image " + image, it -> it.images().delete(image));
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
        return mount(pool, volume, null);
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
        return bytes == 0;
    }

    @Override
    public long usage(Pool pool, VolumeRef volume) {
        return -1;
    }

    @Override
    public List<VolumeRef> volumes(Pool pool) {
        return in(pool, "list storage pool " + pool.name(), Shelves::volumes);
    }

    private PoolLayout layout(Pool pool) {
        return new PoolLayout(state, pool.name());
    }

    private static Path source(Pool pool, PoolLayout layout) {
        String source = pool.config().getOrDefault("source", "");
        return source.isEmpty() ? layout.top() : Path.of(source);
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
        return new Refused(new Problem.DriverFailed("dir", action, detail), failed);
    }
}
