package berth.host.archive;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects what a backup holds beside its index, entry by entry, whatever kind of archive it is. */
final class BackupParts {
    static final List<String> INDEX = List.of("backup", "index.yaml");

    private static final int MOST = 1000;
    private static final Set<String> SNAPSHOTS = Set.of("snapshots", "volume-snapshots");

    private final TreeSet<String> snapshots = new TreeSet<>();
    private final TreeSet<String> parts = new TreeSet<>();

    /** An entry other than the index, by the parts of its name, {@code backup} the first of them. */
    void add(List<String> path) {
        if (path.size() > 1 && SNAPSHOTS.contains(path.get(1))) {
            if (path.size() > 2) {
                snapshots.add(path.get(2));
            }
        } else if (path.size() > 1) {
            parts.add(path.get(1));
        }
        if (snapshots.size() + parts.size() > MOST) {
            throw new BadArchive("more than " + MOST + " parts");
        }
    }

    BackupContent with(String index) {
        return new BackupContent(index, List.copyOf(snapshots), List.copyOf(parts));
    }
}
