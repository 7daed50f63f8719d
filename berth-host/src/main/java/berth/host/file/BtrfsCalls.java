package berth.host.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The ioctls of btrfs on descriptors of its directories (linux/btrfs.h). */
final class BtrfsCalls {
    private static final int LONGEST_NAME = 255;
    private static final long READ_ONLY = 2;

    private BtrfsCalls() {}

    /** SUBVOL_CREATE_V2. */
    static void create(String tried, int parent, String name) {
        volume(tried, parent, 0x50009418L, 0, 0, name);
    }

    /** SNAP_CREATE_V2. */
    static void snapshot(String tried, int source, int parent, String name, boolean readOnly) {
        volume(tried, parent, 0x50009417L, source, readOnly ? READ_ONLY : 0, name);
    }

    /** SNAP_DESTROY_V2 by name. */
    static void destroy(String tried, int parent, String name) {
        volume(tried, parent, 0x5000943FL, 0, 0, name);
    }

    private static void volume(String tried, int fd, long request, long source, long flags, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_NAME) {
            throw new Errno(tried, 36 /* ENAMETOOLONG */);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            args.set(JAVA_LONG, 0, source);
            args.set(JAVA_LONG, 16, flags);
            MemorySegment.copy(bytes, 0, args, JAVA_BYTE, 56, bytes.length);
            Kernel.ioctl(tried, fd, request, args.address());
        }
    }

    /** SNAP_DESTROY_V2 by number: whatever its name is, wherever it lies. */
    static void destroy(String tried, int fd, long id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            args.set(JAVA_LONG, 16, 16 /* by id */);
            args.set(JAVA_LONG, 56, id);
            Kernel.ioctl(tried, fd, 0x5000943FL, args.address());
        }
    }

    /** SUBVOL_GETFLAGS. */
    static boolean isReadOnly(String tried, int subvolume) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(JAVA_LONG);
            Kernel.ioctl(tried, subvolume, 0x80089419L, flags.address());
            return (flags.get(JAVA_LONG, 0) & READ_ONLY) != 0;
        }
    }

    /** SUBVOL_SETFLAGS. */
    static void setReadOnly(String tried, int subvolume, boolean readOnly) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocateFrom(JAVA_LONG, readOnly ? READ_ONLY : 0);
            Kernel.ioctl(tried, subvolume, 0x4008941AL, flags.address());
        }
    }

    /** The number of the subvolume that a directory is in (INO_LOOKUP). */
    static long id(String tried, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            args.set(JAVA_LONG, 8, 256);
            Kernel.ioctl(tried, fd, 0xD0009412L, args.address());
            return args.get(JAVA_LONG, 0);
        }
    }

    /** Where a directory lies in its subvolume, with a slash at its end; empty for the subvolume's root (INO_LOOKUP). */
    private static String path(String tried, int fd, long subvolume, long directory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            args.set(JAVA_LONG, 0, subvolume);
            args.set(JAVA_LONG, 8, directory);
            Kernel.ioctl(tried, fd, 0xD0009412L, args.address());
            return args.getString(16);
        }
    }

    /** The subvolumes right inside a subvolume, paths from its root. */
    static List<Child> children(String tried, int fd, long subvolume) {
        var children = new ArrayList<Child>();
        search(
                tried,
                fd,
                1,
                subvolume,
                156 /* ROOT_REF */,
                0,
                -1,
                (id, item) -> {
                    long directory = item.get(JAVA_LONG_UNALIGNED, 0);
                    int length = item.get(JAVA_SHORT_UNALIGNED, 16) & 0xFFFF;
                    String name = new String(item.asSlice(18, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
                    children.add(new Child(id, directory, name));
                });
        return children.stream()
                .map(it -> new Child(it.id, it.directory, path(tried, fd, subvolume, it.directory) + it.path))
                .toList();
    }

    /** Bytes that a subvolume refers to, by its quota group; -1 where quotas are off. */
    static long referred(String tried, int fd, long subvolume) {
        long[] found = {-1};
        try {
            search(
                    tried,
                    fd,
                    8,
                    0,
                    242 /* QGROUP_INFO */,
                    subvolume,
                    subvolume,
                    (id, item) -> {
                        if (id == subvolume) {
                            found[0] = item.get(JAVA_LONG_UNALIGNED, 8);
                        }
                    });
        } catch (Errno off) {
            if (off.number() != Errno.ENOENT) {
                throw off;
            }
        }
        return found[0];
    }

    /** QUOTA_CTL: switches quota groups on. */
    static void enableQuota(String tried, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(16, 8);
            args.set(JAVA_LONG, 0, 1);
            Kernel.ioctl(tried, fd, 0xC0109428L, args.address());
        }
    }

    /** QGROUP_LIMIT of the subvolume itself: the most bytes it may refer to, -1 for no limit. */
    static void limit(String tried, int subvolume, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(48, 8);
            args.set(JAVA_LONG, 8, 1); // max_rfer is what is set
            args.set(JAVA_LONG, 16, bytes);
            Kernel.ioctl(tried, subvolume, 0x8030942BL, args.address());
        }
    }

    /** RESIZE to all that the device has. */
    static void resizeToMost(String tried, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            args.setString(8, "max");
            Kernel.ioctl(tried, fd, 0x50009403L, args.address());
        }
    }

    /** TREE_SEARCH over the items of one object and one type, by ascending offset; bounds are unsigned. */
    private static void search(
            String tried, int fd, long tree, long object, int type, long from, long to, Found found) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment args = arena.allocate(4096, 8);
            long next = from;
            while (true) {
                args.asSlice(0, 104).fill((byte) 0);
                args.set(JAVA_LONG, 0, tree);
                args.set(JAVA_LONG, 8, object);
                args.set(JAVA_LONG, 16, object);
                args.set(JAVA_LONG, 24, next);
                args.set(JAVA_LONG, 32, to);
                args.set(JAVA_LONG, 48, -1L);
                args.set(JAVA_INT, 56, type);
                args.set(JAVA_INT, 60, type);
                args.set(JAVA_INT, 64, 4096);
                long result = Libc.call(16, fd, 0xD0009411L, args.address(), 0, 0, 0);
                if (result < 0) {
                    throw new Errno(tried, (int) -result);
                }
                int items = args.get(JAVA_INT, 64);
                long at = 104;
                for (int i = 0; i < items; i++) {
                    long offset = args.get(JAVA_LONG_UNALIGNED, at + 16);
                    int length = args.get(JAVA_INT_UNALIGNED, at + 28);
                    found.item(offset, args.asSlice(at + 32, length));
                    at += 32 + length;
                    next = offset + 1;
                }
                if (items == 0 || next == 0) {
                    return;
                }
            }
        }
    }

    /** A subvolume in another: its number, the directory it is in, its path or name. */
    record Child(long id, long directory, String path) {}

    private interface Found {
        void item(long offset, MemorySegment data);
    }
}
