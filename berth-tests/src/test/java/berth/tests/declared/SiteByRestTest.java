package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole life of a site by plain requests, as a client has it that knows the extension {@code berth_sites}. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SiteByRestTest {
    private static final String SITE = """
            berth: 1
            site: shop
            pools: { p: { driver: dir } }
            instances:
              web: { image: bb, network: none, memory: 64MiB, guest.files: { /etc/note: { content: first } } }
              db: { image: bb, network: none }
            """;

    private Daemon daemon;

    @BeforeAll
    void open() {
        daemon = Daemon.start("by-rest");
        Ground.image(daemon);
    }

    @AfterAll
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static String body(String text) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of("files", List.of(Map.of("name", "berth.yaml", "text", text))));
    }

    private JsonNode get(String path) {
        return daemon.api().get("/1.0/sites" + path);
    }

    private JsonNode ask(String path, String json) {
        return daemon.door().ask("POST", "/1.0/sites" + path, json).orFail().metadata();
    }

    /** One that goes on in the background and must end well. */
    private JsonNode done(String path, String json) {
        Answer begun = daemon.door().ask("POST", "/1.0/sites" + path, json);
        assertThat(begun.status()).describedAs(begun.text()).isEqualTo(202);
        JsonNode end = daemon.api().finished(begun).metadata();
        assertThat(end.path("status_code").asInt()).describedAs(end.toString()).isEqualTo(200);
        return end.path("metadata");
    }

    private static List<String> names(JsonNode list, String key) {
        return list.valueStream().map(it -> it.path(key).asString()).toList();
    }

    @Test
    void is_checked_planned_applied_looked_at_taken_back_repaired_let_go_and_purged() {
        assertThat(daemon.api().get("/1.0").path("api_extensions").toString()).contains("\"berth_sites\"");

        assertThat(ask("/check", body(SITE)).path("errors")).isEmpty();
        assertThat(ask("/check", body(SITE.replace("memory:", "memroy:")))
                        .path("errors")
                        .toString())
                .contains("Did you mean memory?");
        JsonNode plan = ask("/plan", body(SITE));
        assertThat(names(plan.path("changes"), "verdict")).containsOnly("create");
        assertThat(done("/apply", body(SITE)).path("generation").asLong()).isEqualTo(1);
        assertThat(ask("/plan", body(SITE)).path("changes")).isEmpty();

        assertThat(get("").toString()).contains("/1.0/sites/shop");
        assertThat(names(get("/shop").path("objects"), "name")).contains("web", "db", "p");
        assertThat(get("/shop/normal").path("normal").asString()).contains("limits.memory");

        String more = SITE.replace("64MiB", "96MiB").replaceAll("  db: .*\n", "");
        done("/apply", body(more));
        assertThat(get("/shop/generations?recursion=1")).hasSize(2);
        assertThat(get("/shop/generations/2").path("files").toString()).contains("96MiB");
        assertThat(get("/shop/diff?from=1&to=2").toString()).contains("config.limits.memory", "64MiB", "96MiB");
        assertThat(get("/shop/normal?generation=1").path("digest").asString())
                .isNotEqualTo(get("/shop/normal").path("digest").asString());

        daemon.door()
                .ask("PATCH", "/1.0/instances/web?override=1", "{\"config\":{\"limits.memory\":\"80MiB\"}}")
                .orFail();
        assertThat(get("/shop/drift").toString()).contains("80MiB");
        assertThat(ask(
                                "/adopt",
                                JsonMapper.shared()
                                        .writeValueAsString(Map.of(
                                                "files",
                                                List.of(Map.of("name", "berth.yaml", "text", more)),
                                                "object",
                                                "instance:web")))
                        .path("edits")
                        .toString())
                .contains("80MiB");
        done("/shop/repair", "{}");
        assertThat(get("/shop/drift").path("changes")).isEmpty();

        assertThat(names(
                        ask("/shop/rollback", "{\"generation\":1,\"dry_run\":true}")
                                .path("changes"),
                        "verdict"))
                .contains("revive");
        done("/shop/rollback", "{\"generation\":1}");
        assertThat(daemon.api().get("/1.0/instances/db").path("status").asString())
                .isEqualTo("Running");

        daemon.inside("db", "echo mine > /root/mine");
        assertThat(ask("/shop/reset", "{\"instances\":[\"db\"],\"dry_run\":true}")
                        .toString())
                .contains("A40");
        done("/shop/reset", "{\"instances\":[\"db\"]}");
        assertThat(daemon.inside("db", "ls /root")).isEmpty();
        assertThat(ask("/plan", body(SITE)).path("changes")).isEmpty();

        assertThat(ask("/shop/purge", "{\"dry_run\":true}").path("objects").toString())
                .contains("instance:db-reset-0");
        assertThat(done("/shop/purge", "{}").toString()).contains("instance:db-reset-0");
        assertThat(ask("/shop/detach", "{\"objects\":[\"web\"]}")
                        .path("objects")
                        .toString())
                .contains("instance:web");
        assertThat(daemon.api().get("/1.0/instances/web").path("status").asString())
                .isEqualTo("Running");
    }

    @Test
    void an_apply_that_the_daemon_died_in_is_told_of_and_what_it_left_is_finished_by_the_next() {
        String never = "berth: 1\nsite: cut\npools: { q: { driver: dir } }\ninstances:\n"
                + "  one: { image: bb, network: none, health: { exec: [ \"false\" ], start-period: 300s } }\n"
                + "  two: { image: bb, network: none, needs: [ one ] }\n";
        String answer = daemon.door()
                .ask("POST", "/1.0/sites/apply", body(never))
                .orFail()
                .text();
        String operation = answer.replaceAll("(?s).*\"operation\":\"([^\"]+)\".*", "$1");
        Awaitility.await()
                .until(() -> daemon.api()
                        .get(operation)
                        .path("metadata")
                        .path("steps")
                        .toString()
                        .contains("instance:one"));
        assertThat(get("/cut/generations/1").path("result").asString()).isEqualTo("running");

        daemon.kill();
        daemon.startAgain(Map.of());

        assertThat(get("/cut/generations/1").path("result").asString()).isEqualTo("interrupted");
        assertThat(names(get("/cut/drift").path("changes"), "name")).containsExactly("two");
        JsonNode end = done("/apply", body(never.replace("\"false\"", "\"true\"")));
        assertThat(end.path("generation").asLong()).isEqualTo(2);
        assertThat(get("/cut/generations/2").path("result").asString()).isEqualTo("ok");
    }
}
