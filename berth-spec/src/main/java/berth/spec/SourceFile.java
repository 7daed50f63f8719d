package berth.spec;

/**
 * A file of a site, already read.
 *
 * @param name as findings show it
 * @param folder absolute, where relative paths in it begin; empty when relative paths are to be refused
 */
public record SourceFile(String name, String folder, String text) {
    /** A file whose relative paths begin where it lies, if its name is absolute. */
    public SourceFile(String name, String text) {
        this(name, name.startsWith("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "", text);
    }
}
