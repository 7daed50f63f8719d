package berth.model.wanted;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a file says and this version does not carry out: checked as far as a file can be, and kept in one spelling. */
public sealed interface Kept {
    /** A single value; empty for nothing. */
    record Text(String text) implements Kept {}

    /** A list. */
    record Items(List<Kept> items) implements Kept {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Keys with values. */
    record Keys(SortedMap<String, Kept> keys) implements Kept {
        public Keys {
            keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        }
    }
}
