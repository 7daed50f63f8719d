package berth.host.cgroup;

import berth.host.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A group of processes, the same path in every hierarchy. */
public final class Cgroup {
    private static final int SIGKILL = 9;
    private static final int LINKS_WITHOUT_CHILDREN = 2;
    private static final long READ = 0;
    private static final long OPEN = 2;
    private static final long CLOSE_ON_EXEC = 02000000;
    private static final int PIECE = 16 * 1024;
    /** Less than this at once was all: the kernel writes lists page by page. */
    private static final int PAGE = 2048;

    private final Cgroups host;
    private final String name;

    Cgroup(Cgroups host, String name) {
        this.host = host;
        this.name = name;
    }

    /** A limit as it lies in a file: which controller's, which file, what to write. */
    public record Setting(String controller, boolean unified, String file, String value) {}

    /**
     * What is in use.
     *
     * @param cpuNanoseconds since the group was made
     * @param memory bytes; -1 where not told, as all below
     */
    public record Counters(
            long cpuNanoseconds, long memory, long memoryPeak, long swap, long swapPeak, long processes) {}

    /** Whether it is there in any hierarchy. */
    public boolean exists() {
        return directories().anyMatch(Files::isDirectory);
    }

    private Stream<Path> directories() {
        return host.roots().stream().map(it -> it.resolve(name));
    }

    /** Its directories on the hierarchies of version 1 that have it. */
    public List<Path> legacyDirectories() {
        return directories()
                .filter(it -> !host.unified().map(it::startsWith).orElse(false))
                .filter(Files::isDirectory)
                .toList();
    }

    /** Its directory on the unified hierarchy, if that is there and has it. */
    public Optional<Path> unifiedDirectory() {
        return host.unified().map(it -> it.resolve(name)).filter(Files::isDirectory);
    }

    /** The counters now: a handful of small reads. */
    public Counters counters() {
        boolean unified = host.isUnified("memory");
        long memory = number("memory", unified ? "memory.current" : "memory.usage_in_bytes");
        long peak = number("memory", unified ? "memory.peak" : "memory.max_usage_in_bytes");
        long swap;
        long swapPeak;
        if (unified) {
            swap = number("memory", "memory.swap.current");
            swapPeak = number("memory", "memory.swap.peak");
        } else {
            swap = minus(number("memory", "memory.memsw.usage_in_bytes"), memory);
            swapPeak = minus(number("memory", "memory.memsw.max_usage_in_bytes"), peak);
        }
        return new Counters(cpu(), memory, peak, swap, swapPeak, number("pids", "pids.current"));
    }

    /** What it has used, in every detail that the controllers keep. */
    public Accounts accounts() {
        return new Accounts(host, name);
    }

    private static long minus(long both, long memory) {
        return both < 0 || memory < 0 ? -1 : Math.max(0, both - memory);
    }

    private long cpu() {
        long nanoseconds = number("cpuacct", "cpuacct.usage");
        if (nanoseconds >= 0) {
            return nanoseconds;
        }
        return host.unified()
                .flatMap(it -> read(it.resolve(name).resolve("cpu.stat")))
                .flatMap(it -> it.lines()
                        .filter(line -> line.startsWith("usage_usec "))
                        .findFirst())
                .map(it -> Long.parseLong(it.substring("usage_usec ".length())) * 1000)
                .orElse(-1L);
    }

    private long number(String controller, String file) {
        try {
            return host.root(controller)
                    .flatMap(it -> read(it.resolve(name).resolve(file)))
                    .map(it -> Long.parseLong(it.strip()))
                    .orElse(-1L);
        } catch (NumberFormatException unlimited) {
            return -1;
        }
    }

    /** Puts a limit into effect. False when the kernel does not have that file; throws when it refuses the value. */
    public boolean set(Setting setting) {
        Optional<Path> root = setting.unified() ? host.unified() : host.root(setting.controller());
        if (root.isEmpty()) {
            return false;
        }
        Path file = root.get().resolve(name).resolve(setting.file());
        if (!Files.exists(file)) {
            return false;
        }
        try {
            write(file, setting.value());
            return true;
        } catch (IOException refused) {
            throw new IllegalArgumentException(
                    "write " + setting.value() + " to " + file + ": " + refused.getMessage(), refused);
        }
    }

    /** Some process that is in it itself, in any hierarchy; empty when there is none. */
    public Optional<Long> anyProcess() {
        return directories()
                .flatMap(it -> read(it.resolve("cgroup.procs")).stream())
                .flatMap(String::lines)
                .map(Long::valueOf)
                .filter(it -> it != 0)
                .findFirst();
    }

    /** The process ids in it and in all groups below it. */
    public List<Long> processes() {
        var found = new java.util.TreeSet<Long>();
        directories().forEach(it -> collect(it, found));
        return List.copyOf(found);
    }

