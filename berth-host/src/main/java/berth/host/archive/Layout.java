package berth.host.archive;

/** What may lie at the top of an archive. */
public enum Layout {
    /** All in one: {@code metadata.yaml}, {@code rootfs/} (or {@code rootfs.img}) and maybe {@code templates/}. */
    UNIFIED,
    /** The first half of a split image: {@code metadata.yaml} and maybe {@code templates/}. */
    METADATA,
    /** The second half of a split image: a root directory's content. */
    ROOT,
    /** A backup: all below {@code backup/}, where each part is laid out as {@link #UNIFIED}, or as {@link #ROOT} of a volume. */
    BACKUP
}
