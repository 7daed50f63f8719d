package berth.engine.image;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.host.archive.ArchiveContent;
import berth.host.archive.ArchiveFormat;
import berth.host.archive.ArchiveInspection;
import berth.host.archive.ArchiveLimits;
import berth.host.archive.BadArchive;
import berth.host.archive.Layout;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Kind;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.steps.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes in an image: looks through all of it, computes its fingerprint, keeps it. Its identity is the digest of its
 * bytes and nothing that anybody says (security class C11).
 */
public final class ImportImage implements RunKind<ImportImage.Request> {
    /**
     * An image that was looked through, and the names of its uploads.
     *
     * @param names aliases that it gets
     * @param before those of these aliases that were there already, as they were
     */
    public record Request(
            Image image,
            String upload,
            @Nullable String rootUpload,
            List<ImageUpload.Alias> names,
            List<ImageAlias> before) {}

    private final Shelves shelves;
    private final Images images;
    private final ImageAliases aliases;
    private final ImageFiles files;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final Clock clock;
    private final ArchiveInspection inspection = new ArchiveInspection(ArchiveLimits.IMAGE);

    /** Takes in images with those. */
    public ImportImage(
            Shelves shelves,
            Images images,
            ImageAliases aliases,
            ImageFiles files,
            Operations operations,
            Runs runs,
            Turns turns,
            Clock clock) {
        this.shelves = shelves;
        this.images = images;
        this.aliases = aliases;
        this.files = files;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.clock = clock;
    }

    /** Goes on as an operation, whose metadata then has {@code fingerprint} and {@code size}. The upload is used up. */
    public Operation start(ImageUpload upload) {
        return operations.begin(
                OperationRequest.task("Downloading image", Map.of(), upload.project()),
                operation -> take(upload, operation));
    }

    /** Takes it in and returns when it is here; for an applied plan. The upload is used up. */
    public Image now(ImageUpload upload) {
        return take(upload, null);
    }

    private Image take(ImageUpload upload, @Nullable Operation operation) {
        try {
            upload.aliases().forEach(it -> ImageAliases.check(it.name()));
            Image image = lookThrough(upload);
            if (operation != null) {
                operation.tell("fingerprint", image.fingerprint().text());
                operation.tell("size", String.valueOf(image.size()));
            }
            turns.take(subject(image.fingerprint()), () -> {
                runs.finishOpen(subject(image.fingerprint()));
                images.find(image.project(), image.fingerprint()).ifPresent(it -> {
                    throw Refused.failed("Image with same fingerprint already exists");
                });
                runs.run(this, subject(image.fingerprint()), request(image, upload));
            });
            images.tell(image, "image-created", Map.of("type", image.kind().text()));
            return image;
        } finally {
            ImageFiles.delete(upload.file());
            Optional.ofNullable(upload.root()).ifPresent(ImageFiles::delete);
        }
    }

    private Request request(Image image, ImageUpload upload) {
        Path root = upload.root();
        List<ImageAlias> before = upload.aliases().stream()
                .map(it -> shelves.aliases().find(image.project().text() + "/" + it.name()))
                .flatMap(Optional::stream)
                .toList();
        return new Request(image, name(upload.file()), root == null ? null : name(root), upload.aliases(), before);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    static String subject(Fingerprint fingerprint) {
        return "image " + fingerprint;
    }

    private Image lookThrough(ImageUpload upload) {
        Fingerprint fingerprint = ImageFiles.fingerprint(upload.file(), upload.root());
        if (!upload.fingerprint().isEmpty() && !upload.fingerprint().equals(fingerprint.text())) {
            throw Refused.failed("Image fingerprint doesn't match: it is " + fingerprint + ", not "
                    + Quoted.of(upload.fingerprint()));
        }
        try {
            Path root = upload.root();
            ArchiveContent content = inspection.inspect(upload.file(), root == null ? Layout.UNIFIED : Layout.METADATA);
            Kind kind = kind(content, upload);
            if (root != null
                    && kind == Kind.CONTAINER
                    && !inspection.inspect(root, Layout.ROOT).root()) {
                throw Refused.failed("The root of the image is empty");
            }
            var metadata = ImageMetadata.of(content.metadata().orElse(""));
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            return new Image(
                    upload.project(),
                    fingerprint,
                    kind,
                    metadata.architecture(),
                    upload.filename(),
                    Files.size(upload.file()) + (root == null ? 0 : Files.size(root)),
                    root != null,
                    upload.isPublic(),
                    upload.autoUpdate(),
                    false,
                    Settings.merge(metadata.properties(), upload.properties()),
                    upload.profiles().isEmpty() ? List.of("default") : upload.profiles(),
                    metadata.createdAt(),
                    metadata.expiresAt(),
                    Instant.EPOCH,
                    now);
        } catch (BadArchive bad) {
            String said = String.valueOf(bad.getMessage());
            throw Refused.failed(
                    said.equals("Unsupported compression") ? said : "The image is not acceptable: " + said);
        } catch (IOException unreadable) {
            throw Refused.failed("cannot read the upload: " + unreadable.getMessage());
        }
    }

    private static Kind kind(ArchiveContent content, ImageUpload upload) {
        Path root = upload.root();
        if (root == null) {
            if (content.disk() == content.root()) {
                throw Refused.failed(
                        content.root()
                                ? "The image has both a rootfs and a rootfs.img"
                                : "The image has no rootfs (and no rootfs.img)");
            }
            return content.disk() ? Kind.VIRTUAL_MACHINE : Kind.CONTAINER;
        }
        boolean disk = ArchiveFormat.of(root) == ArchiveFormat.QCOW2;
        if (disk != upload.rootIsDisk()) {
            throw Refused.failed(
                    disk
                            ? "The root is a qcow2 disk, of a virtual machine; a container needs a tar or a squashfs"
                            : "The root is no qcow2 disk, as a virtual machine needs");
        }
        return disk ? Kind.VIRTUAL_MACHINE : Kind.CONTAINER;
    }

    @Override
    public String kind() {
        return "import image";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Image image = request.image();
        return List.of(
                Step.of(
                        "put the image files in place",
                        () -> files.place(image.fingerprint(), request.upload(), request.rootUpload()),
                        () -> removeFiles(image)),
                Step.of("write the image document", () -> shelves.images().addIfAbsent(image), () -> forget(image)),
                Step.of("give it its names", () -> giveNames(request), () -> takeNames(request)));
    }

    private void giveNames(Request request) {
        Image image = request.image();
        for (ImageUpload.Alias name : request.names()) {
            aliases.point(
                    image.project(),
                    name.name(),
                    name.description(),
                    image.fingerprint().text());
        }
    }

    /** Names that were there before point again to where they did; the others go. */
    private void takeNames(Request request) {
        for (ImageUpload.Alias name : request.names()) {
            shelves.aliases()
                    .removeIf(
                            request.image().project().text() + "/" + name.name(),
                            it -> it.target().equals(request.image().fingerprint()));
        }
        request.before().forEach(it -> shelves.aliases().put(it));
    }

    /** Another project may have the very same image, and so the same files. */
    private void removeFiles(Image image) {
        if (shelves.images().all().stream().noneMatch(it -> it.fingerprint().equals(image.fingerprint()))) {
            files.remove(image.fingerprint());
        }
    }

    private void forget(Image image) {
        shelves.images().removeIf(Images.key(image.project(), image.fingerprint()), image::equals);
    }
}
