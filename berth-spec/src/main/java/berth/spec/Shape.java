package berth.spec;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys a mapping may have.
 *
 * @param keys that are read
 * @param later that have a meaning in Berth, but not yet here: refused as such, never passed over in silence
 */
record Shape(Set<String> keys, Set<String> later) {
    static Shape of(String... keys) {
        return new Shape(Set.of(keys), Set.of());
    }

    Shape later(String... names) {
        return new Shape(keys, Set.of(names));
    }

    boolean has(String key) {
        return keys.contains(key) || later.contains(key);
    }

    Set<String> all() {
        var all = new TreeSet<>(keys);
        all.addAll(later);
        return all;
    }
}
