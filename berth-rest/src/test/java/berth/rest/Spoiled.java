package berth.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All the ways to put one wrong thing in one place of a body: generated, so that a new member is spoiled unasked. */
final class Spoiled {
    private static final String LONG = "a".repeat(70_000);

    /** What is put in the place of a value, as JSON text. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0.5",
            "1e999",
            "99999999999999999999999999",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[1,\"a\"]",
            "{\"\":null}",
            "{\"a\":{\"a\":1}}",
            "{\"a\":null}",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"a\\nb\"",
            "\"../../etc/passwd\"",
            "\"/etc/passwd\"",
            "\"a/b\"",
            "\"-x\"",
            "\"$(id);`id`\"",
            "\"%s%n%d\"",
            "\"\\ud800\"",
            "\"\\u202e\\u2028\\ud83d\\udca9\\u00e9\"",
            "\"2024-13-45T99:99:99Z\"",
            "\"99999999999999999999GiB\"",
            "\"- &a [*a,*a]\\n\"",
            "\"" + LONG + "\"",
            "[".repeat(200) + "]".repeat(200),
            "{\"a\":".repeat(90) + "1" + "}".repeat(90));

    /** What is put in the place of a key of a map. */
    private static final List<String> KEYS =
            List.of("", " ", "\u0000", "a\nb", "../x", "a/b", "\ud83d\udca9", "limits.memory", "root", LONG);

    private Spoiled() {}

    /** Bodies as text, each with one thing wrong. */
    static List<String> of(ObjectNode right) {
        List<String> all = new ArrayList<>();
        walk(right, right, all);
        String text = right.toString();
        for (int at : List.of(1, text.length() / 3, text.length() / 2, text.length() - 1)) {
            all.add(text.substring(0, at));
        }
        all.addAll(List.of(
                "", " ", "null", "[]", "1", "\"x\"", "{", "}", "{}{}", text + "x", "\ufeff" + text, "{\"a\":1,}"));
        all.add("[".repeat(100_000));
        all.add("{\"name\":\"" + LONG + LONG + "\"}");
        all.add("{\"\\u0000\":1,\"" + LONG + "\":1}");
        return all;
    }

    private static void walk(ObjectNode whole, JsonNode at, List<String> all) {
        if (at instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
                VALUES.forEach(it -> all.add(with(whole, object, member.getKey(), it)));
                all.add(twice(whole, object, member.getKey()));
                KEYS.forEach(it -> all.add(renamed(whole, object, member.getKey(), it)));
                walk(whole, member.getValue(), all);
            }
        } else if (at instanceof ArrayNode array && !array.isEmpty()) {
            JsonNode first = array.get(0);
            for (String value : VALUES) {
                array.set(0, array.stringNode("@@"));
                all.add(whole.toString().replace("\"@@\"", value));
            }
            array.set(0, array.stringNode("@@"));
            all.add(whole.toString()
                    .replace("\"@@\"", first + ",".concat(first.toString()).repeat(5_000)));
            array.set(0, first);
            walk(whole, first, all);
        }
    }

    private static String with(ObjectNode whole, ObjectNode in, String key, String value) {
        JsonNode was = in.get(key);
        in.put(key, "@@");
        String text = whole.toString().replace("\"@@\"", value);
        in.set(key, was);
        return text;
    }

    private static String twice(ObjectNode whole, ObjectNode in, String key) {
        JsonNode was = in.get(key);
        in.put(key, "@@");
        String text = whole.toString().replace("\"@@\"", was + ",\"" + key + "\":" + was);
        in.set(key, was);
        return text;
    }

    private static String renamed(ObjectNode whole, ObjectNode in, String key, String to) {
        JsonNode was = in.remove(key);
        in.set("@@", was);
        String text = whole.toString().replace("\"@@\"", in.stringNode(to).toString());
        in.remove("@@");
        in.set(key, was);
        return text;
    }
}
