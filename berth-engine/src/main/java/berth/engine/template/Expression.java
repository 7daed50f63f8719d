package berth.engine.template;

import org.jspecify.annotations.Nullable;

/** Something that has a value: a text, a number, true or false, a list, a map, or nothing (null). */
@FunctionalInterface
interface Expression {
    /** Its value among those values. */
    @Nullable
    Object value(Scope scope);
}
