package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A file system, as statfs(2) tells of it.
 *
 * @param type its name, for instance {@code ext4}; "" for a rare one
 * @param size bytes
 * @param free bytes
 * @param available bytes of these that others than root may use
 */
public record FileSystemFacts(String type, long size, long free, long available) {
    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(0xEF53L, "ext4"),
            Map.entry(0x9123683EL, "btrfs"),
            Map.entry(0x58465342L, "xfs"),
            Map.entry(0x01021994L, "tmpfs"),
            Map.entry(0x858458F6L, "ramfs"),
            Map.entry(0x794C7630L, "overlay"),
            Map.entry(0x2FC12FC1L, "zfs"),
            Map.entry(0x6969L, "nfs"),
            Map.entry(0x65735546L, "fuse"),
            Map.entry(0xF2F52010L, "f2fs"),
            Map.entry(0x00C36400L, "ceph"),
            Map.entry(0x01021997L, "9p"),
            Map.entry(0xFE534D42L, "cifs"),
            Map.entry(0x73717368L, "squashfs"),
            Map.entry(0xE0F5E1E2L, "erofs"),
            Map.entry(0xCA451A4EL, "bcachefs"));

    /** Those of the file system that a path of the host's lies on; nothing when there is no such path. */
    public static Optional<FileSystemFacts> of(Path path) {
        int fd;
        try {
            fd = Kernel.open("look at " + path, Kernel.HERE, path.toString(), Kernel.O_PATH, 0, Kernel.NO_MAGICLINKS);
        } catch (Errno gone) {
            return Optional.empty();
        }
        try {
            long[] fields = Kernel.statfs("measure the file system of " + path, fd);
            long unit = fields[1];
            return Optional.of(new FileSystemFacts(
                    NAMES.getOrDefault(fields[0] & 0xFFFF_FFFFL, ""),
                    fields[2] * unit,
                    fields[3] * unit,
                    fields[4] * unit));
        } finally {
            Libc.close(fd);
        }
    }
}
