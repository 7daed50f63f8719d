package berth.engine.template;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** The values that a template sees at a place, and how much it may still do: whoever wrote it is not trusted. */
final class Scope {
    private static final int MOST_WORK = 1_000_000;

    private final Map<String, @Nullable Object> values;
    private final BinaryOperator<String> configGet;
    private final int[] work;

    Scope(Map<String, ?> values, BinaryOperator<String> configGet) {
        this(new HashMap<>(values), configGet, new int[1]);
    }

    private Scope(Map<String, @Nullable Object> values, BinaryOperator<String> configGet, int[] work) {
        this.values = values;
        this.configGet = configGet;
        this.work = work;
    }

    /** The same values, to be added to without being seen outside. */
    Scope inner() {
        return new Scope(new HashMap<>(values), configGet, work);
    }

    @Nullable
    Object find(String name) {
        return values.get(name);
    }

    void set(String name, @Nullable Object value) {
        values.put(name, value);
    }

    String config(String key, String otherwise) {
        return configGet.apply(key, otherwise);
    }

    /** Counts; refuses when it is too much. */
    void work(int line, int units) {
        work[0] += units;
        if (work[0] > MOST_WORK || work[0] < 0) {
            throw new BadTemplate(line, "this makes too much work");
        }
    }
}
