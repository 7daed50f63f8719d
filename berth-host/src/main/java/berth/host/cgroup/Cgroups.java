package berth.host.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The hierarchies of this host. */
public final class Cgroups {
    private static final Set<String> NOT_CONTROLLERS = Set.of("rw", "ro", "none", "xattr", "clone_children");

    private final Map<String, Path> legacy;
    private final @Nullable Path unified;
    private final Set<String> unifiedControllers;

    private Cgroups(Map<String, Path> legacy, @Nullable Path unified, Set<String> unifiedControllers) {
        this.legacy = Map.copyOf(legacy);
        this.unified = unified;
        this.unifiedControllers = Set.copyOf(unifiedControllers);
    }

    /** Finds out what is mounted in our own mount namespace. */
    public static Cgroups ofThisHost() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Understands lines of {@code /proc/self/mountinfo}; of several mounts of one hierarchy the first counts. */
    public static Cgroups parse(List<String> mountinfo) {
        var legacy = new LinkedHashMap<String, Path>();
        Path unified = null;
        var controllers = new HashSet<String>();
        for (String line : mountinfo) {
            int dash = line.indexOf(" - ");
            String[] left = dash < 0 ? new String[0] : line.substring(0, dash).split(" ");
            String[] right = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ");
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            Path where = Path.of(left[4]);
            if (right[0].equals("cgroup2") && unified == null) {
                unified = where;
                controllers.addAll(words(where.resolve("cgroup.controllers")));
            }
            if (right[0].equals("cgroup")) {
                for (String option : right[2].split(",")) {
                    if (!NOT_CONTROLLERS.contains(option) && !option.startsWith("release_agent")) {
                        legacy.putIfAbsent(option, where);
                    }
                }
            }
        }
        return new Cgroups(legacy, unified, controllers);
    }

    private static List<String> words(Path file) {
        try {
            return List.of(Files.readString(file).strip().split(" "));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The groups that a process is in, one path per hierarchy from our own root on; none when there is no such process. */
    public static List<String> pathsOf(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
                    .map(it -> it.split(":", 3))
                    .filter(it -> it.length == 3)
                    .map(it -> it[2])
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Whether a controller ({@code memory}, {@code cpuset} …) is there in any version. */
    public boolean has(String controller) {
        return legacy.containsKey(controller) || unifiedControllers.contains(controller);
    }

    /** Whether a controller is used by its v2 files. */
    public boolean isUnified(String controller) {
        return !legacy.containsKey(controller) && unifiedControllers.contains(controller);
    }

    /** The root of the hierarchy that a controller is on. */
    public Optional<Path> root(String controller) {
        Path old = legacy.get(controller);
        if (old != null) {
            return Optional.of(old);
        }
        return unifiedControllers.contains(controller) ? unified() : Optional.empty();
    }

    /** Where a cgroup2 is mounted, with controllers or without. */
    public Optional<Path> unified() {
        return Optional.ofNullable(unified);
    }

    /** The roots of all hierarchies, named ones and the unified one included. */
    public List<Path> roots() {
        var all = new TreeSet<>(legacy.values());
        unified().ifPresent(all::add);
        return List.copyOf(all);
    }

    /** The group of that name, a path below the roots, in every hierarchy; it need not exist. */
    public Cgroup group(String name) {
        return new Cgroup(this, name);
    }

    /** {@code layout} as LXD's server information has it: v1, hybrid or unified. */
    public String layout() {
        if (unified == null) {
            return "legacy";
        }
        return legacy.isEmpty() ? "unified" : "hybrid";
    }
}
