package berth.host.net;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rtnetlink socket: a request, its answers. The kernel answers before it returns, so nothing blocks for long. */
final class Netlink implements AutoCloseable {
    static final int DUMP = 0x300;
    static final int ACKNOWLEDGE = 4;
    private static final int REQUEST = 1;
    private static final long SOCKET = 41;
    private static final long SENDTO = 44;
    private static final long RECVFROM = 45;
    private static final long SETSOCKOPT = 54;
    private static final int AF_NETLINK = 16;
    private static final int RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int GET_STRICT_CHECK = 12;
    private static final int RECEIVE_TIMEOUT = 20;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int MOST = 64 * 1024;

    private final long fd;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(MOST, 8);
    private int sequence;

    Netlink() {
        fd = Libc.must("netlink socket", SOCKET, AF_NETLINK, RAW_CLOEXEC, 0, 0, 0);
        MemorySegment one = arena.allocate(ValueLayout.JAVA_INT);
        one.set(ValueLayout.JAVA_INT, 0, 1);
        // Without this the kernel ignores the target namespace of a dump.
        Libc.call(SETSOCKOPT, fd, SOL_NETLINK, GET_STRICT_CHECK, one.address(), 4, 0);
        MemorySegment limit = arena.allocate(16, 8);
        limit.set(ValueLayout.JAVA_LONG, 0, 5);
        Libc.call(SETSOCKOPT, fd, 1, RECEIVE_TIMEOUT, limit.address(), 16, 0);
    }

    /** A message of an answer: its type, its fixed part and all after it. */
    record Message(int type, ByteBuffer body) {
        /** The attributes after a fixed part of so many bytes; of equal ones the last. */
        Map<Integer, ByteBuffer> attributes(int fixed) {
            var found = new HashMap<Integer, ByteBuffer>();
            for (int at = fixed, length; (length = length(at)) > 0; at += align(length)) {
                found.put(type(at), value(at, length));
            }
            return found;
        }

        /** The first attribute of that type after a fixed part of so many bytes; null when there is none. */
        @Nullable
        ByteBuffer attribute(int fixed, int type) {
            for (int at = fixed, length; (length = length(at)) > 0; at += align(length)) {
                if (type(at) == type) {
                    return value(at, length);
                }
            }
            return null;
        }

        /** Of the attribute that begins there, with its four bytes of head; 0 when none does. */
        private int length(int at) {
            int length = at + 4 <= body.limit() ? body.getShort(at) & 0xffff : 0;
            return length < 4 || at + length > body.limit() ? 0 : length;
        }

        private int type(int at) {
            return body.getShort(at + 2) & 0x3fff;
        }

        private ByteBuffer value(int at, int length) {
            return body.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
        }
    }

    /** Sends a request and collects its answers. Throws {@link Errno} with the kernel's number. */
    List<Message> ask(String tried, int type, int flags, byte[] body) {
        ByteBuffer request = ByteBuffer.allocate(16 + align(body.length)).order(ByteOrder.nativeOrder());
        int mine = ++sequence;
        request.putInt(16 + body.length)
                .putShort((short) type)
                .putShort((short) (REQUEST | flags))
                .putInt(mine)
                .putInt(0)
                .put(body);
        MemorySegment.copy(request.array(), 0, buffer, ValueLayout.JAVA_BYTE, 0, request.capacity());
        Libc.must(tried, SENDTO, fd, buffer.address(), 16L + body.length, 0, 0);
        var answers = new ArrayList<Message>();
        boolean many = (flags & DUMP) == DUMP;
        while (true) {
            int length = (int) Libc.must(tried, RECVFROM, fd, buffer.address(), MOST, 0, 0);
            ByteBuffer received = ByteBuffer.wrap(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
                    .order(ByteOrder.nativeOrder());
            if (collect(tried, received, mine, answers) || (!many && !answers.isEmpty())) {
                return answers;
            }
        }
    }

    /** Whether the answer is complete. */
    private static boolean collect(String tried, ByteBuffer received, int mine, List<Message> answers) {
        int at = 0;
        while (at + 16 <= received.limit()) {
            int length = received.getInt(at);
            int type = received.getShort(at + 4) & 0xffff;
            if (length < 16 || at + length > received.limit()) {
                throw new Errno(tried, Errno.EIO);
            }
            if (received.getInt(at + 8) == mine) {
                if (type == DONE) {
                    return true;
                }
                if (type == ERROR) {
                    int error = received.getInt(at + 16);
                    if (error != 0) {
                        throw new Errno(tried, -error);
                    }
                    return true;
                }
                answers.add(
                        new Message(type, received.slice(at + 16, length - 16).order(ByteOrder.nativeOrder())));
            }
            at += align(length);
        }
        return false;
    }

    static int align(int length) {
        return (length + 3) & ~3;
    }

    /** Builds a fixed part with attributes after it. */
    static final class Body {
        private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

        Body(int fixed) {
            bytes.position(align(fixed));
        }

        Body family(int family) {
            bytes.put(0, (byte) family);
            return this;
        }

        Body octet(int at, int value) {
            bytes.put(at, (byte) value);
            return this;
        }

        Body number(int at, int value) {
            bytes.putInt(at, value);
            return this;
        }

        Body attribute(int type, int value) {
            bytes.putShort((short) 8).putShort((short) type).putInt(value);
            return this;
        }

        Body attribute(int type, byte[] value) {
            bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
            bytes.position(align(bytes.position()));
            return this;
        }

        byte[] bytes() {
            return java.util.Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    @Override
    public void close() {
        Libc.close(fd);
        arena.close();
    }
}
