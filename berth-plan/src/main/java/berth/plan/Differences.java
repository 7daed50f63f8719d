package berth.plan;

import berth.model.wanted.Flat;
import berth.model.wanted.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What two wanted states of a site ask for differently, whatever the world is like. Pure. */
public final class Differences {
    private Differences() {}

    /**
     * A key that differs.
     *
     * @param object as {@code kind:name}
     * @param before null where the first does not ask for it
     * @param after null where the second does not
     */
    public record Key(
            String object,
            String key,
            @Nullable String before,
            @Nullable String after) {}

    /** The keys that differ, by object and key. */
    public static List<Key> between(Spec before, Spec after) {
        SortedMap<Target, SortedMap<String, String>> old = objects(before);
        SortedMap<Target, SortedMap<String, String>> now = objects(after);
        var targets = new TreeSet<>(old.keySet());
        targets.addAll(now.keySet());
        var keys = new ArrayList<Key>();
        for (Target target : targets) {
            Map<String, String> was = old.getOrDefault(target, new TreeMap<>());
            Map<String, String> is = now.getOrDefault(target, new TreeMap<>());
            var names = new TreeSet<>(was.keySet());
            names.addAll(is.keySet());
            for (String name : names) {
                String from = was.get(name);
                String to = is.get(name);
                if (from == null ? to != null : !from.equals(to)) {
                    keys.add(new Key(target.toString(), name, from, to));
                }
            }
        }
        return keys;
    }

    /** Files of the host count by their path: what was in them then is not known any more. */
    private static SortedMap<Target, SortedMap<String, String>> objects(Spec spec) {
        var objects = new TreeMap<Target, SortedMap<String, String>>();
        var server = spec.server();
        if (server != null) {
            objects.put(new Target("server", "settings"), Flat.of(server));
        }
        spec.pools().forEach((name, it) -> objects.put(new Target("pool", name.text()), Flat.of(it)));
        spec.networks().forEach((name, it) -> objects.put(new Target("network", name.text()), Flat.of(it)));
        spec.images().forEach((name, it) -> objects.put(new Target("image", name), Flat.of(it, path -> path)));
        spec.profiles().forEach((name, it) -> objects.put(new Target("profile", name.text()), Flat.of(it)));
        spec.instances()
                .forEach((name, it) -> objects.put(new Target("instance", name.text()), Flat.of(it, path -> path)));
        return objects;
    }
}
