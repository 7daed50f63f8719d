package berth.host.process;

import berth.host.Errno;
import berth.host.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program to start as a child in a session of its own: all signals at their default (an ignored SIGINT is inherited
 * otherwise), none of our descriptors but its three, only the environment that is given. With a terminal that terminal
 * controls it; without one it has three pipes.
 */
public final class Spawn {
    private static final long PIPE2 = 293;
    private static final int O_CLOEXEC = 0x80000;

    private final List<String> argv;
    private Map<String, String> environment = Map.of();
    private @Nullable Path directory;
    private boolean terminal;
    private boolean raw;
    private int columns;
    private int rows;

    private Spawn(List<String> argv) {
        this.argv = List.copyOf(argv);
    }

    /** The program by its whole path, and its arguments. */
    public static Spawn of(List<String> argv) {
        for (String word : argv) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument of " + argv.get(0) + " holds a NUL");
            }
        }
        return new Spawn(argv);
    }

    /** Its whole environment; empty unless told. */
    public Spawn environment(Map<String, String> environment) {
        this.environment = new TreeMap<>(environment);
        return this;
    }

    /** Its working directory; ours unless told. */
    public Spawn in(Path directory) {
        this.directory = directory;
        return this;
    }

    /** On a terminal of that size instead of pipes; 0 = unknown. */
    public Spawn terminal(int columns, int rows) {
        this.terminal = true;
        this.columns = columns;
        this.rows = rows;
        return this;
    }

    /** On a terminal that changes no byte of its input, for a program that has another terminal behind it. */
    public Spawn rawTerminal(int columns, int rows) {
        this.raw = true;
        return terminal(columns, rows);
    }

    /** Starts it. Throws {@link Errno} when it cannot be started; nothing is left open then. */
    public Spawned start() {
        return terminal ? onTerminal() : onPipes();
    }

    private Spawned onTerminal() {
        Pty pty = Pty.open();
        int again = -1;
        try {
            if (raw) {
                pty.rawInput();
            }
            again = pty.masterAgain();
            if (columns > 0 && rows > 0) {
                Pty.resize(pty.master(), columns, rows);
            }
            int pid = spawn(files -> {
                files.open(0, pty.slave());
                files.duplicate(0, 1);
                files.duplicate(0, 2);
            });
            return Spawned.onTerminal(pid, pty.master(), again);
        } catch (RuntimeException failed) {
            Libc.close(pty.master());
            if (again >= 0) {
                Libc.close(again);
            }
            throw failed;
        }
    }

    private Spawned onPipes() {
        var ours = new ArrayList<Integer>();
        var theirs = new ArrayList<Integer>();
        try {
            for (int i = 0; i < 3; i++) {
                int[] pipe = pipe();
                ours.add(i == 0 ? pipe[1] : pipe[0]);
                theirs.add(i == 0 ? pipe[0] : pipe[1]);
            }
            int pid = spawn(files -> {
                for (int i = 0; i < 3; i++) {
                    files.duplicate(theirs.get(i), i);
                }
            });
            return Spawned.onPipes(pid, ours.get(0), ours.get(1), ours.get(2));
        } catch (RuntimeException failed) {
            ours.forEach(Libc::close);
            throw failed;
        } finally {
            theirs.forEach(Libc::close);
        }
    }

    private interface Files {
        void say(SpawnCalls.Actions actions);
    }

    private int spawn(Files files) {
        try (Arena arena = Arena.ofConfined();
                var actions = new SpawnCalls.Actions(arena);
                var attributes = new SpawnCalls.Attributes(arena)) {
            files.say(actions);
            actions.closeFrom(3);
            if (directory != null) {
                actions.changeDirectory(directory.toString());
            }
            var variables = new ArrayList<String>();
            environment.forEach((name, value) -> variables.add(name + "=" + value));
            return SpawnCalls.spawn(
                    arena, argv.get(0), actions, attributes, strings(arena, argv), strings(arena, variables));
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment all = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            all.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return all;
    }

    private static int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Libc.must("pipe2", PIPE2, ends.address(), O_CLOEXEC, 0, 0, 0);
            return ends.toArray(ValueLayout.JAVA_INT);
        }
    }
}