    private static void collect(Path group, java.util.Set<Long> found) {
        read(group.resolve("cgroup.procs")).stream()
                .flatMap(String::lines)
                .map(Long::valueOf)
                .filter(it -> it != 0)
                .forEach(found::add);
        children(group).forEach(it -> collect(it, found));
    }

    /** Kills every process in it and below it, frozen ones too. Returns at once. */
    public void kill() {
        Optional<Path> file = host.unified()
                .map(it -> it.resolve(name).resolve("cgroup.kill"))
                .filter(Files::exists);
        if (file.isPresent()) {
            try {
                write(file.get(), "1");
                return;
            } catch (IOException goneMeanwhile) {
                // One by one, then.
            }
        }
        thawLegacy();
        for (long pid : processes()) {
            berth.host.process.PidFd.open(pid).ifPresent(it -> {
                try (it) {
                    it.signal(SIGKILL);
                }
            });
        }
    }

    /** Suspends all its processes; returns when the kernel says so. False when that took longer than the limit. */
    public boolean freeze(Duration limit) {
        return switchTo(true, limit);
    }

    /** Lets them go on. */
    public boolean thaw(Duration limit) {
        return switchTo(false, limit);
    }

    private boolean switchTo(boolean frozen, Duration limit) {
        Optional<Path> unified = host.unified()
                .map(it -> it.resolve(name).resolve("cgroup.freeze"))
                .filter(Files::exists);
        Optional<Path> file =
                unified.or(() -> host.root("freezer").map(it -> it.resolve(name).resolve("freezer.state")));
        if (file.isEmpty()) {
            throw new IllegalStateException("this host has no freezer");
        }
        try {
            write(file.get(), unified.isPresent() ? (frozen ? "1" : "0") : (frozen ? "FROZEN" : "THAWED"));
        } catch (IOException refused) {
            throw new IllegalStateException("write to " + file.get() + ": " + refused.getMessage(), refused);
        }
        return soon(() -> frozen() == frozen, limit);
    }

    private void thawLegacy() {
        host.root("freezer")
                .map(it -> it.resolve(name).resolve("freezer.state"))
                .filter(Files::exists)
                .ifPresent(it -> {
                    try {
                        write(it, "THAWED");
                    } catch (IOException gone) {
                        // Then there is nothing to thaw.
                    }
                });
    }

    /** Whether all its processes are suspended. */
    public boolean frozen() {
        boolean byUnified = host.unified()
                .flatMap(it -> read(it.resolve(name).resolve("cgroup.events")))
                .map(it -> it.lines().anyMatch("frozen 1"::equals))
                .orElse(false);
        return byUnified
                || host.root("freezer")
                        .flatMap(it -> read(it.resolve(name).resolve("freezer.state")))
                        .map(it -> it.strip().equals("FROZEN"))
                        .orElse(false);
    }

    /** Removes it with all below it, in every hierarchy, as soon as no process is left; false when that takes longer. */
    public boolean remove(Duration limit) {
        return soon(
                () -> {
                    directories().forEach(Cgroup::removeTree);
                    return !exists();
                },
                limit);
    }

    private static void removeTree(Path group) {
        if (!Files.isDirectory(group)) {
            return;
        }
        children(group).forEach(Cgroup::removeTree);
        try {
            Files.deleteIfExists(group);
        } catch (IOException busy) {
            // Still in use: the caller looks again.
        }
    }

    /** A group is full of files and mostly has no group below it, which its number of links tells. */
    private static List<Path> children(Path group) {
        try {
            if (Files.getAttribute(group, "unix:nlink") instanceof Integer links && links == LINKS_WITHOUT_CHILDREN) {
                return List.of();
            }
        } catch (IOException gone) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(group)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return List.of();
        } catch (IOException | java.io.UncheckedIOException gone) {
            return new ArrayList<>();
        }
    }

    /** The kernel does these within microseconds to milliseconds, without an event for all versions: look often, briefly. */
    private static boolean soon(BooleanSupplier done, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        long pause = 100_000;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, 5_000_000);
        }
        return true;
    }

    /** A file of the kernel's, which has no size to be asked for and mostly comes in one piece; empty when there is none. */
    static Optional<String> read(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PIECE);
            long fd = Libc.call(OPEN, arena.allocateFrom(file.toString()).address(), CLOSE_ON_EXEC, 0, 0, 0, 0);
            if (fd < 0) {
                return Optional.empty();
            }
            try {
                var text = new StringBuilder();
                long length;
                do {
                    length = Libc.call(READ, fd, buffer.address(), PIECE, 0, 0, 0);
                    if (length < 0) {
                        return Optional.empty();
                    }
                    text.append(new String(
                            buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
                } while (length >= PAGE);
                return Optional.of(text.toString());
            } finally {
                Libc.close(fd);
            }
        }
    }

    private static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
}
