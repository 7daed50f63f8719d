package berth.model;

import org.jspecify.annotations.Nullable;

/**
 * A name for an image; may hold slashes ({@code debian/12}); a document of the store.
 *
 * @param declared the site's image that this name stands for, or null for one made by a REST call
 */
public record ImageAlias(
        ProjectName project,
        String name,
        String description,
        Fingerprint target,
        Kind kind,
        @Nullable Declared declared) {
    /** A name that no site declares. */
    public ImageAlias(ProjectName project, String name, String description, Fingerprint target, Kind kind) {
        this(project, name, description, target, kind, null);
    }
}
