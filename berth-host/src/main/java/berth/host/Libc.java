package berth.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * System calls by number through libc's {@code syscall(2)}: one linker handle for all of them, so that each further call
 * costs no start-up time. Numbers are x86_64's where they differ between architectures.
 *
 * <p>A call that blocks pins its carrier: make it on a platform thread.
 */
@SuppressWarnings("restricted")
public final class Libc {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final MethodHandle SYSCALL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow(),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private Libc() {}

    /** The result, or {@code -errno}. Pointers are passed as addresses of segments that outlive the call. */
    public static long call(long number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            return result == -1 ? -state.get(JAVA_INT, 0) : result;
        } catch (RuntimeException | Error passed) {
            throw passed;
        } catch (Throwable impossible) {
            throw new IllegalStateException("syscall " + number, impossible);
        }
    }

    /** The result; throws {@link Errno} that says what was tried. Repeats a call that a signal interrupted. */
    public static long must(String tried, long number, long a, long b, long c, long d, long e) {
        while (true) {
            long result = call(number, a, b, c, d, e, 0);
            if (result >= 0) {
                return result;
            }
            if (result != -Errno.EINTR) {
                throw new Errno(tried, (int) -result);
            }
        }
    }

    /** Closes a descriptor; a failure is ignored, as nothing can be done about it (close(2)). */
    public static void close(long fd) {
        call(3, fd, 0, 0, 0, 0, 0);
    }
}
