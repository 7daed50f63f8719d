package berth.engine.image;

import berth.host.archive.ArchiveFormat;
import berth.model.Image;
import berth.model.Kind;
import berth.model.ProjectName;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out an image's files as they came in, byte for byte. */
public final class ExportImage {
    /**
     * The files of an image.
     *
     * @param main the only one of a unified image, the metadata of a split one
     * @param filename a name for it, by what it is: {@code <fingerprint>.tar.xz}, {@code meta-<fingerprint>.tar.xz}
     * @param root of a split image, else null
     */
    public record Files(
            Image image,
            Path main,
            String filename,
            @Nullable Root root) {}

    /**
     * The second file of a split image.
     *
     * @param part LXD's name of it in a multipart body, {@code rootfs} or {@code rootfs.img}
     */
    public record Root(Path file, String filename, String part) {}

    private final Images images;
    private final ImageFiles files;

    /** Hands out files of those images. */
    public ExportImage(Images images, ImageFiles files) {
        this.images = images;
        this.files = files;
    }

    /** Its files; they stay readable while they are open, even if the image is deleted meanwhile. */
    public Files export(ProjectName project, String prefix) {
        Image image = images.require(project, prefix);
        Path main = files.main(image.fingerprint());
        images.tell(image, "image-retrieved", Map.of());
        String name = image.fingerprint().text();
        if (!image.split()) {
            return new Files(image, main, name + "." + ArchiveFormat.of(main).extension(), null);
        }
        Path root = files.root(image.fingerprint());
        return new Files(
                image,
                main,
                "meta-" + name + "." + ArchiveFormat.of(main).extension(),
                new Root(
                        root,
                        name + "." + ArchiveFormat.of(root).extension(),
                        image.kind() == Kind.CONTAINER ? "rootfs" : "rootfs.img"));
    }
}
