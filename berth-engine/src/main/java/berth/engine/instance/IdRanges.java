package berth.engine.instance;

import berth.engine.record.Shelves;
import berth.model.Effective;
import berth.model.IdMap;
import berth.model.Instance;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which host ids the ids of each unprivileged guest are: those of the host's range that all share, or with {@code
 * security.idmap.isolated} a part of it that no other isolated guest has; and what {@code raw.idmap} punches into that.
 * Nothing on disk depends on it, so that it may be another at each start.
 */
public final class IdRanges {
    private static final long USUAL = 65_536;
    private static final Pattern RANGE = Pattern.compile("\"Nsid\":([0-9]{1,10}),\"Maprange\":([0-9]{1,10})");

    /** Which host ids root may hand to guests: {@code /etc/subuid} and {@code /etc/subgid}, read at each question. */
    public interface SubIds {
        /** Whether all those host ids are root's to give, as users or as groups. */
        boolean allowed(boolean users, long first, long count);
    }

    private record Part(long first, long count) {
        boolean meets(Part other) {
            return first < other.first + other.count && other.first < first + count;
        }
    }

    private final Shelves shelves;
    private final IdMap whole;
    private final SubIds subIds;
    private final ReentrantLock choosing = new ReentrantLock();

    /**
     * Hands out parts of that range.
     *
     * @param whole the one range of the host, which guests that are not isolated share
     */
    public IdRanges(Shelves shelves, IdMap whole, SubIds subIds) {
        this.shelves = shelves;
        this.whole = whole;
        this.subIds = subIds;
    }

    /** The map of an instance with those effective keys; null for a privileged one. */
    @Nullable
    IdMap of(Instance instance, Map<String, String> config) {
        if (Settings.truthy(config.get("security.privileged"), false)) {
            return null;
        }
        var raw = IdMap.readRaw(config.getOrDefault("raw.idmap", ""));
        IdMap plain = isolated(config) ? new IdMap(base(instance, config), size(config)) : whole;
        return raw.isEmpty() ? plain : plain.with(raw);
    }

    /** Refuses effective keys with which no start could be; touches nothing. */
    void check(Map<String, String> config) {
        if (Settings.truthy(config.get("security.privileged"), false)) {
            return;
        }
        var raw = IdMap.readRaw(config.getOrDefault("raw.idmap", ""));
        for (IdMap.Entry it : raw) {
            for (boolean users : List.of(true, false)) {
                if ((users ? it.users() : it.groups()) && !subIds.allowed(users, it.outside(), it.count())) {
                    throw Refused.invalid("Invalid raw.idmap: the host's " + (users ? "user" : "group") + " id "
                            + it.outside() + " is not root's to give; add the line root:" + it.outside() + ":"
                            + it.count() + " to /etc/sub" + (users ? "uid" : "gid"));
                }
            }
        }
        if (!isolated(config)) {
            whole.with(raw);
            return;
        }
        String own = config.getOrDefault("security.idmap.base", "");
        if (size(config) < 1 || !own.isEmpty() && !inside(new Part(Long.parseLong(own), size(config)))) {
            throw none();
        }
        if (!own.isEmpty()) {
            new IdMap(Long.parseLong(own), size(config)).with(raw);
        }
    }

    /**
     * Chooses the ids for the next start and writes them down as {@code volatile.idmap.base} and {@code .next}; keeps what
     * it had when that can be.
     */
    Instance choose(Instance instance, Map<String, String> config) {
        check(config);
        choosing.lock(); // two guests that start at once may not choose the same; nothing in here takes long
        try {
            Instance chosen = instance.with("volatile.idmap.base", "0");
            if (isolated(config) && !Settings.truthy(config.get("security.privileged"), false)) {
                chosen = instance.with("volatile.idmap.base", Long.toString(free(instance, config)));
            }
            IdMap map = of(chosen, config);
            chosen = chosen.with("volatile.idmap.next", map == null ? "[]" : map.json());
            if (!chosen.equals(instance)) {
                shelves.instances().put(chosen);
            }
            return chosen;
        } finally {
            choosing.unlock();
        }
    }

    private long free(Instance instance, Map<String, String> config) {
        long size = size(config);
        String own = config.getOrDefault("security.idmap.base", "");
        if (!own.isEmpty()) {
            return Long.parseLong(own);
        }
        List<Part> taken = taken(instance);
        var had = new Part(number(instance.config().getOrDefault("volatile.idmap.base", "")), size);
        if (inside(had) && had.first() != whole.base() && taken.stream().noneMatch(had::meets)) {
            return had.first();
        }
        // The first part of the range belongs to guests that are not isolated.
        long first = whole.base() + USUAL;
        for (Part part : taken) {
            if (new Part(first, size).meets(part)) {
                first = part.first() + part.count();
            }
        }
        if (!inside(new Part(first, size))) {
            throw none();
        }
        return first;
    }

    /** The parts that other isolated guests have, or had when they were started last, in their order. */
    private List<Part> taken(Instance instance) {
        var parts = new ArrayList<Part>();
        for (Instance other : shelves.instances().all()) {
            if (other.id().equals(instance.id())) {
                continue;
            }
            var effective = Effective.of(other, shelves.profilesOf(other)).config();
            String own = effective.getOrDefault("security.idmap.base", "");
            if (isolated(effective) && !own.isEmpty()) {
                parts.add(new Part(Long.parseLong(own), size(effective)));
            }
            long base = number(other.config().getOrDefault("volatile.idmap.base", ""));
            if (base > 0) {
                parts.add(new Part(base, Math.max(size(effective), span(other))));
            }
        }
        parts.sort(Comparator.comparingLong(Part::first));
        return parts;
    }

    /** How many ids its last start had. */
    private static long span(Instance instance) {
        var range = RANGE.matcher(instance.config().getOrDefault("volatile.idmap.next", ""));
        long most = 0;
        while (range.find()) {
            most = Math.max(most, Long.parseLong(range.group(1)) + Long.parseLong(range.group(2)));
        }
        return most;
    }

    private boolean inside(Part part) {
        return part.first() >= whole.base() && part.first() + part.count() <= whole.base() + whole.size();
    }

    private long base(Instance instance, Map<String, String> config) {
        String own = config.getOrDefault("security.idmap.base", "");
        String chosen = instance.config().getOrDefault("volatile.idmap.base", "");
        long base = number(own.isEmpty() ? chosen : own);
        if (!inside(new Part(base, size(config)))) {
            // Never started yet: how many ids it has is all that anybody asks.
            return whole.base();
        }
        return base;
    }

    private static boolean isolated(Map<String, String> config) {
        return Settings.truthy(config.get("security.idmap.isolated"), false);
    }

    private static long size(Map<String, String> config) {
        String size = config.getOrDefault("security.idmap.size", "");
        return size.isEmpty() || size.equals("auto") ? USUAL : number(size);
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    }

    private Refused none() {
        return Refused.failed("Not enough uid/gid available for the container: the host has " + whole.size() + " from "
                + whole.base() + " (/etc/subuid and /etc/subgid, " + Quoted.of("root") + ")");
    }
}
