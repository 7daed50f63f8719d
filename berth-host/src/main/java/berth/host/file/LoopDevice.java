package berth.host.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file as a block device (loop(4)). The kernel frees it by itself with its last user: while this object is open, or its
 * file system is mounted, it stays; a crash of ours leaves none behind.
 */
public final class LoopDevice implements AutoCloseable {
    private static final int AUTOCLEAR = 4;
    private static final int DIRECT = 16;
    private final int fd;
    private final Path path;

    private LoopDevice(int fd, Path path) {
        this.fd = fd;
        this.path = path;
    }

    /** Attaches a file (LOOP_CONFIGURE, Linux 5.8); its bytes are cached once, by the file system on the device. */
    public static LoopDevice attach(Path file) {
        String tried = "attach " + file + " to a loop device";
        int backing = open(tried, file);
        try (Arena arena = Arena.ofConfined()) {
            int control = open(tried, Path.of("/dev/loop-control"));
            try {
                MemorySegment config = arena.allocate(304, 8);
                config.set(JAVA_INT, 0, backing);
                config.set(JAVA_INT, 60, AUTOCLEAR | DIRECT);
                byte[] name = file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                MemorySegment.copy(name, 0, config, JAVA_BYTE, 64, Math.min(name.length, 63));
                for (int attempt = 0; ; attempt++) {
                    long number = Kernel.ioctl(tried, control, 0x4C82 /* LOOP_CTL_GET_FREE */, 0);
                    Path path = Path.of("/dev/loop" + number);
                    int device = open(tried, path);
                    long result = Libc.call(16, device, 0x4C0A /* LOOP_CONFIGURE */, config.address(), 0, 0, 0);
                    if (result == 0) {
                        return new LoopDevice(device, path);
                    }
                    Libc.close(device);
                    if (result != -Errno.EBUSY || attempt > 100) { // busy: another was quicker
                        throw new Errno(tried, (int) -result);
                    }
                }
            } finally {
                Libc.close(control);
            }
        } finally {
            Libc.close(backing);
        }
    }

    /** The device, for instance {@code /dev/loop3}. */
    public Path path() {
        return path;
    }

    /** The device that a file is attached to now, if any. */
    public static Optional<Path> of(Path file) {
        try (var devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                Path backing = device.resolve("loop/backing_file");
                if (Files.exists(backing) && Files.readString(backing).strip().equals(file.toString())) {
                    return Optional.of(Path.of("/dev").resolve(device.getFileName()));
                }
            }
            return Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException("look for the loop device of " + file, failed);
        }
    }

    /** Tells a device that its file has grown (LOOP_SET_CAPACITY). */
    public static void grow(Path device) {
        int fd = open("grow " + device, device);
        try {
            Kernel.ioctl("grow " + device, fd, 0x4C07, 0);
        } finally {
            Libc.close(fd);
        }
    }

    private static int open(String tried, Path path) {
        return Kernel.open(tried, Kernel.HERE, path.toString(), 2 /* O_RDWR */, 0, 0);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}
