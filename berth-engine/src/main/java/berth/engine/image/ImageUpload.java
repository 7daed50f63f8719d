package berth.engine.image;

import berth.model.ProjectName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image that has come in as files of {@link ImageFiles#newUpload}, and what its sender says of it.
 *
 * @param file all of it, or the metadata of a split image
 * @param root the root of a split image, else null
 * @param rootIsDisk whether the root was sent as {@code rootfs.img}: a disk of a virtual machine
 * @param filename what the sender calls it; may be empty
 * @param fingerprint what the sender says it is, checked; empty when not said
 * @param properties laid over those that the image has of itself
 * @param aliases names for it; a name that exists moves to it
 */
public record ImageUpload(
        ProjectName project,
        Path file,
        @Nullable Path root,
        boolean rootIsDisk,
        String filename,
        String fingerprint,
        boolean isPublic,
        boolean autoUpdate,
        Map<String, String> properties,
        List<String> profiles,
        List<Alias> aliases) {
    /** A name with its description. */
    public record Alias(String name, String description) {}

    public ImageUpload {
        properties = Map.copyOf(properties);
        profiles = List.copyOf(profiles);
        aliases = List.copyOf(aliases);
    }

    /** A unified image without any wishes. */
    public static ImageUpload unified(ProjectName project, Path file, String filename) {
        return new ImageUpload(project, file, null, false, filename, "", false, false, Map.of(), List.of(), List.of());
    }
}
