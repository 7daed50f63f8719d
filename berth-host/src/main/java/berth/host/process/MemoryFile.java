package berth.host.process;

import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A file that is nowhere but in memory, which a child can open by {@link #path} without inheriting anything. */
public final class MemoryFile implements AutoCloseable {
    private static final long MEMFD_CREATE = 319;
    private static final long PREAD = 17;
    private static final int CLOEXEC = 1;
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
