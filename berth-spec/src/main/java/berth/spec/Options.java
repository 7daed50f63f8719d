package berth.spec;

import berth.model.Refused;
import berth.model.wanted.Origin;
import berth.spec.yaml.Tree;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A table of LXD's dotted keys.
 *
 * @param keys to what each takes; one that ends in {@code .*} stands for all keys that begin so
 * @param later keys that LXD has and Berth has not yet
 */
record Options(Map<String, Value> keys, Map<String, String> later) {

    /** What a key takes, or empty when there is none of that name. */
    Optional<Value> value(String key) {
        Value exact = keys.get(key);
        if (exact != null && !key.endsWith(".*")) {
            return Optional.of(exact);
        }
        return keys.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".*")
                        && key.startsWith(prefix(entry.getKey()))
                        && key.length() > prefix(entry.getKey()).length())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static String filled(Value value, String text) {
        if (text.isEmpty()) {
            throw Refused.invalid("is empty; leave the key out instead");
        }
        return value.normal(text);
    }

    /** What daemons note for themselves, and print. */
    private boolean own(String key) {
        return (key.startsWith("volatile.") || key.startsWith("image."))
                && value(key).isEmpty();
    }

    private static String prefix(String pattern) {
        return pattern.substring(0, pattern.length() - 1);
    }

    /** Reads a mapping of such keys, each value brought to its normal spelling. */
    SortedMap<String, String> read(Tree.Mapping mapping, String path, Findings findings) {
        var config = new TreeMap<String, String>();
        var places = new TreeMap<String, Origin>();
        for (Tree.Entry entry : mapping.entries()) {
            String key = entry.key();
            String at = path + "." + Findings.shown(key);
            Origin twin = places.putIfAbsent(key, entry.at());
            if (twin == null && own(key)) {
                findings.warning(entry.at(), at, "is the daemon's own note, and is passed over");
            } else if (twin != null) {
                findings.error(entry.at(), at, "is said already, at " + twin);
            } else if (later.containsKey(key)) {
                findings.error(entry.at(), at, later.get(key));
            } else if (entry.value() instanceof Tree.Mapping inner
                    && !inner.entries().isEmpty()) {
                findings.error(
                        entry.at(),
                        at,
                        "keys are written with dots here: "
                                + Findings.shown(
                                        key + "." + inner.entries().getFirst().key()));
            } else {
                Value value = value(key).orElse(null);
                if (value == null) {
                    findings.error(entry.at(), at, "unknown key." + findings.hint(key, keys.keySet()));
                } else {
                    findings.seen(path + "." + key, entry.at());
                    findings.text(entry.value(), at)
                            .flatMap(text -> findings.made(entry.value().at(), at, () -> filled(value, text)))
                            .ifPresent(text -> config.put(key, text));
                }
            }
        }
        return config;
    }
}
