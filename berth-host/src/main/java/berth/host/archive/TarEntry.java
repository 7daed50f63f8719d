package berth.host.archive;

/**
 * One entry of a tar, as its headers say.
 *
 * @param name as spelled in the archive, one char per byte (ISO 8859-1), since names are bytes
 * @param link target of a link, likewise; empty for others
 * @param stored bytes of content that follow in the archive
 * @param apparent size of the file, holes counted
 */
record TarEntry(String name, TarKind type, String link, long stored, long apparent) {
    /** Content rounded up to whole blocks: what really follows. */
    long padded() {
        return (stored + 511) / 512 * 512;
    }

    /** The name for a message. */
    String shown() {
        return Shown.of(name);
    }
}
