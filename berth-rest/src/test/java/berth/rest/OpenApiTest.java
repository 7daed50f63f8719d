package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.rest.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code openapi.json} is made from the routes and records, and answers are as it says. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OpenApiTest extends InFurnishedHouse {
    private static final Path FILE = Path.of("src/main/resources/berth/rest/openapi.json");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final String SITE = """
            berth: 1
            site: shop
            profiles: { base: { devices: { root: { type: disk, path: /, pool: p1 } } } }
            """;

    private List<Route> routes() {
        return Door.routes(
                new DoorSettings(dir.resolve("unused"), null, false, () -> false, () -> {}), house.engine.useCases());
    }

    @Test
    void describes_every_request_and_no_other() throws IOException {
        var text = new OpenApiText();
        assertThat(text.described())
                .containsExactlyInAnyOrderElementsOf(routes().stream()
                        .filter(OpenApiText::open)
                        .map(OpenApiText::request)
                        .distinct()
                        .toList());
        String written = JSON.writeValueAsString(text.document(routes())) + "\n";
        if (System.getenv("BERTH_WRITE_DOCS") != null) {
            Files.writeString(FILE, written);
        }
        assertThat(Files.readString(FILE))
                .as("it is made from the routes: BERTH_WRITE_DOCS=1 mvn -o -q -B -pl berth-rest -am test"
                        + " -Dtest=OpenApiTest -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(written);
    }

    @Test
    void is_served_as_it_is() throws IOException {
        var answer = house.client.get("/1.0/berth/openapi");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.body()).isEqualTo(Files.readString(FILE));
        assertThat(answer.json().at("/paths/~11.0~1sites~1plan/post/summary").asString())
                .contains("What an apply would do");
    }

    @Test
    void says_how_plans_and_sites_look() throws IOException {
        JsonNode schemas = JSON.readTree(FILE.toFile()).at("/components/schemas");
        String body = JSON.writeValueAsString(
                java.util.Map.of("files", List.of(java.util.Map.of("name", "berth.yaml", "text", SITE))));
        fits(house.client.send("POST", "/1.0/sites/plan", body).metadata(), "PlanReport", schemas);
        house.done(house.client.send("POST", "/1.0/sites/apply", body));
        fits(house.client.get("/1.0/sites/shop").metadata(), "Site", schemas);
        fits(house.client.get("/1.0/sites/shop/drift").metadata(), "PlanReport", schemas);
        fits(house.client.get("/1.0/sites/shop/generations/1").metadata(), "SiteGeneration", schemas);
        fits(house.client.get("/1.0/profiles/base").metadata(), "Profile", schemas);
        fits(house.client.get("/1.0").metadata(), "Server", schemas);
        assertThat(wrong(JSON.readTree("{\"site\":7}"), schemas.get("PlanReport"), schemas, ""))
                .contains("/site is no string", "/changes is missing");
    }

    private static void fits(JsonNode value, String name, JsonNode schemas) {
        assertThat(wrong(value, schemas.get(name), schemas, ""))
                .as(name + " " + value)
                .isEmpty();
    }

    /** What of a value is not as a schema says, by its place. */
    private static List<String> wrong(JsonNode value, JsonNode schema, JsonNode schemas, String at) {
        if (schema.has("$ref")) {
            String reference = schema.get("$ref").asString();
            return wrong(value, schemas.get(reference.substring(reference.lastIndexOf('/') + 1)), schemas, at);
        }
        if (schema.has("oneOf")) {
            boolean one = schema.get("oneOf")
                    .valueStream()
                    .anyMatch(it -> wrong(value, it, schemas, at).isEmpty());
            return one ? List.of() : List.of(at + " is none of what it may be");
        }
        String type = schema.has("type") ? schema.get("type").asString() : "anything";
        boolean right = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> true;
        };
        if (!right) {
            return List.of(at + " is no " + type);
        }
        var wrong = new ArrayList<String>();
        schema.path("required")
                .valueStream()
                .map(JsonNode::asString)
                .filter(it -> !value.has(it))
                .forEach(it -> wrong.add(at + "/" + it + " is missing"));
        value.propertyStream().filter(_ -> schema.has("properties")).forEach(it -> {
            JsonNode known = schema.get("properties").get(it.getKey());
            wrong.addAll(
                    known == null
                            ? List.of(at + "/" + it.getKey() + " is not known")
                            : wrong(it.getValue(), known, schemas, at + "/" + it.getKey()));
        });
        if (schema.has("items")) {
            value.valueStream().forEach(it -> wrong.addAll(wrong(it, schema.get("items"), schemas, at + "/*")));
        }
        return wrong;
    }
}
