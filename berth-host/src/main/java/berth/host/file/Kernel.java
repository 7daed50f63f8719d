package berth.host.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The system calls on files and mounts that this room needs, with typed arguments; x86_64's numbers (syscall(2)). */
final class Kernel {
    static final int HERE = -100; // AT_FDCWD
    static final long O_WRONLY = 01;
    static final long O_CREAT = 0100;
    static final long O_EXCL = 0200;
    static final long O_NONBLOCK = 04000;
    static final long O_DIRECTORY = 0200000;
    static final long O_NOFOLLOW = 0400000;
    static final long O_CLOEXEC = 02000000;
    static final long O_PATH = 010000000;
    static final long NO_XDEV = 0x01;
    static final long NO_MAGICLINKS = 0x02;
    static final long NO_SYMLINKS = 0x04;
    static final long BENEATH = 0x08;
    static final long IN_ROOT = 0x10;
    static final long AT_REMOVEDIR = 0x200;
    static final long AT_EMPTY_PATH = 0x1000;
    private static final long SYNC_FILE_RANGE_WRITE = 2;
    static final long AT_NOFOLLOW = 0x100;
    static final int EXDEV = 18;
    static final int EMLINK = 31;
    static final int EROFS = 30;

    /** Where files are kept: ext4, btrfs, xfs, tmpfs, ramfs, overlay, zfs, nfs, fuse, f2fs, ceph, 9p, vfat, … (statfs(2)). */
    private static final Set<Long> KEEPING_FILES = Set.of(
            0xEF53L,
            0x9123683EL,
            0x58465342L,
            0x01021994L,
            0x858458F6L,
            0x794C7630L,
            0x2FC12FC1L,
            0x6969L,
            0x65735546L,
            0xF2F52010L,
            0x00C36400L,
            0x01021997L,
            0x4D44L,
            0x2011BAB0L,
            0xFE534D42L,
            0xFF534D42L,
            0x9660L,
            0x73717368L,
            0xE0F5E1E2L,
            0xCA451A4EL,
            0x01161970L,
            0x52654973L,
            0x3153464AL);

    private Kernel() {}

    /**
     * Refuses what lies on no file system that keeps files, /proc and /sys above all: a guest's link may lead there, and
     * what the kernel tells or obeys there it would tell and obey us, as the host's root.
     */
    static void checkNoInterface(String tried, int fd) {
        if (!KEEPING_FILES.contains(statfs(tried, fd)[0] & 0xFFFF_FFFFL)) {
            throw new Errno(tried + ", where the kernel keeps no files but speaks,", Errno.EACCES);
        }
    }

    /** openat2(2). A race that the kernel noticed (EAGAIN) is tried again. */
    static int open(String tried, int directory, String path, long flags, long mode, long resolve) {
        try (Arena arena = Arena.ofConfined()) {
            return open(tried, directory, arena.allocateFrom(path), flags, mode, resolve);
        }
    }

