package berth.driver.lxc;

import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The policy of system calls that a process is under, read out of the kernel (ptrace(2)), and what it answers. */
final class SeccompFilter {
    private static final long PTRACE = 101;
    private static final long WAIT4 = 61;
    private static final long SEIZE = 0x4206;
    private static final long INTERRUPT = 0x4207;
    private static final long FILTER = 0x420c;
    private static final long DETACH = 17;
    private static final long ANY_CHILD = 0x40000000;
    private static final long[] ARCHITECTURES = {0xc000003eL, 0x40000003L, 0xc00000b7L, 0};
    private static final long[] FLAGS = {0, 1, 2, 3, 8, 0xfffffffeL, 0x1_0000_0000L, 0x1_0000_0001L};

    private SeccompFilter() {}

    /** Its first filter, one instruction each: code, jump if true, jump if false, constant. */
    static List<long[]> of(long pid) {
        Libc.must("seize", PTRACE, SEIZE, pid, 0, 0, 0);
        try {
            Libc.must("interrupt", PTRACE, INTERRUPT, pid, 0, 0, 0);
            Libc.must("wait", WAIT4, pid, 0, ANY_CHILD, 0, 0);
            long count = Libc.must("count", PTRACE, FILTER, pid, 0, 0, 0);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment all = arena.allocate(8 * count, 8);
                Libc.must("read", PTRACE, FILTER, pid, 0, all.address(), 0);
                var found = new ArrayList<long[]>();
                for (long i = 0; i < count; i++) {
                    found.add(new long[] {
                        all.get(ValueLayout.JAVA_SHORT, 8 * i) & 0xffff,
                        all.get(ValueLayout.JAVA_BYTE, 8 * i + 2) & 0xff,
                        all.get(ValueLayout.JAVA_BYTE, 8 * i + 3) & 0xff,
                        all.get(ValueLayout.JAVA_INT, 8 * i + 4) & 0xffffffffL
                    });
                }
                return found;
            }
        } finally {
            Libc.must("detach", PTRACE, DETACH, pid, 0, 0, 0);
        }
    }

    /** The calls that the two answer differently, over all architectures, numbers and flags that could matter. */
    static List<String> differences(List<long[]> one, List<long[]> other) {
        var found = new ArrayList<String>();
        for (long architecture : ARCHITECTURES) {
            for (long high : new long[] {0, 0x40000000L, 0x80000000L}) {
                for (long number = 0; number < 1200; number++) {
                    for (long flags : FLAGS) {
                        long[] data = {high + number, architecture, flags};
                        long a = answer(one, data);
                        long b = answer(other, data);
                        if (a != b) {
                            found.add("%x %x %x: %x, %x".formatted(architecture, high + number, flags, a, b));
                        }
                    }
                }
            }
        }
        return found;
    }

    private static long answer(List<long[]> program, long[] data) {
        long a = 0;
        for (int at = 0; ; at++) {
            long[] it = program.get(at);
            long k = it[3];
            switch ((int) it[0]) {
                case 0x20 -> a = word(data, (int) k);
                case 0x54 -> a &= k;
                case 0x15 -> at += (int) (a == k ? it[1] : it[2]);
                case 0x25 -> at += (int) (a > k ? it[1] : it[2]);
                case 0x35 -> at += (int) (a >= k ? it[1] : it[2]);
                case 0x05 -> at += (int) k;
                case 0x06 -> {
                    return k;
                }
                default -> throw new IllegalStateException("instruction %x".formatted(it[0]));
            }
        }
    }

    /** A word of the call's description: number, architecture, second argument. */
    private static long word(long[] data, int offset) {
        return switch (offset) {
            case 0 -> data[0];
            case 4 -> data[1];
            case 24 -> data[2] & 0xffffffffL;
            case 28 -> data[2] >>> 32;
            default -> 0;
        };
    }
}
