package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The master end of a pseudo-terminal (pty(7)); the slave is opened by the child only. */
final class Pty {
    private static final long IOCTL = 16;
    private static final long OPENAT = 257;
    private static final long FCNTL = 72;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_RDWR = 2;
    private static final int O_NOCTTY = 0x100;
    private static final int O_CLOEXEC = 0x80000;
    private static final long TIOCSPTLCK = 0x4004_5431L;
    private static final long TIOCGPTN = 0x8004_5430L;
    private static final long TCGETS = 0x5401;
    private static final long TCSETS = 0x5402;
    private static final long INPUT = 0;
    private static final long LOCAL = 12;
    private static final long TIOCSWINSZ = 0x5414;

    private final int master;
    private final String slave;

    private Pty(int master, String slave) {
        this.master = master;
        this.slave = slave;
    }

    static Pty open() {
        try (Arena arena = Arena.ofConfined()) {
            long fd = Libc.must(
                    "open /dev/ptmx",
                    OPENAT,
                    -100,
                    arena.allocateFrom("/dev/ptmx").address(),
                    O_RDWR | O_NOCTTY | O_CLOEXEC,
                    0,
                    0);
            try {
                MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
                Libc.must("unlock the terminal", IOCTL, fd, TIOCSPTLCK, number.address(), 0, 0);
                Libc.must("number of the terminal", IOCTL, fd, TIOCGPTN, number.address(), 0, 0);
                return new Pty((int) fd, "/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0));
            } catch (Errno failed) {
                Libc.close(fd);
                throw failed;
            }
        }
    }

    /** Passes every byte of input on as it is: no echo, no line editing, no signals. Output stays as terminals have it. */
    Pty rawInput() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment modes = arena.allocate(64, 8);
            Libc.must("modes of the terminal", IOCTL, master, TCGETS, modes.address(), 0, 0);
            clear(modes, INPUT, 0x5eb);
            clear(modes, LOCAL, 0x804b);
            Libc.must("modes of the terminal", IOCTL, master, TCSETS, modes.address(), 0, 0);
        }
        return this;
    }

    private static void clear(MemorySegment modes, long at, int bits) {
        modes.set(ValueLayout.JAVA_INT, at, modes.get(ValueLayout.JAVA_INT, at) & ~bits);
    }

    int master() {
        return master;
    }

    /** A second descriptor of the master, so that reading and writing can be closed apart. */
    int masterAgain() {
        return (int) Libc.must("fcntl", FCNTL, master, F_DUPFD_CLOEXEC, 3, 0, 0);
    }

    String slave() {
        return slave;
    }

    /** Tells it its size; the foreground processes get SIGWINCH. A terminal that has ended ignores it. */
    static void resize(int master, int columns, int rows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8, 2);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
            size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
            Libc.call(IOCTL, master, TIOCSWINSZ, size.address(), 0, 0, 0);
        }
    }
}
