package berth.engine.device;

import berth.model.Quoted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The keys that devices of a type may have. Every type takes {@code type} and {@code user.*}. */
final class Keys {
    private final Map<String, Value> known = new HashMap<>();
    private final Set<String> required = new HashSet<>();

    /** One more key. */
    Keys with(String key, Value value) {
        known.put(key, value);
        return this;
    }

    /** More keys of one kind. */
    Keys with(Value value, String... keys) {
        for (String key : keys) {
            known.put(key, value);
        }
        return this;
    }

    /** One more key, which must be set. */
    Keys need(String key, Value value) {
        required.add(key);
        return with(key, value);
    }

    /** Refuses unknown keys and wrong values. */
    void check(Device device) {
        device.keys().keySet().forEach(key -> {
            if (!known.containsKey(key) && !key.equals("type") && !key.startsWith("user.")) {
                throw new Wrong("Invalid device option " + Quoted.of(key));
            }
        });
        required.stream().sorted().filter(key -> !device.has(key)).findFirst().ifPresent(key -> {
            throw new Wrong("Invalid value for device option " + Quoted.of(key) + ": Required value");
        });
        device.keys().forEach((key, text) -> {
            Value value = known.get(key);
            if (value != null && !text.isEmpty()) {
                check(key, text, value);
            }
        });
    }

    static void check(String key, String text, Value value) {
        try {
            value.check(text);
        } catch (Wrong wrong) {
            throw new Wrong("Invalid value for device option " + Quoted.of(key) + ": " + wrong.why());
        }
    }
}
