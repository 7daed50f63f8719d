package berth.engine;

import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Pool;
import berth.model.Refused;
import berth.spi.Readiness;
import berth.spi.StorageDriver;
import berth.spi.VolumeRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Volumes that exist in memory only, as lines of text: {@code pool p}, {@code volume p/container/c1}, … */
public final class FakeStorage implements StorageDriver {
    private final Set<String> things = new TreeSet<>();
    /** Who brings content from one volume into another. */
    private final Set<Thread> filling = ConcurrentHashMap.newKeySet();
    /** Whether no pool opens. */
    volatile boolean broken;
    /** Whether no snapshot can be taken. */
    volatile boolean full;
    /** Volumes that were put back, {@code key@snapshot}. */
    final List<String> restored = new CopyOnWriteArrayList<>();

    /** Everything there is. */
    synchronized List<String> things() {
        return List.copyOf(things);
    }

    private synchronized void add(String thing) {
        things.add(thing);
    }

    private synchronized void remove(String thing) {
        things.removeIf(it -> it.equals(thing) || it.startsWith(thing + "/"));
    }

    private static String at(Pool pool, VolumeRef volume) {
        return pool.name() + "/" + volume.kind().text() + "/" + volume.key();
    }

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public Pool complete(Pool wanted) {
        return wanted;
    }

    @Override
    public void createPool(Pool pool) {
        add("pool " + pool.name());
    }

    @Override
    public void deletePool(Pool pool) {
        remove("pool " + pool.name());
    }

    @Override
    public void openPool(Pool pool) {
        if (broken) {
            throw Refused.driver("fake", "open " + pool.name(), "told to fail");
        }
    }

    @Override
    public void closePool(Pool pool) {}

    @Override
    public void updatePool(Pool before, Pool after) {}

    @Override
    public PoolSpace space(Pool pool) {
        return new PoolSpace(0, 0, 0, 0);
    }

    @Override
    public synchronized boolean hasImage(Pool pool, Fingerprint image) {
        return things.contains("image " + pool.name() + "/" + image);
    }

    @Override
    public void createImage(Pool pool, Fingerprint image, Filler filler) {
        add("image " + pool.name() + "/" + image);
    }

    @Override
    public void deleteImage(Pool pool, Fingerprint image) {
        remove("image " + pool.name() + "/" + image);
    }

    @Override
    public void createVolume(Pool pool, VolumeRef volume, Source source) {
        take(pool, source);
        add("volume " + at(pool, volume));
    }

    @Override
    public synchronized void deleteVolume(Pool pool, VolumeRef volume) {
        if (things.contains("mount " + at(pool, volume))) {
            throw Refused.failed("volume " + volume + " is mounted");
        }
        remove("volume " + at(pool, volume));
        things.removeIf(it -> it.startsWith("snapshot " + at(pool, volume) + "@"));
    }

    @Override
    public synchronized void renameVolume(Pool pool, VolumeRef from, VolumeRef to) {
        if (things.remove("volume " + at(pool, from))) {
            things.add("volume " + at(pool, to));
            String prefix = "snapshot " + at(pool, from) + "@";
            for (String snapshot :
                    things.stream().filter(it -> it.startsWith(prefix)).toList()) {
                things.remove(snapshot);
                things.add("snapshot " + at(pool, to) + "@" + snapshot.substring(prefix.length()));
            }
        }
    }

    @Override
    public Path mount(Pool pool, VolumeRef volume, @Nullable IdMap idMap) {
        if (!things().contains("volume " + at(pool, volume))) {
            throw Refused.failed("no volume " + volume);
        }
        add("mount " + at(pool, volume));
        return Path.of("/fake", at(pool, volume));
    }

    @Override
    public void unmount(Pool pool, VolumeRef volume) {
        remove("mount " + at(pool, volume));
    }

    @Override
    public Path directory(Pool pool, VolumeRef volume) {
        return Path.of("/fake", at(pool, volume));
    }

    @Override
    public Path stoppedRoot(Pool pool, VolumeRef volume) {
        // This one is there, and empty, so that it can be read; nothing of a test is kept in it.
        Path root = Path.of("target", "fake", "rootfs").toAbsolutePath();
        try {
            return Files.createDirectories(root);
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    @Override
    public void replaceVolume(Pool pool, VolumeRef volume, Source source) {
        require(pool, volume, null);
        take(pool, source);
        if (source instanceof Source.FromVolume(var from, var snapshot) && from.equals(volume)) {
            restored.add(volume.key() + "@" + snapshot);
        }
    }

    @Override
    public <T> T show(Pool pool, VolumeRef volume, @Nullable String snapshot, Function<Shown, T> work) {
        require(pool, volume, snapshot);
        if (filling.contains(Thread.currentThread())) {
            throw new NoFiles();
        }
        try {
            Path empty = Files.createTempDirectory(Path.of("target"), "shown");
            try {
                return work.apply(new Shown(empty, empty));
            } finally {
                Files.delete(empty);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void giveSnapshot(Pool pool, VolumeRef volume, String snapshot, Source source) {
        require(pool, volume, null);
        take(pool, source);
        if (full) {
            throw Refused.driver("fake", "snapshot " + volume, "no space left");
        }
        add("snapshot " + at(pool, volume) + "@" + snapshot);
    }

    private void take(Pool pool, Source source) {
        switch (source) {
            case Source.Empty() -> {}
            case Source.FromImage(var image) -> {
                if (!hasImage(pool, image)) {
                    throw Refused.failed("the image is not unpacked");
                }
            }
            case Source.FromVolume(var from, var snapshot) -> require(pool, from, snapshot);
            case Source.Filled(var filler) -> {
                filling.add(Thread.currentThread());
                try {
                    filler.fill(Path.of("/fake"));
                } catch (NoFiles nothingToSee) {
                    // there are no files in memory
                } finally {
                    filling.remove(Thread.currentThread());
                }
            }
        }
    }

    private void require(Pool pool, VolumeRef volume, @Nullable String snapshot) {
        String thing = (snapshot == null ? "volume " : "snapshot ") + at(pool, volume);
        if (!things().contains(snapshot == null ? thing : thing + "@" + snapshot)) {
            throw Refused.failed("no " + thing);
        }
    }

    private static final class NoFiles extends RuntimeException {}

    @Override
    public void deleteSnapshot(Pool pool, VolumeRef volume, String snapshot) {
        remove("snapshot " + at(pool, volume) + "@" + snapshot);
    }

    @Override
    public synchronized void renameSnapshot(Pool pool, VolumeRef volume, String from, String to) {
        if (things.remove("snapshot " + at(pool, volume) + "@" + from)) {
            things.add("snapshot " + at(pool, volume) + "@" + to);
        }
    }

    @Override
    public boolean limit(Pool pool, VolumeRef volume, long bytes) {
        return false;
    }

    @Override
    public long usage(Pool pool, VolumeRef volume) {
        return -1;
    }

    @Override
    public List<VolumeRef> volumes(Pool pool) {
        return List.of();
    }
}
