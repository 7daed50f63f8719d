package berth.plan;

import berth.model.Declared;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Gathers the keys of one object that change. */
final class Keys {
    private final Judge judge;
    private final SortedMap<String, String> flat;
    private final SortedMap<String, String> applied;
    private final Rule.Facet facet;
    private final List<KeyChange> changes = new ArrayList<>();

    /**
     * @param flat what is asked for
     * @param applied what was asked for last
     * @param facet of keys that are given without one
     */
    Keys(Judge judge, SortedMap<String, String> flat, SortedMap<String, String> applied, Rule.Facet facet) {
        this.judge = judge;
        this.flat = flat;
        this.applied = applied;
        this.facet = facet;
    }

    /** A key that differs. */
    void changed(String key, String flatKey, @Nullable String from, @Nullable String to) {
        changes.add(judge.key(facet, key, key, from, to, cause(flatKey)));
    }

    /** A key that differs, with its facet and cause. */
    void add(KeyChange change) {
        changes.add(change);
    }

    /** A key that differs and costs nothing here. */
    void noted(String key, String flatKey, @Nullable String from, @Nullable String to) {
        changes.add(new KeyChange(key, from, to, Verdict.NONE, "A42", "see the guests that use it", cause(flatKey)));
    }

    /** A key that may differ. */
    void compare(String key, String flatKey, String from, String to) {
        if (!from.equals(to)) {
            changed(key, flatKey, from.isEmpty() ? null : from, to.isEmpty() ? null : to);
        }
    }

    /** Drift when the file asks for what it asked for last time; else the file's own doing. */
    Cause cause(String flatKey) {
        return flat.containsKey(flatKey) && Objects.equals(flat.get(flatKey), applied.get(flatKey))
                ? Cause.DRIFT
                : Cause.FILE;
    }

    /** When nothing differs but the object does not remember the file as it is now, that alone is a change. */
    void settle(@Nullable Declared declared) {
        if (changes.isEmpty() && (declared == null || !declared.applied().equals(flat))) {
            changes.add(new KeyChange(
                    "declared", null, null, Verdict.NONE, "A31", "what the site owns is noted", Cause.FILE));
        }
    }

    List<KeyChange> list() {
        return List.copyOf(changes);
    }

    /** Empty when there is nothing to do: no key differs and the object is not retired. */
    Optional<List<KeyChange>> changes(@Nullable Declared declared) {
        return changes.isEmpty() && (declared == null || !declared.retired()) ? Optional.empty() : Optional.of(list());
    }
}
