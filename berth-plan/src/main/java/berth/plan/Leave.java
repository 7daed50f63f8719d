package berth.plan;

import berth.model.wanted.DriftPolicy;
import berth.model.wanted.OnDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Which keys of one object are left as they are found when they have drifted, and those that have. */
final class Leave {
    private final Target target;
    private final OnDrift policies;
    private final SortedMap<String, String> flat;
    private final SortedMap<String, String> applied;
    private final List<Drifted> drifted = new ArrayList<>();

    /**
     * @param flat what is asked for
     * @param applied what was asked for last
     */
    Leave(Target target, OnDrift policies, SortedMap<String, String> flat, SortedMap<String, String> applied) {
        this.target = target;
        this.policies = policies;
        this.flat = flat;
        this.applied = applied;
    }

    /** Whether a key is left alone: the file says what it said before, and what others make of it is not put right. */
    boolean leaves(String flatKey) {
        return !applied.isEmpty()
                && Objects.equals(flat.get(flatKey), applied.get(flatKey))
                && policies.of(flatKey) != DriftPolicy.REPAIR;
    }

    /** Whether a key that the file does have is left alone. */
    boolean leavesSaid(String flatKey) {
        return flat.containsKey(flatKey) && leaves(flatKey);
    }

    /** Notes what a key that is left alone should be and is. */
    void note(String shown, String flatKey, @Nullable String declared, @Nullable String found) {
        if (!Objects.equals(declared, found) && policies.of(flatKey) != DriftPolicy.IGNORE) {
            drifted.add(new Drifted(target, shown, declared, found, policies.of(flatKey)));
        }
    }

    /** The one that counts of two values of a field. */
    String field(String key, String actual, String wanted) {
        if (!leavesSaid(key)) {
            return wanted;
        }
        note(key, key, wanted, actual);
        return actual;
    }

    /** Lays what is over what is asked for, where that is left alone. */
    <V> void keep(
            String prefix, Map<String, V> merged, Map<String, V> actual, java.util.function.Function<V, String> text) {
        for (String key : List.copyOf(merged.keySet())) {
            if (leavesSaid(prefix + key)) {
                V found = actual.get(key);
                V declared = Objects.requireNonNull(merged.get(key));
                String shown = prefix.equals("config.") ? key : prefix + key;
                note(shown, prefix + key, text.apply(declared), found == null ? null : text.apply(found));
                if (found == null) {
                    merged.remove(key);
                } else {
                    merged.put(key, found);
                }
            }
        }
    }

    List<Drifted> drifted() {
        return List.copyOf(drifted);
    }
}
