package berth.host.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** What a file is, told by its first bytes and by nothing else: never by a name or a header. */
public enum ArchiveFormat {
    TAR("tar", ""),
    TAR_GZIP("tar.gz", "gzip -dc"),
    TAR_BZIP2("tar.bz2", "bzip2 -dc"),
    TAR_XZ("tar.xz", "xz -dc -T1 --format=xz"),
    TAR_LZMA("tar.lzma", "xz -dc --format=lzma"),
    TAR_ZSTD("tar.zst", "zstd -dcq"),
    SQUASHFS("squashfs", ""),
    QCOW2("qcow2", "");

    private static final int LOOKED_AT = 263;

    private final String extension;
    private final String decompressor;

    ArchiveFormat(String extension, String decompressor) {
        this.extension = extension;
        this.decompressor = decompressor;
    }

    /** What a name of such a file ends in, without a leading dot. */
    public String extension() {
        return extension;
    }

    /** Whether it is a tar, compressed or not. */
    public boolean isTar() {
        return this != SQUASHFS && this != QCOW2;
    }

    /** The program that decompresses from its input to its output; empty when nothing is compressed. */
    List<String> decompressor() {
        return decompressor.isEmpty() ? List.of() : List.of(decompressor.split(" "));
    }

    /** Looks at the file; throws {@link BadArchive} with LXD's words when it is none of these. */
    public static ArchiveFormat of(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadArchive(file.getFileName() + " is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(LOOKED_AT));
        } catch (IOException unreadable) {
            throw new BadArchive("cannot read " + file.getFileName() + ": " + unreadable.getMessage(), unreadable);
        }
    }

    static ArchiveFormat of(byte[] head) {
        if (begins(head, 0, 0x1f, 0x8b)) {
            return TAR_GZIP;
        }
        if (begins(head, 0, 'B', 'Z', 'h')) {
            return TAR_BZIP2;
        }
        if (begins(head, 0, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return TAR_XZ;
        }
        if (begins(head, 0, 0x5d, 0, 0)) {
            return TAR_LZMA;
        }
        if (begins(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
            return TAR_ZSTD;
        }
        if (begins(head, 257, 'u', 's', 't', 'a', 'r')) {
            return TAR;
        }
        if (begins(head, 0, 'h', 's', 'q', 's')) {
            return SQUASHFS;
        }
        if (begins(head, 0, 'Q', 'F', 'I', 0xfb)) {
            return QCOW2;
        }
        throw new BadArchive("Unsupported compression");
    }

    private static boolean begins(byte[] head, int at, int... magic) {
        if (head.length < at + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[at + i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
