package berth.engine.image;

import berth.engine.driver.Drivers;
import berth.engine.record.Shelves;
import berth.host.archive.ArchiveLimits;
import berth.host.archive.BadArchive;
import berth.host.archive.Layout;
import berth.host.archive.Unpack;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.Kind;
import berth.model.Pool;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.spi.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Has images unpacked in pools: once, however many ask at a time; the others wait for the one who began (P9). */
public final class UnpackImage implements ImageContents {
    private static final System.Logger LOG = System.getLogger(UnpackImage.class.getName());
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Shelves shelves;
    private final Images images;
    private final ImageFiles files;
    private final Drivers drivers;
    private final Clock clock;
    private final Unpack unpack = Unpack.within(ArchiveLimits.IMAGE);
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /** Unpacks with those. */
    public UnpackImage(Shelves shelves, Images images, ImageFiles files, Drivers drivers, Clock clock) {
        this.shelves = shelves;
        this.images = images;
        this.files = files;
        this.drivers = drivers;
        this.clock = clock;
    }

    @Override
    public Image require(ProjectName project, Fingerprint fingerprint) {
        return images.require(project, fingerprint);
    }

    @Override
    public void unpack(Pool pool, Image image) {
        used(image);
        while (true) {
            CompletableFuture<Void> before = begin(pool, image.fingerprint(), () -> fillOnce(pool, image));
            if (before == null) {
                return;
            }
            join(before);
            if (drivers.keeping(pool).hasImage(pool, image.fingerprint())) {
                return; // else it was being removed, for all we know
            }
        }
    }

    /** Does the work if none is under way for that image in that pool; else returns what is. */
    private @Nullable CompletableFuture<Void> begin(Pool pool, Fingerprint image, Runnable work) {
        String key = pool.name() + "/" + image;
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> before = underWay.putIfAbsent(key, mine);
        if (before != null) {
            return before;
        }
        try {
            work.run();
            mine.complete(null);
            return null;
        } catch (RuntimeException | Error failure) {
            mine.completeExceptionally(failure);
            throw failure;
        } finally {
            underWay.remove(key, mine);
        }
    }

    @Override
    public void tidy() {
        files.sweep();
        dropUnused();
    }

    /** Removes unpacked copies whose image is gone, but for those that a volume still needs. */
    void dropUnused() {
        for (Volume volume : shelves.volumes().all()) {
            if (volume.kind() != VolumeKind.IMAGE || wanted(volume)) {
                continue;
            }
            shelves.pools()
                    .find(volume.pool().text())
                    .ifPresent(pool -> begin(pool, new Fingerprint(volume.name()), () -> drop(pool, volume)));
        }
    }

    private void drop(Pool pool, Volume volume) {
        if (wanted(volume)) {
            return; // it came back meanwhile
        }
        try {
            drivers.keeping(pool).deleteImage(pool, new Fingerprint(volume.name()));
            shelves.volumes().remove(Shelves.key(volume));
        } catch (Refused stillNeeded) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "the unpacked image {0} stays in pool {1} for now: {2}",
                    volume.name(),
                    pool.name(),
                    stillNeeded.problem().text());
        }
    }

    private boolean wanted(Volume volume) {
        return shelves.images().all().stream()
                .anyMatch(it -> it.fingerprint().text().equals(volume.name()));
    }

    private void fillOnce(Pool pool, Image image) {
        StorageDriver storage = drivers.keeping(pool);
        var volume = Volume.plain(
                pool.name(),
                VolumeKind.IMAGE,
                new ProjectName("default"),
                image.fingerprint().text(),
                "",
                new TreeMap<>(),
                clock.instant());
        // Written first: a copy that no document knows would never be removed.
        shelves.volumes().addIfAbsent(volume);
        if (!storage.hasImage(pool, image.fingerprint())) {
            storage.createImage(pool, image.fingerprint(), directory -> fill(image, directory));
        }
    }

    private void fill(Image image, Path directory) {
        if (image.kind() != Kind.CONTAINER) {
            throw Refused.failed(
                    "The image " + image.fingerprint() + " is of a virtual machine; it cannot be unpacked");
        }
        try {
            Path main = files.main(image.fingerprint());
            if (!Files.exists(main)) {
                throw Refused.failed(
                        "The file of the image is gone: " + main + "; delete the image and import it again");
            }
            unpack.into(directory, main, image.split() ? Layout.METADATA : Layout.UNIFIED);
            Path root = directory.resolve("rootfs");
            if (image.split()) {
                unpack.into(Files.createDirectory(root), files.root(image.fingerprint()), Layout.ROOT);
            }
        } catch (BadArchive bad) {
            throw Refused.failed("Unpacking the image " + image.fingerprint() + " failed: " + bad.getMessage());
        } catch (IOException failed) {
            throw Refused.failed("Unpacking the image " + image.fingerprint() + " failed: " + failed);
        }
    }

    private void used(Image image) {
        Instant now = clock.instant();
        if (image.lastUsedAt().plus(REMEMBERED).isBefore(now)) {
            shelves.images().change(Images.key(image.project(), image.fingerprint()), it -> it.usedAt(now));
        }
    }

    private static void join(CompletableFuture<Void> first) {
        try {
            first.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException passed) {
                throw passed;
            }
            throw failure;
        }
    }
}
