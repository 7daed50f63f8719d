package berth.daemon;

import berth.engine.Engine;
import berth.model.IdMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads what the engine must know of the host. */
final class HostFactsReader {
    private static final System.Logger LOG = System.getLogger(HostFactsReader.class.getName());
    /** What root gets when nothing is set (mission S0-58, S0-59). */
    private static final IdMap FALLBACK = new IdMap(1_000_000, 65_536);
    /** More than 2^30 ids are of no use to one map. */
    private static final long MOST = 1_000_000_000;

    private HostFactsReader() {}

    static Engine.HostFacts read(Map<String, String> environment) throws IOException {
        String boot = environment.getOrDefault("BERTH_BOOT_ID", "");
        return new Engine.HostFacts(
                architecture(),
                boot.isEmpty()
                        ? Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                                .strip()
                        : boot,
                ids(Path.of("/etc/subuid"), Path.of("/etc/subgid")),
                (users, first, count) -> allowed(Path.of(users ? "/etc/subuid" : "/etc/subgid"), first, count),
                Path.of(environment.getOrDefault("BERTH_NIX", "/")).toAbsolutePath());
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "aarch64";
            case String other -> other;
        };
    }

    /** The range of root in both files; the same for both kinds of id, as one map serves both. */
    static IdMap ids(Path subuid, Path subgid) throws IOException {
        IdMap users = rangeOfRoot(subuid);
        IdMap groups = rangeOfRoot(subgid);
        long base = Math.max(users.base(), groups.base());
        long end = Math.min(users.base() + users.size(), groups.base() + groups.size());
        if (end - base < 65_536) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the ranges of root in {0} and {1} share fewer than 65536 ids; using {2}:{3}",
                    subuid,
                    subgid,
                    FALLBACK.base(),
                    FALLBACK.size());
            return FALLBACK;
        }
        return new IdMap(base, Math.min(end - base, MOST));
    }

    /** Whether one range of root's in the file holds all those ids. */
    static boolean allowed(Path file, long first, long count) {
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                String[] part = line.strip().split(":");
                if (part.length == 3
                        && (part[0].equals("root") || part[0].equals("0"))
                        && part[1].matches("[0-9]{1,10}")
                        && part[2].matches("[0-9]{1,10}")
                        && first >= Long.parseLong(part[1])
                        && first + count <= Long.parseLong(part[1]) + Long.parseLong(part[2])) {
                    return true;
                }
            }
            return false;
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", file, unreadable.getMessage());
            return false;
        }
    }

    private static IdMap rangeOfRoot(Path file) throws IOException {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (String line : lines) {
            String[] part = line.strip().split(":");
            if (part.length == 3
                    && (part[0].equals("root") || part[0].equals("0"))
                    && part[1].matches("[0-9]{1,10}")
                    && part[2].matches("[0-9]{1,10}")
                    && Long.parseLong(part[2]) >= 65_536) {
                return new IdMap(Long.parseLong(part[1]), Math.min(Long.parseLong(part[2]), MOST));
            }
        }
        return FALLBACK;
    }
}
