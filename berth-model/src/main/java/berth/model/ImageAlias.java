package berth.model;

/** A name for an image; may hold slashes ({@code debian/12}); a document of the store. */
public record ImageAlias(ProjectName project, String name, String description, Fingerprint target, Kind kind) {}
