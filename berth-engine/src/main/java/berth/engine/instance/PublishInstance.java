package berth.engine.instance;

import berth.engine.backup.KeptBackups;
import berth.engine.driver.Drivers;
import berth.engine.image.ImageAliases;
import berth.engine.image.ImageFiles;
import berth.engine.image.ImageMetadata;
import berth.engine.image.ImageUpload;
import berth.engine.image.ImportImage;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Turns;
import berth.host.archive.Compression;
import berth.host.archive.Pack;
import berth.model.Image;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import berth.spi.StorageDriver;
import berth.spi.VolumeRef;
import berth.steps.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of a stopped instance or of a snapshot. It is packed first, into a file that a dead daemon's successor
 * sweeps away; then it is taken in as any other, in the one run of {@link ImportImage}. A snapshot is packed from a copy, and
 * that copy is what the run of this class is about.
 */
public final class PublishInstance implements RunKind<PublishInstance.Request> {
    /**
     * What is to be published, and as what.
     *
     * @param snapshot of the instance; null for the instance itself
     * @param compression {@code none}, {@code gzip}, {@code bzip2}, {@code lzma}, {@code xz}, {@code zstd} or
     *     {@code squashfs}; empty for gzip
     * @param properties laid over those that it has of its own image
     * @param expiresAt the epoch for never
     */
    public record Wanted(
            ProjectName project,
            InstanceName name,
            @Nullable String snapshot,
            String filename,
            String compression,
            boolean isPublic,
            boolean autoUpdate,
            Map<String, String> properties,
            Instant expiresAt,
            List<String> profiles,
            List<ImageUpload.Alias> aliases) {}

    /** A snapshot that is copied for as long as it is packed. */
    public record Request(Snapshot snapshot, UUID copy) {}

    private interface Work {
        void on(Path root, Path directory);
    }

    private final Drivers drivers;
    private final Instances instances;
    private final Snapshots snapshots;
    private final Roots roots;
    private final ImageFiles files;
    private final ImportImage imports;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    /** What is to be done with copies, while somebody waits for it. */
    private final Map<UUID, Work> waiting = new ConcurrentHashMap<>();

    /** Publishes with those. */
    public PublishInstance(
            Drivers drivers,
            Instances instances,
            Snapshots snapshots,
            Roots roots,
            ImageFiles files,
            ImportImage imports,
            Operations operations,
            Runs runs,
            Turns turns) {
        this.drivers = drivers;
        this.instances = instances;
        this.snapshots = snapshots;
        this.roots = roots;
        this.files = files;
        this.imports = imports;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
    }

    /** Refuses at once what is not there; else goes on as an operation, whose metadata then has the fingerprint. */
    public Operation start(Wanted wanted) {
        Instance instance = instances.require(wanted.project(), wanted.name());
        if (wanted.snapshot() != null) {
            snapshots.require(instance, wanted.snapshot());
        }
        wanted.aliases().forEach(it -> ImageAliases.check(it.name()));
        var _ = compression(wanted);
        return operations.begin(OperationRequest.task("Downloading image", Map.of(), wanted.project()), operation -> {
            Image image = now(wanted, bytes -> tell(operation, bytes));
            operation.tell("create_image_from_container_pack_progress", null);
            operation.tell("fingerprint", image.fingerprint().text());
            operation.tell("size", String.valueOf(image.size()));
        });
    }

    private static void tell(Operation operation, long bytes) {
        operation.tell(
                "create_image_from_container_pack_progress",
                String.format(Locale.ROOT, "Image pack: %.2fMB", bytes / 1e6));
    }

    /** Publishes it and returns when the image is there; one after another, as each takes all that a disk can give. */
    private Image now(Wanted wanted, LongConsumer progress) {
        return turns.take("publishing", () -> {
            Path work = files.newWorkplace();
            Path file = files.newUpload();
            try {
                pack(wanted, work, file, progress);
                return imports.now(new ImageUpload(
                        wanted.project(),
                        file,
                        null,
                        false,
                        wanted.filename(),
                        "",
                        wanted.isPublic(),
                        wanted.autoUpdate(),
                        Map.of(),
                        wanted.profiles(),
                        wanted.aliases()));
            } finally {
                ImageFiles.delete(file);
                files.deleteWorkplace(work);
            }
        });
    }

