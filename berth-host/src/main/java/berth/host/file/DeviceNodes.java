package berth.host.file;

import berth.host.Libc;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;

/** Device nodes, made below a directory of ours (mknod(2)). */
public final class DeviceNodes {
    private static final long MKNODAT = 259;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;
    private static final int TYPE = 0170000;

    private DeviceNodes() {}

    /**
     * A device's numbers.
     *
     * @param block whether it is a block device, not a character device
     */
    public record Numbers(boolean block, int major, int minor) {}

    /** What device a node of the host stands for; empty when there is nothing or something else. Links are followed. */
    public static Optional<Numbers> look(Path node) {
        try {
            Kernel.Device found = Kernel.device("look at " + node, node.toString());
            int type = found.mode() & TYPE;
            return type == CHARACTER || type == BLOCK
                    ? Optional.of(new Numbers(type == BLOCK, found.major(), found.minor()))
                    : Optional.empty();
        } catch (berth.host.Errno missing) {
            return Optional.empty();
        }
    }

    /**
     * Makes one in a directory of ours, replacing what lies there by that name.
     *
     * @param uid owner, as the host counts
     * @param gid group, as the host counts
     */
    public static void make(Beneath directory, String name, Numbers number, long uid, long gid, int mode) {
        String tried = "make device node " + name + " in " + directory;
        directory.unlink(name);
        long dev = makedev(number.major(), number.minor());
        try (Arena arena = Arena.ofConfined()) {
            Libc.must(
                    tried,
                    MKNODAT,
                    directory.fd(),
                    arena.allocateFrom(name).address(),
                    number.block() ? BLOCK : CHARACTER,
                    dev,
                    0);
        }
        directory.chown(name, uid, gid);
        directory.chmod(name, mode);
    }

    private static long makedev(long major, long minor) {
        return (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffL) << 12) | ((major & ~0xfffL) << 32);
    }
}
