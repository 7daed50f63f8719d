package berth.driver.dir;

import berth.host.Errno;
import berth.host.file.Beneath;
import berth.host.file.Stat;
import berth.model.Fingerprint;
import berth.model.Refused;
import berth.model.VolumeKind;
import berth.spi.PoolLayout;
import berth.spi.StorageDriver.Filler;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The unpacked images of a pool. A volume that stands on one says so by a directory {@code image-<fingerprint>} of its own;
 * an image that is deleted while volumes need it is only marked, and goes with the last of them.
 */
final class Images {
    private static final String DELETED = ".berth-deleted";
    private static final Map<String, ReentrantLock> BUSY = new ConcurrentHashMap<>();

    private final PoolLayout layout;
    private final Beneath top;

    Images(PoolLayout layout, Beneath top) {
        this.layout = layout;
        this.top = top;
    }

    /** The name by which a volume's directory says on what it stands. */
    static String claim(Fingerprint image) {
        return "image-" + image.text();
    }

    boolean has(Fingerprint image) {
        return top.exists(layout.image(image)) && !top.exists(layout.image(image) + "/" + DELETED);
    }

    /** Unpacks; of many that ask at a time one does it and the others wait for it. */
    void unpack(Fingerprint image, Filler filler) {
        alone(image, () -> {
            if (top.exists(layout.image(image))) {
                top.unlink(layout.image(image) + "/" + DELETED);
                return;
            }
            String unfinished = "images/" + Beneath.UNFINISHED + UUID.randomUUID();
            try {
                top.mkdir(unfinished, 0700);
                filler.fill(layout.top().resolve(unfinished));
                check(unfinished, image);
                top.chown(unfinished, 0, 0);
                top.chmod(unfinished, 0700);
                top.syncFileSystem(); // else a power cut could leave the name with empty files behind it
                top.rename(unfinished, layout.image(image));
            } catch (RuntimeException failed) {
                top.deleteTree(unfinished);
                throw failed;
            }
        });
    }

    private void check(String directory, Fingerprint image) {
        String rootfs = directory + "/rootfs";
        if (top.lstat(rootfs).filter(Stat::isDirectory).isEmpty()) {
            throw Refused.invalid("Image " + image + " has no root file system: rootfs is not a directory");
        }
    }

    void delete(Fingerprint image) {
        alone(image, () -> {
            if (has(image)) {
                top.create(layout.image(image) + "/" + DELETED, new byte[0], 0600);
            }
            collectAlone(image);
        });
    }

    /** Removes an image that was deleted while it was needed, if it no longer is. */
    void collect(Fingerprint image) {
        alone(image, () -> collectAlone(image));
    }

    // The mark is there before claims are looked for, and a claim is there before the mark is looked for
    // (Shelves.create).
    private void collectAlone(Fingerprint image) {
        if (top.exists(layout.image(image) + "/" + DELETED) && !needed(image)) {
            String unfinished = "images/" + Beneath.UNFINISHED + UUID.randomUUID();
            top.rename(layout.image(image), unfinished);
            top.deleteTree(unfinished);
        }
    }

    private boolean needed(Fingerprint image) {
        String containers = PoolLayout.place(VolumeKind.CONTAINER);
        for (String volume : top.list(containers)) {
            if (claims(containers + "/" + volume, image)) {
                return true;
            }
        }
        for (String volume : top.list(containers + "-snapshots")) {
            String snapshots = containers + "-snapshots/" + volume;
            for (String snapshot : listing(snapshots)) {
                if (claims(snapshots + "/" + snapshot, image)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean claims(String volume, Fingerprint image) {
        return top.exists(volume + "/" + claim(image));
    }

    private java.util.List<String> listing(String path) {
        try {
            return top.list(path);
        } catch (Errno gone) {
            if (gone.number() == Errno.ENOENT) {
                return java.util.List.of();
            }
            throw gone;
        }
    }

    private void alone(Fingerprint image, Runnable work) {
        var lock = BUSY.computeIfAbsent(layout.top() + "/" + image, it -> new ReentrantLock());
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