    private void pack(Wanted wanted, Path work, Path file, LongConsumer progress) {
        Instance instance = instances.require(wanted.project(), wanted.name());
        if (wanted.snapshot() != null) {
            var request = new Request(snapshots.require(instance, wanted.snapshot()), UUID.randomUUID());
            waiting.put(
                    request.copy(), (root, directory) -> pack(wanted, instance, root, directory, work, file, progress));
            try {
                runs.run(this, Instances.subject(instance), request);
            } finally {
                waiting.remove(request.copy());
            }
            return;
        }
        turns.take(Instances.subject(instance), () -> {
            runs.finishOpen(Instances.subject(instance));
            Instance now = instances.require(wanted.project(), wanted.name());
            if (instances.status(now).alive()) {
                throw Refused.failed("Cannot export a running instance as an image");
            }
            within(
                    roots.pool(now),
                    Roots.volume(now),
                    (root, directory) -> pack(wanted, now, root, directory, work, file, progress));
        });
    }

    private void within(Pool pool, VolumeRef volume, Work what) {
        StorageDriver storage = drivers.keeping(pool);
        try {
            what.on(storage.stoppedRoot(pool, volume), storage.directory(pool, volume));
        } finally {
            storage.unmount(pool, volume);
        }
    }

    private static void pack(
            Wanted wanted, Instance instance, Path root, Path directory, Path work, Path file, LongConsumer progress) {
        var kept = new KeptMetadata(directory);
        ImageMetadata before = kept.metadata()
                .orElseGet(() -> new ImageMetadata(
                        instance.architecture(),
                        instance.createdAt(),
                        Instant.EPOCH,
                        Settings.copyOf(null),
                        new java.util.TreeMap<>()));
        var metadata = new ImageMetadata(
                before.architecture(),
                before.createdAt(),
                wanted.expiresAt(),
                Settings.merge(before.properties(), wanted.properties()),
                before.templates());
        Thread watch = Thread.ofVirtual().start(() -> watch(file, progress));
        try (var pack = new Pack(file, compression(wanted))) {
            write(work.resolve(KeptMetadata.FILE), bytes(metadata.yaml()), metadata);
            pack.add(work, KeptMetadata.FILE);
            if (!kept.templates().isEmpty()) {
                Path templates = Files.createDirectory(work.resolve(KeptMetadata.TEMPLATES));
                for (String name : kept.templates()) {
                    Path place = templates.resolve(name);
                    Files.createDirectories(Objects.requireNonNull(place.getParent()));
                    write(place, kept.template(name), metadata);
                }
                try (var made = Files.walk(templates)) {
                    for (Path folder : made.filter(Files::isDirectory).toList()) {
                        Files.setLastModifiedTime(folder, FileTime.from(metadata.createdAt()));
                    }
                }
                pack.add(work, KeptMetadata.TEMPLATES);
            }
            pack.add(
                    Objects.requireNonNull(root.getParent()),
                    Objects.requireNonNull(root.getFileName()).toString());
            pack.end();
        } catch (IOException failed) {
            throw Refused.failed("Publishing " + instance.name() + " failed: " + failed.getMessage());
        } finally {
            watch.interrupt();
        }
    }

    private static Compression compression(Wanted wanted) {
        return KeptBackups.compression(wanted.compression());
    }

    /** Tells every second how large the file is, until it is interrupted. */
    private static void watch(Path file, LongConsumer progress) {
        try {
            while (true) {
                Thread.sleep(1000);
                progress.accept(Files.size(file));
            }
        } catch (InterruptedException | IOException done) {
            // It is packed, or that failed and is told.
        }
    }

    /** With a date that is not today's: the same content is the same image. */
    private static void write(Path file, byte[] bytes, ImageMetadata metadata) throws IOException {
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(metadata.createdAt()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String kind() {
        return "publish snapshot";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Snapshot snapshot = request.snapshot();
        Instance instance = snapshot.instance();
        Pool pool = roots.pool(instance);
        var copy = new VolumeRef(Roots.volume(instance).kind(), instance.project(), "publish-" + request.copy());
        return List.of(
                Step.of("copy the snapshot", () -> copy(snapshot, pool, copy), () -> drop(pool, copy)),
                Step.of("pack the copy", () -> within(pool, copy, awaited(request)), () -> {}),
                Step.of("delete the copy", () -> drop(pool, copy), () -> {}));
    }

    /** After the daemon has died nobody waits for it any more: all is undone. */
    private Work awaited(Request request) {
        Work work = waiting.get(request.copy());
        if (work == null) {
            throw Refused.failed("Publishing was interrupted");
        }
        return work;
    }

    private void copy(Snapshot snapshot, Pool pool, VolumeRef copy) {
        var source = new StorageDriver.Source.FromVolume(Roots.volume(snapshots.owner(snapshot)), snapshot.name());
        drivers.keeping(pool).createVolume(pool, copy, source);
    }

    private void drop(Pool pool, VolumeRef copy) {
        drivers.keeping(pool).deleteVolume(pool, copy);
    }
}
