package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys and values out of {@code key=value} words. */
final class Pairs {
    private Pairs() {}

    /**
     * Reads the words. Two words of which the second has no equals sign are {@code key value}; a value of {@code -} is read
     * from the input.
     */
    static Map<String, String> of(Call call, List<String> words) throws IOException {
        var pairs = new LinkedHashMap<String, String>();
        if (words.size() == 2 && words.get(0).indexOf('=') < 0) {
            pairs.put(words.get(0), value(call, words.get(1)));
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new Usage("\"" + word + "\" is not of the form key=value");
            }
            pairs.put(word.substring(0, equals), value(call, word.substring(equals + 1)));
        }
        return pairs;
    }

    /** The object with the key of each {@code key=value} word. */
    static Json into(Json object, Call call, List<String> words) throws IOException {
        Json all = object;
        for (String word : words) {
            for (var pair : of(call, List.of(word)).entrySet()) {
                all = all.with(pair.getKey(), pair.getValue());
            }
        }
        return all;
    }

    private static String value(Call call, String value) throws IOException {
        return value.equals("-") ? call.terminal().everything() : value;
    }
}
