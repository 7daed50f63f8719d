package berth.spec;

/**
 * A file of a site, already read.
 *
 * @param name as findings show it; paths in it are relative to its folder when it is absolute
 */
public record SourceFile(String name, String text) {}
