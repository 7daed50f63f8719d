package berth.model.wanted;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The policies for drift of one object.
 *
 * @param policies by flat key ({@code config.limits.memory}, {@code power}); {@code ""} for every key that has none
 */
public record OnDrift(SortedMap<String, DriftPolicy> policies) {
    /** Nothing is said: all is put right. */
    public static final OnDrift UNSAID = new OnDrift(new TreeMap<>());

    private static final String PREFIX = "on-drift";

    public OnDrift {
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
    }

    /** The policy for a key. */
    public DriftPolicy of(String flatKey) {
        return policies.getOrDefault(flatKey, policies.getOrDefault("", DriftPolicy.REPAIR));
    }

    /** These, and where they say nothing the wider ones of a site; who speaks for a whole object speaks for all its keys. */
    public OnDrift within(OnDrift site) {
        var all = new TreeMap<>(policies.containsKey("") ? OnDrift.UNSAID.policies : site.policies);
        all.putAll(policies);
        return new OnDrift(all);
    }

    /** Those for keys that an object can have. */
    public OnDrift of(Predicate<String> flatKey) {
        var some = new TreeMap<>(policies);
        some.keySet().removeIf(key -> !flatKey.test(key));
        return new OnDrift(some);
    }

    /** Writes them into the flat map of their object. */
    void into(Map<String, String> flat) {
        policies.forEach((key, policy) -> flat.put(key.isEmpty() ? PREFIX : PREFIX + "." + key, policy.text()));
    }

    /** Those of the object that was applied so. */
    public static OnDrift of(SortedMap<String, String> flat) {
        var policies = new TreeMap<String, DriftPolicy>();
        flat.tailMap(PREFIX).forEach((key, word) -> {
            boolean whole = key.equals(PREFIX);
            if (whole || key.startsWith(PREFIX + ".")) {
                DriftPolicy.of(word).ifPresent(it -> policies.put(whole ? "" : key.substring(PREFIX.length() + 1), it));
            }
        });
        return new OnDrift(policies);
    }
}
