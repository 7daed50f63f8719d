package berth.spec;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys a mapping may have.
 *
 * @param keys that are read
 * @param printed that a daemon tells of such a thing and that ask for nothing: passed over
 * @param later that have a meaning in Berth, but are not carried out yet: checked, kept, and told, never passed over in
 *     silence
 */
record Shape(Set<String> keys, Map<String, Form> later, Set<String> printed) {
    static Shape of(String... keys) {
        return new Shape(Set.of(keys), Map.of(), Set.of());
    }

    /** Keys of which nothing is known but that they will be there. */
    Shape later(String... names) {
        return later(Later.any(names));
    }

    /** Keys that will be there, and what may stand at them. */
    Shape later(Map<String, Form> forms) {
        return new Shape(keys, forms, printed);
    }

    /** Keys that a daemon tells of a thing that is there, and that ask for nothing. */
    Shape printed(String... names) {
        return new Shape(keys, later, Set.of(names));
    }

    boolean has(String key) {
        return keys.contains(key) || later.containsKey(key) || printed.contains(key);
    }

    Set<String> all() {
        var all = new TreeSet<>(keys);
        all.addAll(later.keySet());
        return all;
    }
}
