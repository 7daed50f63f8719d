package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One platform thread that sleeps in epoll for everybody: streams that wait for data, processes that are watched. Whoever
 * waits parks cheaply, so virtual threads may.
 */
final class Poller {
    static final int READABLE = 0x001;
    static final int WRITABLE = 0x004;
    private static final int ONE_SHOT = 1 << 30;
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final long EPOLL_CREATE1 = 291;
    private static final long EPOLL_CTL = 233;
    private static final long EPOLL_WAIT = 232;
    private static final int CLOEXEC = 0x80000;
    private static final int AT_ONCE = 64;

    /** struct epoll_event is packed on x86_64 only. */
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

    private static final int EVENT = PACKED ? 12 : 16;
    private static final int DATA = PACKED ? 4 : 8;
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());

    private final long epoll;
    private final Map<Long, Runnable> wakes = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    private static final class Holder {
        static final Poller ONE = new Poller();
    }

    private Poller() {
        epoll = Libc.must("epoll_create1", EPOLL_CREATE1, CLOEXEC, 0, 0, 0, 0);
        Thread.ofPlatform().daemon().name("poller").start(this::loop);
    }

    static Poller one() {
        return Holder.ONE;
    }

    /** Calls {@code wake} once, on the poller's thread, when the descriptor is ready; quick work only. Returns a ticket. */
    long watch(int fd, int events, Runnable wake) {
        long ticket = ids.incrementAndGet();
        wakes.put(ticket, wake);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(16);
            event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events | ONE_SHOT);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA, ticket);
            Libc.must("epoll_ctl", EPOLL_CTL, epoll, ADD, fd, event.address(), 0);
        } catch (Errno refused) {
            wakes.remove(ticket);
            throw refused;
        }
        return ticket;
    }

    /** Ends a watch, whether it has fired or not. The descriptor must still be open. */
    void forget(int fd, long ticket) {
        wakes.remove(ticket);
        Libc.call(EPOLL_CTL, epoll, DELETE, fd, 0, 0, 0);
    }

    private void loop() {
        MemorySegment events = Arena.global().allocate((long) EVENT * AT_ONCE, 8);
        while (true) {
            long ready = Libc.call(EPOLL_WAIT, epoll, events.address(), AT_ONCE, -1, 0, 0);
            for (int i = 0; i < ready; i++) {
                Runnable wake = wakes.remove(events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * EVENT + DATA));
                if (wake != null) {
                    run(wake);
                }
            }
        }
    }

    private static void run(Runnable wake) {
        try {
            wake.run();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a watcher failed", bug);
        }
    }
}
