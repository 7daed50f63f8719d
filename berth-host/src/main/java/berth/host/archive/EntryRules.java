package berth.host.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the entries of one archive may be (security classes C1 and C6). One object per pass: it remembers what came before.
 *
 * <p>No absolute paths and no {@code ..}; what we read ourselves ({@code metadata.yaml}, {@code rootfs}, {@code templates})
 * comes once and is no link; nothing lies behind a link of the archive; a hard link stays in its tree; the budgets hold.
 */
final class EntryRules {
    private static final int MOST_LINKS = 2_000_000;
    private static final int MOST_COMPONENT = 255;

    private final Layout layout;
    private final ArchiveLimits limits;
    private final List<String> part;
    private final Layout inside;
    private final LongSet links = new LongSet();
    private final Set<String> tops = new HashSet<>();
    private long entries;
    private long bytes;
    private long apparent;

    EntryRules(Layout layout, ArchiveLimits limits) {
        this(layout, limits, List.of(), Layout.UNIFIED);
    }

    /**
     * Rules of a pass that wants one part of a backup.
     *
     * @param part the directory whose content is wanted; everything else in the archive is left out
     * @param inside how that content is laid out; as a root with the directory itself
     */
    EntryRules(Layout layout, ArchiveLimits limits, List<String> part, Layout inside) {
        this.layout = layout;
        this.limits = limits;
        this.part = List.copyOf(part);
        this.inside = inside;
    }

    /** What to do with an entry that is allowed. */
    enum Verdict {
        /** Part of what is wanted. */
        KEEP,
        /** Harmless, and not wanted: it is left out. */
        DROP
    }

    /** Judges the next entry; throws {@link BadArchive} when the whole archive must be refused. */
    Verdict judge(TarEntry entry) {
        if (++entries > limits.entries()) {
            throw new BadArchive("more than " + limits.entries() + " entries");
        }
        bytes += entry.stored();
        apparent += entry.apparent();
        if (bytes > limits.bytes() || apparent > limits.apparentBytes() || entry.apparent() > limits.apparentBytes()) {
            throw new BadArchive("unpacked it is larger than the limit of " + limits.bytes() + " bytes ("
                    + limits.apparentBytes() + " with holes), at " + entry.shown());
        }
        List<String> path = path(entry.name(), entry);
        boolean directory = entry.type() == TarKind.DIRECTORY;
        if (!directory && entry.name().endsWith("/")) {
            throw new BadArchive(entry.shown() + " ends in a slash but is no directory");
        }
        if (path.isEmpty()) {
            if (!directory) {
                throw new BadArchive("the top of the archive, " + entry.shown() + ", is no directory");
            }
            if (!tops.add("")) {
                throw new BadArchive("the top of the archive twice");
            }
            return layout == Layout.ROOT ? Verdict.KEEP : Verdict.DROP;
        }
        behindLink(path, entry);
        if (layout == Layout.BACKUP) {
            return ofBackup(path, entry);
        }
        Verdict verdict = layout == Layout.ROOT ? Verdict.KEEP : top(path, entry);
        if (entry.type() == TarKind.HARD_LINK) {
            hardLink(path, path(entry.link(), entry), entry);
        }
        return verdict;
    }

    private Verdict ofBackup(List<String> path, TarEntry entry) {
        if (!path.get(0).equals("backup")) {
            throw new BadArchive(entry.shown() + " lies outside of backup/");
        }
        if (path.size() <= part.size() || !path.subList(0, part.size()).equals(part)) {
            if (path.equals(part) && entry.type() != TarKind.DIRECTORY) {
                throw new BadArchive(entry.shown() + " is no directory");
            }
            boolean itself = inside == Layout.ROOT && path.equals(part);
            if (itself && !tops.add("")) {
                throw new BadArchive(entry.shown() + " comes twice");
            }
            return itself ? Verdict.KEEP : Verdict.DROP;
        }
        if (part.isEmpty()) {
            return Verdict.DROP;
        }
        List<String> below = path.subList(part.size(), path.size());
        Verdict verdict = inside == Layout.ROOT ? Verdict.KEEP : top(below, entry);
        if (entry.type() == TarKind.HARD_LINK) {
            List<String> target = path(entry.link(), entry);
            boolean within = target.size() > part.size()
                    && target.subList(0, part.size()).equals(part);
            hardLink(below, within ? target.subList(part.size(), target.size()) : List.of(), entry);
            throughLink(target, entry);
        }
        return verdict;
    }

