package berth.host.file;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What the kernel says of a file (statx(2)).
 *
 * @param mode type and permission bits
 * @param device which file system (or btrfs subvolume) it lies on
 * @param mountRoot whether a file system or a bind is mounted right here
 */
public record Stat(
        int mode,
        int uid,
        int gid,
        long size,
        int links,
        long device,
        long inode,
        Instant modified,
        boolean mountRoot) {
    static final int SIZE = 256;

    static Stat of(MemorySegment statx) {
        return new Stat(
                statx.get(JAVA_SHORT, 28) & 0xFFFF,
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                statx.get(JAVA_LONG, 40),
                statx.get(JAVA_INT, 16),
                ((long) statx.get(JAVA_INT, 136) << 32) | (statx.get(JAVA_INT, 140) & 0xFFFF_FFFFL),
                statx.get(JAVA_LONG, 32),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, 112), statx.get(JAVA_INT, 120)),
                (statx.get(JAVA_LONG, 8) & 0x2000) != 0);
    }

    /** The nine permission bits with set-id and sticky. */
    public int permissions() {
        return mode & 07777;
    }

    /** Whether it is a directory, not a link to one. */
    public boolean isDirectory() {
        return (mode & 0170000) == 0040000;
    }

    /** Whether it is a plain file. */
    public boolean isFile() {
        return (mode & 0170000) == 0100000;
    }

    /** Whether it is a symbolic link. */
    public boolean isLink() {
        return (mode & 0170000) == 0120000;
    }
}
