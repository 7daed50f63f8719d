package berth.model;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * An image; a document of the store. Its bytes lie under {@code images/} of the state directory.
 *
 * @param fingerprint SHA-256 over the file (unified) or over metadata then root (split)
 * @param size bytes of the file or files
 * @param split whether the root is a file of its own
 * @param cached came along with an instance, not asked for by itself
 * @param expiresAt the epoch for never
 * @param profiles names that instances of it get when none are asked for
 */
public record Image(
        ProjectName project,
        Fingerprint fingerprint,
        Kind kind,
        String architecture,
        String filename,
        long size,
        boolean split,
        boolean isPublic,
        boolean autoUpdate,
        boolean cached,
        SortedMap<String, String> properties,
        List<String> profiles,
        Instant createdAt,
        Instant expiresAt,
        Instant lastUsedAt,
        Instant uploadedAt) {
    public Image {
        properties = Settings.copyOf(properties);
        profiles = List.copyOf(profiles);
    }

    /** The same image with what a user may change. */
    public Image edited(
            boolean isPublic,
            boolean autoUpdate,
            SortedMap<String, String> properties,
            List<String> profiles,
            Instant expiresAt) {
        return new Image(
                project,
                fingerprint,
                kind,
                architecture,
                filename,
                size,
                split,
                isPublic,
                autoUpdate,
                cached,
                properties,
                profiles,
                createdAt,
                expiresAt,
                lastUsedAt,
                uploadedAt);
    }

    /** The same image, used for an instance just now. */
    public Image usedAt(Instant when) {
        return new Image(
                project,
                fingerprint,
                kind,
                architecture,
                filename,
                size,
                split,
                isPublic,
                autoUpdate,
                cached,
                properties,
                profiles,
                createdAt,
                expiresAt,
                when,
                uploadedAt);
    }
}
