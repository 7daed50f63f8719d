package berth.spec;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys a mapping may have.
 *
 * @param keys that are read
 * @param printed that a daemon tells of such a thing and that ask for nothing: passed over
 * @param later that have a meaning in Berth, but not yet here: refused as such, never passed over in silence
 */
record Shape(Set<String> keys, Set<String> later, Set<String> printed) {
    static Shape of(String... keys) {
        return new Shape(Set.of(keys), Set.of(), Set.of());
    }

    Shape later(String... names) {
        return new Shape(keys, Set.of(names), printed);
    }

    /** Keys that a daemon tells of a thing that is there, and that ask for nothing. */
    Shape printed(String... names) {
        return new Shape(keys, later, Set.of(names));
    }

    boolean has(String key) {
        return keys.contains(key) || later.contains(key) || printed.contains(key);
    }

    Set<String> all() {
        var all = new TreeSet<>(keys);
        all.addAll(later);
        return all;
    }
}
