package berth.rest.resource;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object in the making: keys that are always there, and keys that LXD leaves out when there is nothing to say. */
final class Facts {
    private final Map<String, @Nullable Object> all = new LinkedHashMap<>();

    Facts with(String key, @Nullable Object value) {
        all.put(key, value);
        return this;
    }

    /** Leaves out what is empty or zero. */
    Facts unlessNone(String key, @Nullable Object value) {
        boolean none = switch (value) {
            case null -> true;
            case String text -> text.isEmpty();
            case Number number -> number.longValue() == 0;
            case Collection<?> many -> many.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
        return none ? this : with(key, value);
    }

    Map<String, @Nullable Object> done() {
        return all;
    }

    /** A list under its name, with its length. */
    static Map<String, @Nullable Object> counted(String name, Collection<?> list) {
        return new Facts().with(name, list).with("total", list.size()).done();
    }
}
