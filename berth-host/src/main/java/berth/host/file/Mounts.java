package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Mounts of this process's own mount namespace, by system calls (fsopen(2), open_tree(2), move_mount(2), umount2(2)). */
public final class Mounts {
    private static final Map<String, Long> FLAGS = Map.of(
            "ro",
            0x1L,
            "nosuid",
            0x2L,
            "nodev",
            0x4L,
            "noexec",
            0x8L,
            "noatime",
            0x10L,
            "nodiratime",
            0x80L,
            "relatime",
            0L);

    private Mounts() {}

    /**
     * Mounts a file system.
     *
     * @param type for instance {@code btrfs}
     * @param source a device, or any word for a file system without one
     * @param target an existing directory
     * @param options {@code key=value} or a flag, one each; {@code ro}, {@code nosuid}, {@code nodev}, {@code noexec} and
     *     {@code noatime} become flags of the mount
     */
    public static void mount(String type, String source, Path target, List<String> options) {
        String tried = "mount " + type + " " + source + " at " + target;
        long flags = 0;
        try (Arena arena = Arena.ofConfined()) {
            int context = (int) Libc.must(tried, 430, arena.allocateFrom(type).address(), 1, 0, 0, 0);
            try {
                configure(tried, context, 1, "source", source);
                for (String option : options) {
                    int equals = option.indexOf('=');
                    Long flag = FLAGS.get(option);
                    if (flag != null) {
                        flags |= flag;
                    } else if (equals < 0) {
                        configure(tried, context, 0, option, null);
                    } else {
                        configure(tried, context, 1, option.substring(0, equals), option.substring(equals + 1));
                    }
                }
                configure(tried, context, 6, null, null);
                int mount = (int) Libc.must(tried, 432, context, 1, flags, 0, 0);
                try {
                    attach(tried, mount, target);
                } finally {
                    Libc.close(mount);
                }
            } finally {
                Libc.close(context);
            }
        }
    }

    private static void configure(
            String tried, int context, int command, @Nullable String key, @Nullable String value) {
        try (Arena arena = Arena.ofConfined()) {
            long keyAt = key == null ? 0 : arena.allocateFrom(key).address();
            long valueAt = value == null ? 0 : arena.allocateFrom(value).address();
            long result = Libc.call(431, context, command, keyAt, valueAt, 0, 0);
            if (result < 0) {
                String option = key == null ? "" : ", option " + key + (value == null ? "" : "=" + value);
                throw new Errno(tried + option + complaint(arena, context), (int) -result);
            }
        }
    }

    /** What the kernel has to say beyond a number: the context's message log (fsopen(2)). */
    private static String complaint(Arena arena, int context) {
        MemorySegment buffer = arena.allocate(1024);
        long n = Libc.call(0, context, buffer.address(), 1024, 0, 0, 0);
        if (n <= 0) {
            return "";
        }
        byte[] said = buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
        return " (" + new String(said, StandardCharsets.UTF_8).strip() + ")";
    }

    /** Shows a directory at a second place as well; mounts below it come along. */
    public static void bind(Path source, Path target) {
        String tried = "bind " + source + " at " + target;
        int tree = clone(tried, Kernel.HERE, source.toString(), true);
        try {
            attach(tried, tree, target);
        } finally {
            Libc.close(tree);
        }
    }

    /** A copy of the mount at the path that is attached nowhere yet (open_tree(2)); the caller closes it. */
    static int clone(String tried, int directory, String path, boolean recursive) {
        long flags = 1 | Kernel.O_CLOEXEC | (recursive ? 0x8000 : 0) | (path.isEmpty() ? Kernel.AT_EMPTY_PATH : 0);
        return (int) Kernel.at(tried, 428, directory, path, flags, 0, 0);
    }

    /** Attaches a detached mount; a link as last component of the target is not followed. */
    static void attach(String tried, int mount, Path target) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    tried,
                    429,
                    mount,
                    arena.allocateFrom("").address(),
                    Kernel.HERE,
                    arena.allocateFrom(target.toString()).address(),
                    4 /* the mount is named by its descriptor */);
        }
    }

    /** Sets attributes of a detached mount (mount_setattr(2)). */
    static void setAttributes(String tried, int mount, long attributes, long userNamespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(32, 8);
            attr.set(ValueLayout.JAVA_LONG, 0, attributes);
            attr.set(ValueLayout.JAVA_LONG, 24, userNamespace);
            long empty = arena.allocateFrom("").address();
            Libc.must(tried, 442, mount, empty, Kernel.AT_EMPTY_PATH | 0x8000, attr.address(), 32);
        }
    }

    /** Whether something is mounted right at the path. */
    public static boolean isMounted(Path path) {
        try {
            return Kernel.stat("look at " + path, Kernel.HERE, path.toString(), false)
                    .mountRoot();
        } catch (Errno failed) {
            if (failed.number() == Errno.ENOENT || failed.number() == Errno.ENOTDIR) {
                return false;
            }
            throw failed;
        }
    }

    /** Takes away what is mounted at the path, in all layers; nothing mounted is no error. Fails with EBUSY while in use. */
    public static void unmount(Path path) {
        while (isMounted(path)) {
            unmount(path, 8 /* UMOUNT_NOFOLLOW */);
        }
    }

    /** Takes it away from sight at once, in all layers; the kernel lets go of it when its last user has. */
    public static void detach(Path path) {
        while (isMounted(path)) {
            unmount(path, 8 | 2 /* MNT_DETACH */);
        }
    }

    /** What another took away between our look and our call is no error. */
    private static void unmount(Path path, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    "unmount " + path, 166, arena.allocateFrom(path.toString()).address(), flags, 0, 0, 0);
        } catch (Errno failed) {
            boolean byAnother = failed.number() == Errno.EINVAL || failed.number() == Errno.ENOENT;
            if (!byAnother || isMounted(path)) {
                throw failed;
            }
        }
    }

    /** All mounts of this namespace, in the order in which they were made (proc_pid_mountinfo(5)). */
    public static List<Mounted> all() {
        try {
            var mounts = new ArrayList<Mounted>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                mounts.add(parse(line));
            }
            return mounts;
        } catch (IOException failed) {
            throw new UncheckedIOException("read /proc/self/mountinfo", failed);
        }
    }

    /** The mounts at or below a directory, the last made first: the order in which to take them away. */
    public static List<Mounted> under(Path directory) {
        return all().reversed().stream()
                .filter(it -> it.target().startsWith(directory))
                .toList();
    }

    static Mounted parse(String line) {
        String[] fields = line.split(" ");
        int dash = List.of(fields).indexOf("-");
        return new Mounted(
                Path.of(plain(fields[4])), plain(fields[3]), fields[dash + 1], plain(fields[dash + 2]), fields[5]);
    }

    /** Undoes the octal escapes of blanks and backslashes. */
    private static String plain(String escaped) {
        var text = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '\\' && i + 3 < escaped.length()) {
                text.append((char) Integer.parseInt(escaped.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(escaped.charAt(i));
            }
        }
        return text.toString();
    }

    /**
     * A mount.
     *
     * @param root which directory of the file system is shown
     * @param options of this mount, for instance {@code rw,relatime,idmapped}
     */
    public record Mounted(Path target, String root, String type, String source, String options) {}
}
