package berth.rest;

import berth.plan.Differences;
import berth.plan.PlanReport;
import berth.rest.http.Route;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes in OpenAPI's words: paths and methods from the routes themselves, bodies and answers from the records that they
 * are read into and written from, what they are for from {@code requests-described.tsv}.
 */
final class OpenApiText {
    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)}");
    private static final List<String> PREFIXES = List.of("/1.0/containers", "/1.0/virtual-machines");
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("SitePost", """
            {"files":[{"name":"berth.yaml","text":"berth: 1\\nsite: shop\\ninstances: { web1: { image: debian/12 } }\\n"}]}"""),
            Map.entry("SiteRollback", """
            {"generation":41,"with_state":["db"],"dry_run":true}"""),
            Map.entry("SiteRepair", """
            {"dry_run":true}"""),
            Map.entry("SiteReset", """
            {"instances":["web1"],"dry_run":true}"""),
            Map.entry("SiteDetach", """
            {"objects":["instance:web1"]}"""),
            Map.entry("SitePurge", """
            {"objects":["instance:web2"],"dry_run":true}"""),
            Map.entry("SiteAdopt", """
            {"files":[{"name":"berth.yaml","text":"…"}],"object":"instance:web1","key":"limits.memory"}"""),
            Map.entry("InstancesPost", """
            {"name":"web1","source":{"type":"image","alias":"debian/12"},"config":{"limits.memory":"1GiB"}}"""),
            Map.entry("InstanceStatePut", """
            {"action":"start"}"""));

    /** What a request is for. */
    record Row(String method, String path, String body, String query, String answer, String what) {
        String request() {
            return method + " " + path;
        }
    }

    private final Map<String, Object> schemas = new TreeMap<>();
    private final Map<String, Row> rows = new LinkedHashMap<>();

    OpenApiText() throws IOException {
        try (InputStream in = OpenApiText.class.getResourceAsStream("requests-described.tsv")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(line -> {
                        String[] cells = line.split("\t", -1);
                        var row = new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
                        rows.put(row.request(), row);
                    });
        }
    }

    /** The requests that are described. */
    Collection<String> described() {
        return rows.keySet();
    }

    /** The request that a route is described as: those of containers and machines are as those of instances. */
    static String request(Route route) {
        String path = route.pattern();
        for (String prefix : PREFIXES) {
            if (path.equals(prefix) || path.startsWith(prefix + "/")) {
                path = "/1.0/instances" + path.substring(prefix.length());
            }
        }
        return route.method() + " " + path;
    }

    /** Whether it is for others than Berth's own programs. */
    static boolean open(Route route) {
        return !route.pattern().startsWith("/internal/");
    }

    Map<String, Object> document(List<Route> routes) {
        var paths = new LinkedHashMap<String, Map<String, Object>>();
        for (Route route : routes.stream().filter(OpenApiText::open).toList()) {
            Row row = rows.get(request(route));
            if (row == null) {
                throw new IllegalStateException(request(route) + " is not in requests-described.tsv");
            }
            String path = row.path();
            if (!path.equals(route.pattern())) {
                paths.put(
                        route.pattern(),
                        reference("#/paths/" + path.replace("~", "~0").replace("/", "~1")));
                continue;
            }
            paths.computeIfAbsent(route.pattern(), _ -> new LinkedHashMap<>())
                    .put(route.method().toLowerCase(Locale.ROOT), operation(route, row));
        }
        schema(berth.wire.Operation.class);
        schemas.put(
                "Error",
                Map.of(
                        "type",
                        "object",
                        "properties",
                        sorted(
                                "type", Map.of("const", "error"),
                                "error", Map.of("type", "string"),
                                "error_code", Map.of("type", "integer"))));
        for (String type : List.of("sync", "async")) {
            schemas.put(
                    type,
                    sorted(
                            "type",
                            "object",
                            "properties",
                            sorted(
                                    "type", Map.of("const", type),
                                    "status", Map.of("type", "string"),
                                    "status_code", Map.of("type", "integer"),
                                    "operation", Map.of("type", "string"))));
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                sorted(
                        "title", "Berth",
                        "version", "1.0",
                        "description",
                                "LXD's REST API, series 5.0, and Berth's own requests below /1.0/berth, on the unix socket"
                                        + " unix.socket of the state directory. Operations go on in the background: answers of 202 name one"
                                        + " in Location, and GET that with /wait tells how it ended."));
        document.put("servers", List.of(Map.of("url", "http://berth", "description", "curl --unix-socket …")));
        document.put("paths", paths);
        Map<String, Object> refused =
                sorted("description", "Refused", "content", Map.of("application/json", Map.of("schema", to("Error"))));
        document.put("components", sorted("responses", Map.of("Refused", refused), "schemas", schemas));
        return document;
    }

    private Map<String, Object> operation(Route route, Row row) {
        var operation = new LinkedHashMap<String, Object>();
        operation.put("summary", row.what());
        operation.put("operationId", id(route));
        operation.put("tags", List.of(tag(route)));
        var parameters = new ArrayList<Map<String, Object>>();
        var names = NAME.matcher(route.pattern());
        while (names.find()) {
            parameters.add(parameter(names.group(1), "path", true));
        }
        if (!row.query().isEmpty()) {
            for (String name : row.query().split(",")) {
                parameters.add(parameter(name, "query", false));
            }
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (!row.body().isEmpty()) {
            operation.put("requestBody", Map.of("content", body(row.body())));
        }
        operation.put("responses", responses(row));
        return operation;
    }

    private Map<String, Object> body(String word) {
        if (word.equals("raw")) {
            return Map.of("application/octet-stream", Map.of());
        }
        var media = new LinkedHashMap<String, Object>();
        media.put("schema", named(word));
        if (EXAMPLES.containsKey(word)) {
            media.put("example", new tools.jackson.databind.json.JsonMapper().readTree(EXAMPLES.get(word)));
        }
        return Map.of("application/json", media);
    }

    private static Map<String, Object> parameter(String name, String in, boolean required) {
        var parameter = new LinkedHashMap<String, Object>();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("required", required);
        parameter.put("schema", Map.of("type", "string"));
        return parameter;
    }

    private Map<String, Object> responses(Row row) {
        var responses = new LinkedHashMap<String, Object>();
        switch (row.answer()) {
            case "operation" -> responses.put("202", answer("It has begun", "async", named("Operation")));
            case "upgrade" -> responses.put("101", Map.of("description", "The connection goes on as that"));
            case "raw" ->
                responses.put(
                        "200",
                        Map.of("description", "The bytes", "content", Map.of("application/octet-stream", Map.of())));
            case "text" -> responses.put("200", Map.of("description", "As it is, without an envelope"));
            default -> responses.put("200", answer("Done", "sync", metadata(row.answer())));
        }
        if (row.what().contains("with dry_run")) {
            responses.put("200", answer("With dry_run: the plan, or what would be deleted", "sync", Map.of()));
        }
        responses.put("default", reference("#/components/responses/Refused"));
        return responses;
    }

    private Map<String, Object> metadata(String word) {
        if (word.equals("none")) {
            return Map.of("type", "object");
        }
        if (word.equals("list")) {
            return array(Map.of("type", "string"));
        }
        String name = word.substring(0, word.length() - 1);
        if (word.endsWith("*")) {
            return array(named(name));
        }
        // Names of the objects, or with recursion the objects themselves.
        return word.endsWith("+")
                ? Map.of("oneOf", List.of(array(Map.of("type", "string")), array(named(name))))
                : named(word);
    }

    private static Map<String, Object> answer(String text, String type, Map<String, Object> metadata) {
        Map<String, Object> envelope = sorted("allOf", List.of(to(type)), "properties", Map.of("metadata", metadata));
        return sorted("description", text, "content", Map.of("application/json", Map.of("schema", envelope)));
    }

    private Map<String, Object> named(String word) {
        return switch (word) {
            case "object" -> Map.of("type", "object");
            case "PlanReport" -> schema(PlanReport.class);
            case "Key" -> schema(Differences.Key.class);
            case "SiteCheck" ->
                sorted(
                        "type",
                        "object",
                        "properties",
                        sorted(
                                "errors", array(schema(PlanReport.Message.class)),
                                "warnings", array(schema(PlanReport.Message.class))));
            case "SiteObjects" ->
                sorted("type", "object", "properties", Map.of("objects", array(Map.of("type", "string"))));
            default -> {
                try {
                    yield schema(Class.forName("berth.wire." + word));
                } catch (ClassNotFoundException unknown) {
                    throw new IllegalStateException("no record " + word, unknown);
                }
            }
        };
    }

    private Map<String, Object> schema(Class<?> record) {
        Class<?> outer = record.getEnclosingClass();
        String name = (outer == null ? "" : outer.getSimpleName()) + record.getSimpleName();
        if (!schemas.containsKey(name)) {
            schemas.put(name, Map.of()); // for those that hold one another
            var properties = new LinkedHashMap<String, Object>();
            var required = new TreeSet<String>();
            for (RecordComponent component : record.getRecordComponents()) {
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                Map<String, Object> type = type(component.getAnnotatedType());
                properties.put(
                        name(component), nullable ? Map.of("oneOf", List.of(type, Map.of("type", "null"))) : type);
                if (!nullable && component.getAccessor().getAnnotation(JsonInclude.class) == null) {
                    required.add(name(component));
                }
            }
            var schema = new LinkedHashMap<String, Object>();
            schema.put("type", "object");
            schema.put("properties", properties);
            if (!required.isEmpty() && !record.getSimpleName().matches(".*(Post|Put)")) {
                schema.put("required", List.copyOf(new ArrayList<>(required)));
            }
            schemas.put(name, schema);
        }
        return to(name);
    }

    private static String name(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null
                ? component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)
                : named.value();
    }

    private Map<String, Object> type(AnnotatedType annotated) {
        Type type = annotated.getType();
        if (type instanceof ParameterizedType parameterized && annotated instanceof AnnotatedParameterizedType whole) {
            Class<?> raw = (Class<?>) parameterized.getRawType();
            AnnotatedType last =
                    whole.getAnnotatedActualTypeArguments()[parameterized.getActualTypeArguments().length - 1];
            return Map.class.isAssignableFrom(raw)
                    ? sorted("type", "object", "additionalProperties", type(last))
                    : array(type(last));
        }
        if (!(type instanceof Class<?> plain) || plain == Object.class) {
            return Map.of();
        }
        if (plain == String.class || plain.isEnum()) {
            return Map.of("type", "string");
        }
        if (plain == Instant.class) {
            return sorted("type", "string", "format", "date-time");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (plain == double.class || plain == Double.class) {
            return Map.of("type", "number");
        }
        if (plain.isPrimitive() || Number.class.isAssignableFrom(plain)) {
            return Map.of("type", "integer");
        }
        return plain.isRecord() ? schema(plain) : Map.of();
    }

    private static Map<String, Object> array(Map<String, Object> items) {
        return sorted("type", "array", "items", items);
    }

    private static Map<String, Object> to(String name) {
        return reference("#/components/schemas/" + name);
    }

    private static Map<String, Object> reference(String what) {
        return Map.of("$ref", what);
    }

    private static String id(Route route) {
        return route.method().toLowerCase(Locale.ROOT)
                + route.pattern()
                        .replaceAll("[{}]", "")
                        .replaceAll("[^A-Za-z0-9]+", "_")
                        .replaceAll("_$", "");
    }

    private static String tag(Route route) {
        String[] parts = route.pattern().split("/");
        return parts.length < 3 ? "server" : parts[2].equals("berth") ? "berth " + parts[3] : parts[2];
    }

    /** In this order. */
    private static Map<String, Object> sorted(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
