package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The process that connected to a unix socket, by what the kernel noted when it did (unix(7)). */
public final class SocketPeer {
    private static final long GETSOCKOPT = 55;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    /** Linux 6.5: the process itself, not its number. */
    private static final int SO_PEERPIDFD = 77;

    private static final int ENODATA = 61;

    private static final Method DESCRIPTOR = descriptor();

    private SocketPeer() {}

    /**
     * Takes hold of it; empty when it has ended. Where the kernel is older than 6.5 it is found by its number, which was
     * given to another process if the one that connected ended and the numbers went round since.
     *
     * @param channel just accepted, of a unix socket, and closed by nobody else meanwhile
     */
    public static Optional<PidFd> of(SocketChannel channel) {
        int socket = number(channel);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(12, 4);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 4);
            long asked = Libc.call(GETSOCKOPT, socket, SOL_SOCKET, SO_PEERPIDFD, value.address(), size.address(), 0);
            if (asked == 0) {
                return held(value.get(ValueLayout.JAVA_INT, 0));
            }
            if (asked == -Errno.ESRCH || asked == -Errno.EINVAL || asked == -ENODATA) {
                return Optional.empty(); // it ended before we asked
            }
            size.set(ValueLayout.JAVA_INT, 0, 12);
            Libc.must(
                    "ask who connected", GETSOCKOPT, socket, SOL_SOCKET, SO_PEERCRED, value.address(), size.address());
            long pid = value.get(ValueLayout.JAVA_INT, 0);
            return pid <= 0 ? Optional.empty() : PidFd.open(pid);
        }
    }

    /** Its number in our pid namespace is told by {@code /proc/self/fdinfo} (pidfd_open(2)): -1 once it was awaited. */
    private static Optional<PidFd> held(int fd) {
        try {
            long pid = Files.readAllLines(Path.of("/proc/self/fdinfo", Integer.toString(fd))).stream()
                    .filter(it -> it.startsWith("Pid:"))
                    .map(it -> Long.parseLong(it.substring("Pid:".length()).strip()))
                    .findFirst()
                    .orElse(-1L);
            if (pid > 0) {
                return Optional.of(PidFd.of(pid, fd));
            }
        } catch (IOException unreadable) {
            // Then we do not know who it is.
        }
        Libc.close(fd);
        return Optional.empty();
    }

    private static int number(SocketChannel channel) {
        try {
            int fd = (int) DESCRIPTOR.invoke(channel);
            if (!channel.isOpen()) {
                throw new IllegalStateException("the connection is closed");
            }
            return fd;
        } catch (ReflectiveOperationException foreign) {
            throw new IllegalStateException("a channel without a descriptor: " + channel, foreign);
        }
    }

    /** The one way to a channel's descriptor; the daemon is started with {@code --add-opens=java.base/sun.nio.ch}. */
    private static Method descriptor() {
        try {
            return Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
        } catch (ReflectiveOperationException other) {
            throw new IllegalStateException("this JDK keeps descriptors elsewhere", other);
        }
    }
}
