package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Kind;
import berth.model.ProjectName;
import berth.rest.http.UnixClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** What a site declares is not changed by hand in silence; what none declares is as free as it is in LXD. */
@Timeout(60)
class DeclaredObjectsTest extends InFurnishedHouse {
    private static final String SITE = """
            berth: 1
            site: demo
            profiles:
              base: { config: { limits.cpu: 2 } }
            instances:
              c1:
                image: bb
                profiles: [ default, base ]
                memory: 64MiB
            """;

    @BeforeEach
    void declare() throws IOException {
        var project = new ProjectName("default");
        var fingerprint = new Fingerprint("ab".repeat(32));
        var never = Instant.EPOCH;
        house.engine
                .useCases()
                .shelves()
                .images()
                .put(new Image(
                        project,
                        fingerprint,
                        Kind.CONTAINER,
                        "x86_64",
                        "",
                        1,
                        false,
                        false,
                        false,
                        false,
                        new TreeMap<>(),
                        List.of(),
                        never,
                        never,
                        never,
                        never));
        house.engine.useCases().shelves().aliases().put(new ImageAlias(project, "bb", "", fingerprint, Kind.CONTAINER));
        apply(SITE);
    }

    private void apply(String text) throws IOException {
        house.done(house.client.send("POST", "/1.0/sites/apply", body(text)));
    }

    private static String body(String text) {
        return new JsonMapper()
                .writeValueAsString(Map.of(
                        "files",
                        List.of(Map.of("name", "berth.yaml", "text", text)),
                        "adopt",
                        List.of("instance:c1"),
                        "await_ready",
                        false));
    }

    private Answer patch(String path, String json) throws IOException {
        return house.client.send("PATCH", path, json);
    }

    private Answer drift() throws IOException {
        return house.client.get("/1.0/sites/demo/drift");
    }

    @Test
    void refuse_a_change_of_a_key_that_the_file_says_and_name_the_line() throws IOException {
        String before = house.client.get("/1.0/instances/c1").body();
        Answer refused = patch("/1.0/instances/c1", "{\"config\":{\"limits.memory\":\"96MiB\"}}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body())
                .contains("limits.memory of instance c1 is declared in site demo (berth.yaml:6)")
                .contains("--override");
        assertThat(patch("/1.0/profiles/base", "{\"config\":{\"limits.cpu\":\"1\"}}")
                        .status())
                .isEqualTo(403);
        assertThat(house.follow(house.client.send("PUT", "/1.0/instances/c1", "{\"profiles\":[\"default\"]}"))
                        .get("err")
                        .asString())
                .contains("limits.memory, profiles of instance c1 are declared in site demo");
        assertThat(house.client.get("/1.0/instances/c1").body()).isEqualTo(before);
    }

    @Test
    void keep_an_image_of_the_file_by_its_name_and_by_its_fingerprint() throws IOException {
        apply(SITE + "images: { app: { source: bb, protect: [ delete ] } }\n");
        for (String path : List.of("/1.0/images/aliases/app", "/1.0/images/" + "ab".repeat(32))) {
            assertThat(house.client.send("DELETE", path, "").status()).isEqualTo(403);
            assertThat(house.client.send("DELETE", path + "?override=1", "").body())
                    .contains("is protected against deletion by site demo");
        }
    }

    @Test
    void leave_what_the_file_does_not_say_to_whoever_wants_it() throws IOException {
        assertThat(patch("/1.0/instances/c1", "{\"config\":{\"user.mine\":\"1\",\"limits.processes\":\"50\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(drift().metadata().get("changes").isEmpty()).isTrue();
        house.create("c2");
        assertThat(patch("/1.0/instances/c2", "{\"config\":{\"limits.memory\":\"96MiB\"}}")
                        .status())
                .isEqualTo(200);
        house.done(house.client.send("DELETE", "/1.0/instances/c2", ""));
    }

    @Test
    void are_changed_all_the_same_when_that_is_said_and_have_drifted_then() throws IOException {
        String memory = "{\"config\":{\"limits.memory\":\"96MiB\"}}";
        assertThat(patch("/1.0/instances/c1?override=1", memory).status()).isEqualTo(200);
        assertThat(drift().metadata().get("changes").toString()).contains("limits.memory", "96MiB", "drift");
        var header = house.client.send(
                "PATCH",
                "/1.0/profiles/base",
                Map.of("Berth-Override", "1"),
                "{\"config\":{\"limits.cpu\":\"1\"}}".getBytes(StandardCharsets.UTF_8));
        assertThat(header.status()).isEqualTo(200);
        apply(SITE);
        assertThat(drift().metadata().get("changes").isEmpty()).isTrue();
    }

    @Test
    void are_changed_freely_where_the_file_says_that_drift_is_only_told_or_adopted() throws IOException {
        apply(SITE + "    on-drift: { limits.memory: report }\n");
        assertThat(patch("/1.0/instances/c1", "{\"config\":{\"limits.memory\":\"96MiB\"}}")
                        .status())
                .isEqualTo(200);
        var drift = drift().metadata();
        assertThat(drift.get("changes").isEmpty()).isTrue();
        assertThat(drift.get("drifted").toString())
                .contains("instance:c1", "limits.memory", "64MiB", "96MiB", "report");
        assertThat(house.client.send("DELETE", "/1.0/instances/c1", "").status())
                .isEqualTo(403);
    }

    @Test
    void are_neither_deleted_nor_renamed_while_the_file_has_them() throws IOException {
        house.done(house.client.send("PUT", "/1.0/instances/c1/state", "{\"action\":\"stop\",\"force\":true}"));
        assertThat(house.client.send("DELETE", "/1.0/instances/c1", "").body())
                .contains("instance c1 is declared in site demo (berth.yaml:6)");
        assertThat(house.client
                        .send("POST", "/1.0/instances/c1", "{\"name\":\"c9\"}")
                        .status())
                .isEqualTo(403);
        assertThat(house.client.send("DELETE", "/1.0/profiles/base", "").status())
                .isEqualTo(403);
        apply(SITE.substring(0, SITE.indexOf("profiles:")));
        house.done(house.client.send("DELETE", "/1.0/instances/c1", ""));
        assertThat(house.client.send("DELETE", "/1.0/profiles/base", "").status())
                .isEqualTo(200);
    }
}
