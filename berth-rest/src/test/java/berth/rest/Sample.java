package berth.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A body with every member of its wire record, as right as can be said without knowing what it is for. */
final class Sample {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What a member is called, within a record or anywhere, and what it says; members of other names say {@code x}. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("name", "new1"),
            Map.entry("InstancesPost.type", "container"),
            Map.entry("InstancesPost.restore", ""),
            Map.entry("InstancesPost.instance_type", ""),
            Map.entry("InstancePut.restore", ""),
            Map.entry("InstanceSource.type", "none"),
            Map.entry("InstanceSource.source", "c1"),
            Map.entry("NetworksPost.type", "bridge"),
            Map.entry("ImagesPost.type", "url"),
            Map.entry("project", "default"),
            Map.entry("architecture", "x86_64"),
            Map.entry("driver", "fake"),
            Map.entry("action", "freeze"),
            Map.entry("text", "instances:\n  web1:\n    image: debian/12\n"),
            Map.entry("folder", "/srv"),
            Map.entry("distribution", "debian"),
            Map.entry("release", "none"),
            Map.entry("cwd", "/"),
            Map.entry("expires_at", "2030-01-01T00:00:00Z"));

    private Sample() {}

    static ObjectNode of(Class<?> type) {
        var node = NODES.objectNode();
        for (RecordComponent each : type.getRecordComponents()) {
            var given = each.getAccessor().getAnnotation(JsonProperty.class);
            String name = given == null
                    ? each.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)
                    : given.value();
            node.set(name, of(type, name, each.getGenericType()));
        }
        return node;
    }

    private static JsonNode of(Class<?> in, String name, Type type) {
        if (type instanceof ParameterizedType whole) {
            Type[] parts = whole.getActualTypeArguments();
            if (whole.getRawType() == List.class) {
                return NODES.arrayNode()
                        .add(name.equals("profiles") ? NODES.stringNode("default") : of(in, name + "[]", parts[0]));
            }
            boolean nested = parts[1] instanceof ParameterizedType;
            return NODES.objectNode()
                    .set(
                            nested ? "eth5" : name.equals("config") ? "user.x" : "type",
                            name.equals("devices")
                                    ? of(in, "devices.", parts[1])
                                    : nested ? of(in, name, parts[1]) : NODES.stringNode("none"));
        }
        if (type instanceof Class<?> plain && plain.isRecord()) {
            return of(plain);
        }
        if (type == boolean.class || type == Boolean.class) {
            return NODES.booleanNode(false);
        }
        if (type instanceof Class<?> number && (number.isPrimitive() || Number.class.isAssignableFrom(number))) {
            return NODES.numberNode(1);
        }
        String word = WORDS.getOrDefault(in.getSimpleName() + "." + name, WORDS.getOrDefault(name, "x"));
        return NODES.stringNode(type == java.time.Instant.class ? "2030-01-01T00:00:00Z" : word);
    }
}
