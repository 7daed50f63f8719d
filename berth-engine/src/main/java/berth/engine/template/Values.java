package berth.engine.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values as pongo2 takes them. */
final class Values {
    private Values() {}

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Boolean truth -> truth ? "True" : "False";
            case Double number -> String.format(Locale.ROOT, "%f", number);
            case Map<?, ?> _ -> "<map[string]string Value>";
            case List<?> _ -> "<[]string Value>";
            case Object other -> other.toString();
        };
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case Map<?, ?> map -> !map.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Object other -> !other.toString().isEmpty();
        };
    }

    /** A text counts as the number that it writes, anything else as 0. */
    static double number(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case String text when text.matches("[+-]?[0-9]{1,18}([.][0-9]{1,18})?") -> Double.parseDouble(text);
            case null, default -> 0;
        };
    }

    static long whole(@Nullable Object value) {
        return value instanceof Long number ? number : (long) number(value);
    }

    static boolean same(@Nullable Object one, @Nullable Object other) {
        return Objects.equals(one, other);
    }

    static boolean contains(@Nullable Object in, @Nullable Object what) {
        return switch (in) {
            case String text -> text.contains(text(what));
            case List<?> list -> list.stream().anyMatch(it -> same(it, what));
            case Map<?, ?> map -> map.containsKey(text(what));
            case null, default -> false;
        };
    }

    static int length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> 0;
        };
    }

    /** What a loop goes through: the keys of a map, the characters of a text. */
    static List<?> items(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> map.keySet().stream().sorted().toList();
            case String text -> text.codePoints().mapToObj(Character::toString).toList();
            case null, default -> List.of();
        };
    }
}