    static int open(String tried, int directory, MemorySegment path, long flags, long mode, long resolve) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(24, 8);
            how.set(JAVA_LONG, 0, flags | O_CLOEXEC);
            how.set(JAVA_LONG, 8, mode);
            how.set(JAVA_LONG, 16, resolve);
            for (int attempt = 0; ; attempt++) {
                long result = Libc.call(437, directory, path.address(), how.address(), 24, 0, 0);
                if (result >= 0) {
                    return (int) result;
                }
                boolean again = result == -Errno.EINTR || result == -Errno.EAGAIN;
                if (!again || attempt > 1000) {
                    throw new Errno(tried, (int) -result);
                }
            }
        }
    }

    /** statx(2); an empty path means the descriptor itself. */
    static Stat stat(String tried, int directory, String path, boolean follow) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Stat.SIZE, 8);
            long flags = (path.isEmpty() ? AT_EMPTY_PATH : 0) | (follow ? 0 : AT_NOFOLLOW) | 0x800; // no automount
            Libc.must(tried, 332, directory, arena.allocateFrom(path).address(), flags, 0x17ff, buffer.address());
            return Stat.of(buffer);
        }
    }

    /** A file's mode and, for a device node, its numbers; links are followed. */
    static Device device(String tried, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Stat.SIZE, 8);
            Libc.must(tried, 332, HERE, arena.allocateFrom(path).address(), 0x800, 0x17ff, buffer.address());
            return new Device(
                    buffer.get(java.lang.foreign.ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
                    buffer.get(JAVA_INT_UNALIGNED, 128),
                    buffer.get(JAVA_INT_UNALIGNED, 132));
        }
    }

    /** A file's mode and device numbers. */
    record Device(int mode, int major, int minor) {}

    /** A call that takes a directory, a name in it and up to three numbers. */
    static long at(String tried, long number, int directory, String name, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.must(tried, number, directory, arena.allocateFrom(name).address(), c, d, e);
        }
    }

    /** mkdirat(2). */
    static void mkdir(String tried, int directory, String name, int mode) {
        at(tried, 258, directory, name, mode, 0, 0);
    }

    /** unlinkat(2). */
    static void unlink(String tried, int directory, String name, boolean asDirectory) {
        at(tried, 263, directory, name, asDirectory ? AT_REMOVEDIR : 0, 0, 0);
    }

    /** renameat2(2). */
    static void rename(String tried, int from, String old, int to, String name, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    tried,
                    316,
                    from,
                    arena.allocateFrom(old).address(),
                    to,
                    arena.allocateFrom(name).address(),
                    flags);
        }
    }

    /** symlinkat(2). */
    static void symlink(String tried, String target, int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    tried,
                    266,
                    arena.allocateFrom(target).address(),
                    directory,
                    arena.allocateFrom(name).address(),
                    0,
                    0);
        }
    }

    /** linkat(2), never through a symbolic link. */
    static void link(String tried, int from, String old, int to, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    tried,
                    265,
                    from,
                    arena.allocateFrom(old).address(),
                    to,
                    arena.allocateFrom(name).address(),
                    0);
        }
    }

    /** readlinkat(2); an empty path means the descriptor itself. */
    static String readlink(String tried, int directory, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            long n = at(tried, 267, directory, path, buffer.address(), 4096, 0);
            return new String(buffer.asSlice(0, n).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    /** fchmod(2) or, for a descriptor that only names the file (O_PATH), chmod(2) by its name in /proc. */
    static void chmod(String tried, int fd, int mode) {
        at(tried, 90 /* chmod, whose first argument is the path */, fd, mode);
    }

    private static void at(String tried, long number, int fd, long mode) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(tried, number, arena.allocateFrom("/proc/self/fd/" + fd).address(), mode, 0, 0, 0);
        }
    }

    /** truncate(2) by the name in /proc of a descriptor that only names the file. */
    static void truncate(String tried, int fd, long size) {
        at(tried, 76, fd, size);
    }

    /** utimensat(2) on the descriptor itself. */
    static void touch(String tried, int fd, long accessed, long modified) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = arena.allocate(32, 8);
            times.set(JAVA_LONG, 0, accessed);
            times.set(JAVA_LONG, 16, modified);
            at(tried, 280, fd, "", times.address(), AT_EMPTY_PATH, 0);
        }
    }

    /** fchownat(2) on the descriptor itself. */
    static void chown(String tried, int fd, long uid, long gid) {
        at(tried, 260, fd, "", uid, gid, AT_EMPTY_PATH);
    }

    /** fsync(2). */
    static void sync(String tried, int fd) {
        Libc.must(tried, 74, fd, 0, 0, 0, 0);
    }

    /** Begins to write a stretch of a file to the disk and does not wait: sync_file_range(2), a wish that may fail. */
    static void beginSync(int fd, long from, long length) {
        Libc.call(277, fd, from, length, SYNC_FILE_RANGE_WRITE, 0, 0);
    }

    /** ioctl(2) with a structure. */
    static long ioctl(String tried, int fd, long request, long argument) {
        return Libc.must(tried, 16, fd, request, argument, 0, 0);
    }

    /** The entries of an open directory as raw names, NUL at the end, without the two dots (getdents64(2)). */
    static List<byte[]> names(String tried, int fd, int most) {
        var names = new ArrayList<byte[]>();
        Libc.must(tried, 8, fd, 0, 0, 0, 0); // lseek to the start
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(32 * 1024, 8);
            while (names.size() < most) {
                long n = Libc.must(tried, 217, fd, buffer.address(), buffer.byteSize(), 0, 0);
                if (n == 0) {
                    return names;
                }
                for (long at = 0; at < n; at += buffer.get(JAVA_INT_UNALIGNED, at + 16) & 0xFFFF) {
                    long end = at + 19;
                    while (buffer.get(JAVA_BYTE, end) != 0) {
                        end++;
                    }
                    byte[] name = buffer.asSlice(at + 19, end + 1 - (at + 19)).toArray(JAVA_BYTE);
                    boolean dots = name[0] == '.' && (name.length == 2 || name.length == 3 && name[1] == '.');
                    if (!dots) {
                        names.add(name);
                    }
                }
            }
            return names;
        }
    }

    /** Blocks, free and total, block size, inodes (statfs(2)). */
    static long[] statfs(String tried, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(120, 8);
            Libc.must(tried, 138, fd, buffer.address(), 0, 0, 0); // fstatfs
            var fields = new long[7]; // type, bsize, blocks, bfree, bavail, files, ffree
            for (int i = 0; i < fields.length; i++) {
                fields[i] = buffer.get(JAVA_LONG_UNALIGNED, i * 8L);
            }
            return fields;
        }
    }

    static String text(byte[] name) {
        return new String(name, 0, name.length - 1, StandardCharsets.UTF_8);
    }
}
