package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A site's file that is being written from what other tools keep. All that is understood is in it, also what this version
 * does not carry out; what is not understood is named, in the file and on standard error.
 */
final class Draft {
    private static final String NAME = "[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";

    private final Map<String, Object> site = new LinkedHashMap<>();
    private final Set<String> left = new LinkedHashSet<>();

    Draft(String name) {
        site.put("berth", 1L);
        site.put("site", name);
    }

    /** A guest's own keys; one whose name Berth does not take is called otherwise, and that is told. */
    Guest guest(String called) throws Usage {
        String name = called.matches(NAME)
                ? called
                : called.replaceAll("[^a-zA-Z0-9-]+", "-").replaceAll("^[^a-zA-Z]+|-+$", "");
        name = name.substring(0, Math.min(63, name.length()));
        if (!name.matches(NAME)) {
            throw new Usage("no guest can be called " + called);
        }
        if (inner(site, "instances").containsKey(name)) {
            throw new Usage("two guests would be called " + name + "; import them one by one");
        }
        if (!name.equals(called)) {
            left.add("instances." + name + ": it was called " + called);
        }
        return new Guest(name, inner(inner(site, "instances"), name));
    }

    /** A guest that is being written. */
    final class Guest {
        private final String name;
        private final Map<String, Object> keys;

        private Guest(String name, Map<String, Object> keys) {
            this.name = name;
            this.keys = keys;
        }

        String name() {
            return name;
        }

        /** Says a value at a path of keys. */
        void put(Object value, String... path) {
            Draft.put(keys, value, path);
        }

        /** One more value of a list. */
        void add(Object value, String... path) {
            Draft.add(keys, value, path);
        }

        boolean has(String key) {
            return keys.containsKey(key);
        }

        /** What could not be carried. */
        void left(String key, String why) {
            left.add("instances." + name + ": " + key + (why.isEmpty() ? "" : ": " + why));
        }
    }

    /** Says a value of the site at a path of keys. */
    void put(Object value, String... path) {
        put(site, value, path);
    }

    private static void put(Map<String, Object> from, Object value, String... path) {
        Map<String, Object> at = from;
        for (int i = 0; i < path.length - 1; i++) {
            if (!(at.get(path[i]) instanceof Map<?, ?>)) {
                at.remove(path[i]); // a word that what follows says more exactly
            }
            at = inner(at, path[i]);
        }
        at.put(path[path.length - 1], value);
    }

    private static void add(Map<String, Object> from, Object value, String... path) {
        Map<String, Object> at = from;
        for (int i = 0; i < path.length - 1; i++) {
            if (!(at.get(path[i]) instanceof Map<?, ?>)) {
                at.remove(path[i]);
            }
            at = inner(at, path[i]);
        }
        var list = new ArrayList<Object>();
        if (at.get(path[path.length - 1]) instanceof List<?> already) {
            list.addAll(already);
        }
        list.add(value);
        at.put(path[path.length - 1], list);
    }

    @SuppressWarnings("unchecked") // only this class puts maps in
    private static Map<String, Object> inner(Map<String, Object> from, String key) {
        return (Map<String, Object>) from.computeIfAbsent(key, it -> new LinkedHashMap<String, Object>());
    }

    private static Json json(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Json>();
                map.forEach((key, inside) -> fields.put(String.valueOf(key), json(inside)));
                yield new Json.Obj(fields);
            }
            case List<?> list -> new Json.Arr(list.stream().map(Draft::json).toList());
            case Boolean truth -> Json.of(truth);
            case Long number -> Json.of(number);
            default -> Json.of(String.valueOf(value));
        };
    }

    /** Prints the file, and beside it what is not carried and what a daemon, if there is one, does not take yet. */
    int write(Call call, int read, String noun) {
        Json whole = json(site);
        var out = call.terminal().out();
        var err = call.terminal().err();
        left.forEach(it -> out.println("# not carried: " + it));
        out.print(Yaml.write(whole));
        err.println(Sites.count(read, noun) + " read.");
        left.forEach(it -> err.println("not carried: " + it));
        int wrong = 0;
        for (Json error : errors(call, Yaml.write(whole))) {
            boolean later = error.text("text").contains("not supported yet");
            err.println((later ? "kept, but not carried out by this version: " : "to be put right by hand: ")
                    + error.text("path")
                    + (later ? "" : ": " + error.text("text")));
            wrong += later ? 0 : 1;
        }
        return wrong == 0 ? 0 : 1;
    }

    private static List<Json> errors(Call call, String text) {
        try {
            Json file = Json.object().with("name", "import.yaml").with("text", text);
            return call.server()
                    .post(
                            "/1.0/sites/check",
                            Json.object()
                                    .with("files", new Json.Arr(List.of(file)))
                                    .with("host", Json.of(false)))
                    .metadata()
                    .at("errors")
                    .items();
        } catch (IOException none) {
            call.terminal().err().println("not checked, for no daemon answers; see to it by: berth check");
            return List.of();
        }
    }
}
