package berth.host.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import berth.host.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** libc's posix_spawn(3) family. Its structures are opaque: 512 bytes hold any of them on every architecture. */
@SuppressWarnings("restricted")
final class SpawnCalls {
    private static final int ROOM = 512;
    private static final int SET_SIGNALS_DEFAULT = 0x04;
    private static final int SET_SIGNAL_MASK = 0x08;
    private static final int SET_SESSION = 0x80;
    private static final int O_RDWR = 2;

    private static final MethodHandle SPAWN =
            handle("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ACTIONS_INIT = handle("posix_spawn_file_actions_init", ADDRESS);
    private static final MethodHandle ACTIONS_DESTROY = handle("posix_spawn_file_actions_destroy", ADDRESS);
    private static final MethodHandle ADD_DUP2 =
            handle("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_OPEN =
            handle("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_CHDIR = handle("posix_spawn_file_actions_addchdir_np", ADDRESS, ADDRESS);
    private static final MethodHandle ADD_CLOSEFROM =
            handle("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
    private static final MethodHandle ATTR_INIT = handle("posix_spawnattr_init", ADDRESS);
    private static final MethodHandle ATTR_DESTROY = handle("posix_spawnattr_destroy", ADDRESS);
    private static final MethodHandle ATTR_FLAGS = handle("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
    private static final MethodHandle ATTR_DEFAULT = handle("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);
    private static final MethodHandle ATTR_MASK = handle("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
    private static final MethodHandle FILL = handle("sigfillset", ADDRESS);

    private SpawnCalls() {}

    private static MethodHandle handle(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static void must(MethodHandle call, String tried, Object... arguments) {
        int error;
        try {
            error = (int) call.invokeWithArguments(arguments);
        } catch (RuntimeException | Error passed) {
            throw passed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(tried, impossible);
        }
        if (error != 0) {
            throw new Errno(tried, error);
        }
    }

    static int spawn(
            Arena arena,
            String path,
            Actions actions,
            Attributes attributes,
            MemorySegment argv,
            MemorySegment environment) {
        MemorySegment pid = arena.allocate(JAVA_INT);
        must(
                SPAWN,
                "start " + path,
                pid,
                arena.allocateFrom(path),
                actions.memory,
                attributes.memory,
                argv,
                environment);
        return pid.get(JAVA_INT, 0);
    }

    /** What happens to files in the child, in the order in which it was said. */
    static final class Actions implements AutoCloseable {
        private final Arena arena;
        private final MemorySegment memory;

        Actions(Arena arena) {
            this.arena = arena;
            this.memory = arena.allocate(ROOM, 16);
            must(ACTIONS_INIT, "posix_spawn_file_actions_init", memory);
        }

        void duplicate(int from, int to) {
            must(ADD_DUP2, "posix_spawn_file_actions_adddup2", memory, from, to);
        }

        void open(int fd, String path) {
            must(ADD_OPEN, "posix_spawn_file_actions_addopen", memory, fd, arena.allocateFrom(path), O_RDWR, 0);
        }

        void changeDirectory(String path) {
            must(ADD_CHDIR, "posix_spawn_file_actions_addchdir_np", memory, arena.allocateFrom(path));
        }

        void closeFrom(int fd) {
            must(ADD_CLOSEFROM, "posix_spawn_file_actions_addclosefrom_np", memory, fd);
        }

        @Override
        public void close() {
            must(ACTIONS_DESTROY, "posix_spawn_file_actions_destroy", memory);
        }
    }

    /** A session of its own, no signal blocked, all at their default. */
    static final class Attributes implements AutoCloseable {
        private final MemorySegment memory;

        Attributes(Arena arena) {
            memory = arena.allocate(ROOM, 16);
            must(ATTR_INIT, "posix_spawnattr_init", memory);
            MemorySegment all = arena.allocate(128, 8);
            must(FILL, "sigfillset", all);
            must(ATTR_DEFAULT, "posix_spawnattr_setsigdefault", memory, all);
            must(ATTR_MASK, "posix_spawnattr_setsigmask", memory, arena.allocate(128, 8));
            must(ATTR_FLAGS, "posix_spawnattr_setflags", memory, (short)
                    (SET_SESSION | SET_SIGNALS_DEFAULT | SET_SIGNAL_MASK));
        }

        @Override
        public void close() {
            must(ATTR_DESTROY, "posix_spawnattr_destroy", memory);
        }
    }
}
