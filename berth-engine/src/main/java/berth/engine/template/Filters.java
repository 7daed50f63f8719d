package berth.engine.template;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be done to a value behind a {@code |}. */
final class Filters {
    /** From a value and a parameter, if any, to another value. */
    interface Filter {
        @Nullable
        Object of(@Nullable Object value, @Nullable Object parameter);
    }

    private static final Map<String, Filter> ALL = new TreeMap<>();
    private static final Pattern FIRST_LETTERS = Pattern.compile("\\b\\p{L}");

    static {
        ALL.put(
                "add",
                (value, more) -> value instanceof String || more instanceof String
                        ? Values.text(value) + Values.text(more)
                        : (Object) (Values.whole(value) + Values.whole(more)));
        ALL.put("addslashes", (value, _) -> Values.text(value).replaceAll("([\\\\\"'])", "\\\\$1"));
        ALL.put("capfirst", (value, _) -> capital(Values.text(value)));
        ALL.put("cut", (value, what) -> Values.text(value).replace(Values.text(what), ""));
        ALL.put("default", (value, other) -> Values.truth(value) ? value : other);
        ALL.put("default_if_none", (value, other) -> value == null ? other : value);
        ALL.put("divisibleby", (value, by) -> Values.whole(by) != 0 && Values.whole(value) % Values.whole(by) == 0);
        ALL.put("escape", (value, _) -> escaped(Values.text(value)));
        ALL.put("first", (value, _) -> Values.items(value).stream().findFirst().orElse(null));
        ALL.put("float", (value, _) -> Values.number(value));
        ALL.put("integer", (value, _) -> Values.whole(value));
        ALL.put(
                "join",
                (value, between) -> Values.items(value).stream()
                        .map(Values::text)
                        .collect(Collectors.joining(Values.text(between))));
        ALL.put("last", (value, _) -> last(Values.items(value)));
        ALL.put("length", (value, _) -> (long) Values.length(value));
        ALL.put("lower", (value, _) -> Values.text(value).toLowerCase(Locale.ROOT));
        ALL.put("safe", (value, _) -> value);
        ALL.put("split", (value, at) -> Arrays.asList(Values.text(value).split(Pattern.quote(Values.text(at)), -1)));
        ALL.put(
                "title",
                (value, _) -> FIRST_LETTERS
                        .matcher(Values.text(value).toLowerCase(Locale.ROOT))
                        .replaceAll(it -> it.group().toUpperCase(Locale.ROOT)));
        ALL.put("upper", (value, _) -> Values.text(value).toUpperCase(Locale.ROOT));
        ALL.put(
                "wordcount",
                (value, _) -> Values.text(value).isBlank()
                        ? 0L
                        : (long) Values.text(value).strip().split("\\s+").length);
        ALL.put("yesno", (value, words) -> yesNo(value, Values.text(words)));
    }

    private Filters() {}

    static @Nullable Filter named(String name) {
        return ALL.get(name);
    }

    static Iterable<String> names() {
        return ALL.keySet();
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static @Nullable Object last(List<?> items) {
        return items.isEmpty() ? null : items.getLast();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String yesNo(@Nullable Object value, String words) {
        String[] choice = words.isEmpty() ? new String[] {"yes", "no", "maybe"} : words.split(",", -1);
        int which = value == null ? 2 : Values.truth(value) ? 0 : 1;
        return choice[Math.min(which, choice.length - 1)];
    }
}
