package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A file that is nowhere but in memory, which a child can open by {@link #path} without inheriting anything. */
public final class MemoryFile implements AutoCloseable {
    private static final long MEMFD_CREATE = 319;
    private static final long PREAD = 17;
    private static final long WRITE = 1;
    private static final long FCNTL = 72;
    private static final int F_ADD_SEALS = 1033;
    /** Nobody can ever change its bytes, its length, or these seals. */
    private static final int ALL_SEALS = 0xf;

    private static final int CLOEXEC = 1;
    private static final int ALLOW_SEALING = 2;
    private static final int EXECUTABLE = 0x10;
    private static final int MOST = 64 * 1024;

    private final int fd;
    private boolean closed;

    private MemoryFile(int fd) {
        this.fd = fd;
    }

    /** An empty one; the name is for whoever looks at our descriptors. */
    public static MemoryFile create(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return new MemoryFile((int) Libc.must(
                    "memfd_create", MEMFD_CREATE, arena.allocateFrom(name).address(), CLOEXEC, 0, 0, 0));
        }
    }

    /**
     * A program that can be run by {@link #path} for as long as this is open, and that nobody can change: whoever runs it
     * where others may get at its file loses nothing by it. Throws {@link Errno} when the kernel allows no programs in
     * memory ({@code vm.memfd_noexec}).
     */
    public static MemoryFile sealedProgram(String name, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocateFrom(name).address();
            long fd = Libc.call(MEMFD_CREATE, at, CLOEXEC | ALLOW_SEALING | EXECUTABLE, 0, 0, 0, 0);
            if (fd == -Errno.EINVAL) {
                // A kernel before 6.3 does not know that word and makes every one executable.
                fd = Libc.must("memfd_create", MEMFD_CREATE, at, CLOEXEC | ALLOW_SEALING, 0, 0, 0);
            } else if (fd < 0) {
                throw new Errno("memfd_create", (int) -fd);
            }
            var file = new MemoryFile((int) fd);
            try {
                file.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
                Libc.must("seal " + name, FCNTL, fd, F_ADD_SEALS, ALL_SEALS, 0, 0);
                return file;
            } catch (RuntimeException failed) {
                file.close();
                throw failed;
            }
        }
    }

    private void write(MemorySegment bytes) {
        long done = 0;
        while (done < bytes.byteSize()) {
            done += Libc.must("write", WRITE, fd, bytes.address() + done, bytes.byteSize() - done, 0, 0);
        }
    }

    /** Where another process of ours finds it while it is open here. */
    public String path() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
    }

    /** What was written, the first 64 KiB; empty when closed. */
    public synchronized String text() {
        if (closed) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MOST);
            long n = Libc.must("read", PREAD, fd, buffer.address(), MOST, 0, 0);
            return new String(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
