package berth.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which host ids the ids of a guest are. A privileged guest has none. Most maps are one range for both kinds of id; {@code
 * raw.idmap} punches other ids into it, for users, for groups or for both.
 *
 * @param entries in the order of their first id inside; no id inside and none outside is in two of the same kind
 */
public record IdMap(List<Entry> entries) {
    private static final long LAST = 0xFFFF_FFFFL;
    /** The kernel takes no more lines (user_namespaces(7)). */
    private static final int MOST_LINES = 340;

    /**
     * Ids in a row.
     *
     * @param users whether it holds for user ids
     * @param groups whether it holds for group ids
     * @param inside first id in the guest
     * @param outside first id on the host
     * @param count how many ids, at least 1
     */
    public record Entry(boolean users, boolean groups, long inside, long outside, long count) {
        public Entry {
            if (!(users || groups)
                    || inside < 0
                    || outside < 0
                    || count < 1
                    || count > LAST
                    || Math.max(inside, outside) + count > LAST) {
                throw Refused.invalid(
                        "Invalid id map: " + count + " ids from " + inside + " inside, " + outside + " outside");
            }
        }

        private Entry part(long from, long to) {
            return new Entry(users, groups, from, outside + from - inside, to - from);
        }

        private boolean sharesKind(Entry other) {
            return users && other.users || groups && other.groups;
        }
    }

    public IdMap {
        entries = entries.stream()
                .sorted(Comparator.comparingLong(Entry::inside).thenComparing(it -> !it.users()))
                .toList();
        for (boolean users : List.of(true, false)) {
            var kind = entries.stream()
                    .filter(it -> users ? it.users() : it.groups())
                    .toList();
            refuseOverlap(kind.stream().map(it -> new long[] {it.inside(), it.count()}), "in the guest");
            refuseOverlap(kind.stream().map(it -> new long[] {it.outside(), it.count()}), "on the host");
            if (kind.size() > MOST_LINES) {
                throw Refused.invalid("Invalid id map: more than " + MOST_LINES + " ranges");
            }
        }
    }

    /**
     * One range: {@code 0..size-1} inside are {@code base..base+size-1} outside.
     *
     * @param base first host id
     * @param size how many ids, at least 1
     */
    public IdMap(long base, long size) {
        this(List.of(new Entry(true, true, 0, base, size)));
    }

    private static void refuseOverlap(java.util.stream.Stream<long[]> ranges, String where) {
        var sorted = ranges.sorted(Comparator.comparingLong(it -> it[0])).toList();
        for (int i = 1; i < sorted.size(); i++) {
            long[] before = sorted.get(i - 1);
            if (before[0] + before[1] > sorted.get(i)[0]) {
                throw Refused.invalid("Invalid id map: the id " + sorted.get(i)[0] + " " + where + " is in two ranges");
            }
        }
    }

    /** The host's id for the guest's root; the first host id of all when it has no root. */
    public long base() {
        return users().getFirst().outside();
    }

    /** How many ids there are inside, counted from 0 to the last one. */
    public long size() {
        return entries.stream().mapToLong(it -> it.inside() + it.count()).max().orElse(0);
    }

    /** The ranges of user ids. */
    public List<Entry> users() {
        return entries.stream().filter(Entry::users).toList();
    }

    /** The ranges of group ids. */
    public List<Entry> groups() {
        return entries.stream().filter(Entry::groups).toList();
    }

    /** How somebody else writes down a range: its first id inside, its first id outside, how many. */
    public interface Range<R> {
        R of(long inside, long outside, long count);
    }

    /** The ranges of user ids in another form. */
    public <R> List<R> users(Range<R> form) {
        return in(form, users());
    }

    /** The ranges of group ids in another form. */
    public <R> List<R> groups(Range<R> form) {
        return in(form, groups());
    }

    private static <R> List<R> in(Range<R> form, List<Entry> ranges) {
        return ranges.stream()
                .map(it -> form.of(it.inside(), it.outside(), it.count()))
                .toList();
    }

    /** A word that is the same for the same map only, fit for a file name. */
    public String key() {
        if (entries.size() == 1 && base() >= 0 && entries.getFirst().inside() == 0) {
            return base() + "-" + size();
        }
        var text = new StringBuilder();
        entries.forEach(it -> text.append(it.users() ? "u" : "")
                .append(it.groups() ? "g" : "")
                .append(it.inside() + "." + it.outside() + "." + it.count() + "-"));
        return text.length() <= 60
                ? text.substring(0, text.length() - 1)
                : base() + "-" + size() + "-"
                        + Integer.toHexString(text.toString().hashCode());
    }