    /** Content so far, holes not counted. */
    long bytes() {
        return bytes;
    }

    /** Entries so far. */
    long entries() {
        return entries;
    }

    /** The path of an entry in parts; refuses what could lead outside. */
    static List<String> path(String name, TarEntry entry) {
        if (name.isEmpty() || name.startsWith("/")) {
            throw new BadArchive(
                    name.isEmpty()
                            ? "an entry without a name"
                            : entry.shown() + " has the absolute path " + Shown.of(name));
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new BadArchive(entry.shown() + " leads outside: " + Shown.of(name));
            }
            if (part.length() > MOST_COMPONENT) {
                throw new BadArchive(entry.shown() + " has a name of more than " + MOST_COMPONENT + " bytes");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private Verdict top(List<String> path, TarEntry entry) {
        String top = path.get(0);
        boolean itself = path.size() == 1;
        boolean directory = entry.type() == TarKind.DIRECTORY;
        boolean file = entry.type() == TarKind.FILE;
        boolean fits = switch (top) {
            case "metadata.yaml" -> itself && file;
            case "rootfs.img" -> itself && file;
            case "rootfs" -> !itself || directory;
            case "templates" -> directory || !itself && file;
            default -> !entry.type().isDevice() && entry.type() != TarKind.FIFO;
        };
        if (!fits) {
            throw new BadArchive(entry.shown() + " may not be a "
                    + entry.type().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        if (itself && !tops.add(top)) {
            throw new BadArchive(entry.shown() + " comes twice");
        }
        if (top.equals("metadata.yaml") && entry.apparent() > limits.metadataBytes()) {
            throw new BadArchive(entry.shown() + " is " + entry.apparent() + " bytes long; at most "
                    + limits.metadataBytes() + " are accepted");
        }
        return switch (top) {
            case "metadata.yaml", "templates" -> Verdict.KEEP;
            case "rootfs" -> layout == Layout.METADATA ? Verdict.DROP : Verdict.KEEP;
            case "rootfs.img" -> layout == Layout.UNIFIED ? Verdict.KEEP : Verdict.DROP;
            default -> Verdict.DROP;
        };
    }

    private void hardLink(List<String> path, List<String> target, TarEntry entry) {
        if (target.isEmpty()
                || (layout == Layout.BACKUP ? inside : layout) != Layout.ROOT
                        && !(target.size() > 1 && target.get(0).equals(path.get(0)))) {
            throw new BadArchive(entry.shown() + " is a hard link out of its tree, to " + Shown.of(entry.link()));
        }
        if (layout != Layout.BACKUP) {
            throughLink(target, entry);
        }
    }

    private void throughLink(List<String> target, TarEntry entry) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < target.size() - 1; i++) {
            hash = hash(hash, target.get(i));
            if (links.contains(hash)) {
                throw new BadArchive(entry.shown() + " is a hard link through a symbolic link");
            }
        }
    }

    /** Refuses an entry behind or in place of a symbolic link that came before; remembers it if it is one itself. */
    private void behindLink(List<String> path, TarEntry entry) {
        long hash = 0xcbf29ce484222325L;
        for (String part : path) {
            hash = hash(hash, part);
            if (links.contains(hash)) {
                throw new BadArchive(entry.shown() + " lies behind, or replaces, a symbolic link of the archive");
            }
        }
        if (entry.type() == TarKind.SYMBOLIC_LINK) {
            if (links.size() >= MOST_LINKS) {
                throw new BadArchive("more than " + MOST_LINKS + " symbolic links");
            }
            links.add(hash);
        }
    }

    /** FNV-1a over the part and a slash: a clash would only refuse an archive. */
    private static long hash(long seed, String part) {
        long hash = seed;
        for (int i = 0; i < part.length(); i++) {
            hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
        }
        return (hash ^ '/') * 0x100000001b3L;
    }
}
