package berth.host.file;

import java.util.List;
import java.util.OptionalLong;

/** An id map of a mount: ranges for user ids and for group ids. Both empty: the same ids. */
public record IdExtents(List<IdExtent> users, List<IdExtent> groups) {
    /** The same ids as on disk. */
    public static final IdExtents SAME = new IdExtents(List.of(), List.of());

    public IdExtents {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** One map for both kinds of id. */
    public static IdExtents both(List<IdExtent> map) {
        return new IdExtents(map, map);
    }

    /** Reads {@code uid_map} and {@code gid_map} of a process: inside, outside, count. */
    public static IdExtents read(String uidMap, String gidMap) {
        return new IdExtents(read(uidMap), read(gidMap));
    }

    private static List<IdExtent> read(String map) {
        return map.lines()
                .map(it -> it.strip().split("\\s+"))
                .filter(it -> it.length == 3)
                .map(it -> new IdExtent(
                        Long.parseLong(it[0]), Long.parseLong(it[1]), Math.min(Long.parseLong(it[2]), 0xFFFF_FFFEL)))
                .toList();
    }

    /** What an id on disk is shown as, by ranges of one kind; empty when it is in none. */
    public static OptionalLong shown(List<IdExtent> map, long disk) {
        return map.stream()
                .filter(it -> disk >= it.disk() && disk - it.disk() < it.count())
                .mapToLong(it -> it.shown() + disk - it.disk())
                .findFirst();
    }

    /** What a shown id is on disk, by ranges of one kind; empty when it is in none. */
    public static OptionalLong onDisk(List<IdExtent> map, long shown) {
        return map.stream()
                .filter(it -> shown >= it.shown() && shown - it.shown() < it.count())
                .mapToLong(it -> it.disk() + shown - it.shown())
                .findFirst();
    }

    boolean isSame() {
        return users.isEmpty() && groups.isEmpty();
    }

    /** With one more id just after the last on disk that stands for our own 0, unless 0 is among the shown ones already. */
    IdExtents withOurselves() {
        return isSame() ? this : new IdExtents(withOurselves(users), withOurselves(groups));
    }

    private static List<IdExtent> withOurselves(List<IdExtent> map) {
        if (map.stream().anyMatch(it -> it.shown() == 0)) {
            return map;
        }
        long next = map.stream().mapToLong(it -> it.disk() + it.count()).max().orElse(0);
        var all = new java.util.ArrayList<>(map);
        all.add(new IdExtent(next, 0, 1));
        return all;
    }
}