    /** The same map with other ranges in place of what they cover inside; refuses two names for one host id. */
    public IdMap with(List<Entry> punched) {
        var all = new ArrayList<Entry>(entries);
        for (Entry entry : punched) {
            var next = new ArrayList<Entry>();
            for (Entry old : all) {
                if (punched.contains(old) || !old.sharesKind(entry)) {
                    next.add(old);
                } else {
                    cut(old, entry, next);
                }
            }
            next.add(entry);
            all = next;
        }
        return new IdMap(all);
    }

    /** What is left of a range when another takes some of its ids, for the kinds that the other has. */
    private static void cut(Entry old, Entry hole, List<Entry> to) {
        boolean users = old.users() && !hole.users();
        boolean groups = old.groups() && !hole.groups();
        if (users || groups) {
            to.add(new Entry(users, groups, old.inside(), old.outside(), old.count()));
        }
        var rest = new Entry(
                old.users() && hole.users(), old.groups() && hole.groups(), old.inside(), old.outside(), old.count());
        long end = old.inside() + old.count();
        long holeEnd = hole.inside() + hole.count();
        if (hole.inside() >= end || holeEnd <= old.inside()) {
            to.add(rest);
            return;
        }
        if (hole.inside() > old.inside()) {
            to.add(rest.part(old.inside(), hole.inside()));
        }
        if (holeEnd < end) {
            to.add(rest.part(holeEnd, end));
        }
    }

    /**
     * Reads {@code raw.idmap}: lines {@code both|uid|gid HOST[-HOST] GUEST[-GUEST]}.
     *
     * @throws Refused what is wrong with which line
     */
    public static List<Entry> readRaw(String text) {
        var entries = new ArrayList<Entry>();
        for (String line : text.split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            String[] part = line.strip().split("\\s+");
            if (part.length != 3) {
                throw Refused.invalid("Invalid raw.idmap line " + Quoted.of(line)
                        + ": write \"both|uid|gid HOST[-HOST] GUEST[-GUEST]\"");
            }
            long[] host = range(part[1], line);
            long[] guest = range(part[2], line);
            if (host[1] != guest[1]) {
                throw Refused.invalid("Invalid raw.idmap line " + Quoted.of(line)
                        + ": The requested ranges differ in size: " + host[1] + " and " + guest[1]);
            }
            String kind = part[0].toLowerCase(Locale.ROOT);
            if (!kind.matches("both|uid|gid")) {
                throw Refused.invalid("Invalid raw.idmap line " + Quoted.of(line)
                        + ": the first word is both, uid or gid, not " + Quoted.of(part[0]));
            }
            entries.add(new Entry(!kind.equals("gid"), !kind.equals("uid"), guest[0], host[0], host[1]));
        }
        return List.copyOf(entries);
    }

    private static long[] range(String text, String line) {
        if (!text.matches("[0-9]{1,10}(-[0-9]{1,10})?")) {
            throw Refused.invalid(
                    "Invalid raw.idmap line " + Quoted.of(line) + ": " + Quoted.of(text) + " is no id and no range");
        }
        String[] ends = text.split("-");
        long from = Long.parseLong(ends[0]);
        long to = ends.length == 1 ? from : Long.parseLong(ends[1]);
        if (to < from || to >= LAST) {
            throw Refused.invalid(
                    "Invalid raw.idmap line " + Quoted.of(line) + ": " + Quoted.of(text) + " is no range of ids");
        }
        return new long[] {from, to - from + 1};
    }

    /** As LXD's {@code volatile.idmap.*} keys have it. */
    public String json() {
        var lines = new ArrayList<String>();
        for (boolean user : List.of(true, false)) {
            for (Entry it : user ? users() : groups()) {
                lines.add("{\"Isuid\":" + user + ",\"Isgid\":" + !user + ",\"Hostid\":" + it.outside() + ",\"Nsid\":"
                        + it.inside() + ",\"Maprange\":" + it.count() + "}");
            }
        }
        return "[" + String.join(",", lines) + "]";
    }
}
