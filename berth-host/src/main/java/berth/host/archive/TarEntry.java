package berth.host.archive;

/**
 * One entry of a tar, as its headers say.
 *
 * @param name as spelled in the archive, one char per byte (ISO 8859-1), since names are bytes
 * @param link target of a link, likewise; empty for others
 * @param stored bytes of content that follow in the archive
 * @param apparent size of the file, holes counted
 * @param headers the header blocks, all of them, to hand on
 */
record TarEntry(String name, Type type, String link, long stored, long apparent, byte[] headers) {
    enum Type {
        FILE,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO;

        boolean isDevice() {
            return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
        }
    }

    /** Content rounded up to whole blocks: what really follows. */
    long padded() {
        return (stored + 511) / 512 * 512;
    }

    /** The name for a message. */
    String shown() {
        return Shown.of(name);
    }
}
