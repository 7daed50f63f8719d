package berth.host.file;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Deletes a directory with all in it by descriptors and raw names: no link is followed, no mount is entered, and neither
 * names that are not UTF-8 nor a depth that a guest drove beyond every limit stops it.
 */
final class DeadTree {
    private static final int DEEP = 100;
    private final String tried;
    private final int top;
    private int moved;

    private DeadTree(String tried, int top) {
        this.tried = tried;
        this.top = top;
    }

    static void delete(String tried, int parent, String name) {
        byte[] raw = (name + "\0").getBytes(StandardCharsets.UTF_8);
        if (unlink(parent, raw, false) == 0) {
            return;
        }
        int directory = enter(tried, parent, raw);
        try {
            var tree = new DeadTree(tried, directory);
            do {
                tree.moved = 0;
                tree.empty(directory, 0);
            } while (tree.moved > 0);
        } finally {
            Libc.close(directory);
        }
        must(tried, unlink(parent, raw, true));
    }

    private void empty(int directory, int depth) {
        while (true) {
            List<byte[]> names = Kernel.names(tried, directory, 10_000);
            for (byte[] name : names) {
                remove(directory, name, depth);
            }
            if (names.size() < 10_000) {
                return;
            }
        }
    }

    private void remove(int directory, byte[] name, int depth) {
        long result = unlink(directory, name, false);
        if (result == 0 || result == -Errno.ENOENT) {
            return;
        }
        if (result != -Errno.EISDIR && result != -Errno.EPERM) {
            must(tried, result);
        }
        if (unlink(directory, name, true) == 0) {
            return; // it was an empty directory
        }
        if (depth >= DEEP && moveUp(directory, name)) {
            return;
        }
        int below = enter(tried, directory, name);
        try {
            empty(below, depth + 1);
        } finally {
            Libc.close(below);
        }
        must(tried, unlink(directory, name, true));
    }

    /** A directory that lies too deep is moved to the top, where the next round finds it. */
    private boolean moveUp(int directory, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] higher = (Beneath.UNFINISHED + UUID.randomUUID() + "\0").getBytes(StandardCharsets.UTF_8);
            long result =
                    Libc.call(316, directory, raw(arena, name), top, raw(arena, higher), 1 /* not over another */, 0);
            if (result == 0) {
                moved++;
            }
            return result == 0;
        }
    }

    private static int enter(String tried, int directory, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(ValueLayout.JAVA_BYTE, name);
            long how = Kernel.BENEATH | Kernel.NO_SYMLINKS | Kernel.NO_XDEV;
            return Kernel.open(tried, directory, path, Kernel.O_DIRECTORY | Kernel.O_NOFOLLOW, 0, how);
        }
    }

    private static long unlink(int directory, byte[] name, boolean asDirectory) {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.call(263, directory, raw(arena, name), asDirectory ? Kernel.AT_REMOVEDIR : 0, 0, 0, 0);
        }
    }

    private static long raw(Arena arena, byte[] name) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, name).address();
    }

    private static void must(String tried, long result) {
        if (result < 0 && result != -Errno.ENOENT) {
            throw new Errno(tried, (int) -result);
        }
    }
}
