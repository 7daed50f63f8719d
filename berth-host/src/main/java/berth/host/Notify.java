package berth.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells the service manager how we are (sd_notify(3)): one datagram to {@code $NOTIFY_SOCKET}. */
public final class Notify {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;

    private Notify() {}

    /**
     * Sends it.
     *
     * @param socket value of {@code NOTIFY_SOCKET}; null or empty when nobody wants to know
     * @param state for instance {@code READY=1}
     */
    public static void send(@Nullable String socket, String state) {
        if (socket == null || socket.isEmpty()) {
            return;
        }
        byte[] path = socket.getBytes(StandardCharsets.UTF_8);
        byte[] text = state.getBytes(StandardCharsets.UTF_8);
        if (path.length > 107) {
            return;
        }
        long fd = Libc.must("socket for sd_notify", 41, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(110);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            if (path[0] == '@') {
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
            }
            MemorySegment message = arena.allocate(text.length);
            MemorySegment.copy(text, 0, message, ValueLayout.JAVA_BYTE, 0, text.length);
            int length = 2 + path.length + (path[0] == '@' ? 0 : 1);
            Libc.call(44, fd, message.address(), text.length, 0, address.address(), length);
        } finally {
            Libc.close(fd);
        }
    }
}
