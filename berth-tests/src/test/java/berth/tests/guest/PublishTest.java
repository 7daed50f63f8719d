package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Api;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Containers and their snapshots become images, and other containers are made of those. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PublishTest {
    private Daemon daemon;
    private Api api;
    private String bb = "";

    @BeforeAll
    void bring_an_image_in() throws Exception {
        daemon = Daemon.start("publish");
        api = daemon.api();
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"btrfs\",\"driver\":\"btrfs\",\"config\":{\"size\":\"512MiB\"}}");
        bb = Ground.image(daemon);
    }

    @AfterEach
    void delete_the_containers_and_their_images() {
        for (JsonNode each : api.get("/1.0/instances")) {
            if (api.get(each.asString()).path("status").asString().equals("Running")) {
                state(each.asString(), "stop");
            }
            api.done("DELETE", each.asString(), "");
        }
        for (JsonNode each : api.get("/1.0/images")) {
            if (!each.asString().endsWith(bb)) {
                api.done("DELETE", each.asString(), "");
            }
        }
    }

    @AfterAll
    void tidy_up() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private void create(String name, String image, String pool) {
        api.done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"" + name + "\",\"source\":{\"type\":\"image\",\"alias\":\"" + image
                        + "\"},\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"" + pool + "\"}}}");
    }

    private void state(String path, String action) {
        api.done("PUT", path + "/state", "{\"action\":\"" + action + "\",\"force\":true,\"timeout\":10}");
    }

    private void put(String name, String path, Map<String, String> headers, String content) {
        daemon.door()
                .ask("POST", "/1.0/instances/" + name + "/files?path=" + path, headers, bytes(content))
                .orFail();
    }

    private String file(String name, String path) {
        return daemon.door()
                .ask("GET", "/1.0/instances/" + name + "/files?path=" + path)
                .text();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode publish(String type, String name, String more) {
        return api.done(
                        "POST",
                        "/1.0/images",
                        "{\"source\":{\"type\":\"" + type + "\",\"name\":\"" + name + "\"}" + more + "}")
                .path("metadata");
    }

    private String refused(String body) {
        return api.finished(daemon.door().ask("POST", "/1.0/images", body)).text();
    }

    @Test
    void becomes_a_squashfs_when_that_is_asked_for() {
        create("c1", "bb", "dir");
        put("c1", "/home/it", Map.of("X-LXD-uid", "1000", "X-LXD-mode", "0750"), "it");
        String made = publish(
                        "instance", "c1", ",\"aliases\":[{\"name\":\"sq\"}],\"compression_algorithm\":\"squashfs\"")
                .path("fingerprint")
                .asString();
        var exported =
                daemon.door().ask("GET", "/1.0/images/" + made + "/export").orFail();
        assertThat(new String(exported.body(), 0, 4, StandardCharsets.ISO_8859_1))
                .isEqualTo("hsqs");
        create("c2", "sq", "btrfs");
        assertThat(file("c2", "/home/it")).isEqualTo("it");
        state("/1.0/instances/c2", "start");
        assertThat(api.get("/1.0/instances/c2").path("status").asString()).isEqualTo("Running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dir", "btrfs"})
    void a_container_and_its_snapshot_become_images_with_all_that_is_in_them(String pool) {
        create("c1", "bb", pool);
        put("c1", "/home/then", Map.of("X-LXD-uid", "1000", "X-LXD-gid", "1001", "X-LXD-mode", "0750"), "then");
        put("c1", "/home/link", Map.of("X-LXD-type", "symlink"), "/etc/passwd");
        daemon.door().ask("DELETE", "/1.0/instances/c1/files?path=/etc/hosts").orFail();
        api.done("POST", "/1.0/instances/c1/snapshots", "{\"name\":\"s1\"}");
        put("c1", "/home/then", Map.of(), "now");
        daemon.door()
                .ask(
                        "POST",
                        "/1.0/instances/c1/metadata/templates?path=name.tpl",
                        Map.of(),
                        bytes("{{ container.name }}"))
                .orFail();
        api.done(
                "PATCH",
                "/1.0/instances/c1/metadata",
                "{\"templates\":{\"/etc/hostname\":{\"when\":[\"create\"],\"template\":\"name.tpl\"}}}");
        state("/1.0/instances/c1", "start");
        assertThat(refused("{\"source\":{\"type\":\"instance\",\"name\":\"c1\"}}"))
                .contains("Cannot export a running instance as an image");
        var then =
                publish("snapshot", "c1/s1", ",\"aliases\":[{\"name\":\"then\"}],\"compression_algorithm\":\"zstd\"");
        state("/1.0/instances/c1", "stop");
        var now = publish(
                "instance",
                "c1",
                ",\"public\":true,\"filename\":\"mine\",\"expires_at\":\"2040-01-02T03:04:05Z\",\"properties\":{\"mine\":\"1\",\"os\":\"Own\"},"
                        + "\"aliases\":[{\"name\":\"now\",\"description\":\"of today\"}]");
        var image = api.get("/1.0/images/" + now.path("fingerprint").asString());
        assertThat(image.path("size").asString()).isEqualTo(now.path("size").asString());
        assertThat(image.path("public").asBoolean()).isTrue();
        assertThat(image.path("filename").asString()).isEqualTo("mine");
        assertThat(image.path("expires_at").asString()).isEqualTo("2040-01-02T03:04:05Z");
        assertThat(image.path("properties").path("mine").asString()).isEqualTo("1");
        assertThat(image.path("properties").path("os").asString()).isEqualTo("Own");
        assertThat(image.path("properties").path("release").asString()).isEqualTo("1");
        assertThat(image.path("aliases").path(0).path("description").asString()).isEqualTo("of today");
        create("d1", "then", pool);
        create("d2", "now", pool);
        assertThat(file("d1", "/home/then")).isEqualTo("then");
        assertThat(file("d2", "/home/then")).isEqualTo("now");
        var headers = daemon.door()
                .ask("GET", "/1.0/instances/d1/files?path=/home/then")
                .headers();
        assertThat(headers).containsEntry("x-lxd-uid", "1000").containsEntry("x-lxd-gid", "1001");
        assertThat(headers).containsEntry("x-lxd-mode", "0750");
        assertThat(file("d1", "/home/link")).isEqualTo("/etc/passwd");
        assertThat(daemon.door()
                        .ask("GET", "/1.0/instances/d1/files?path=/etc/hosts")
                        .status())
                .isEqualTo(404);
        state("/1.0/instances/d2", "start");
        assertThat(file("d2", "/etc/hostname")).isEqualTo("d2");
        assertThat(api.get("/1.0/instances/d1/metadata/templates").size()).isZero();
        assertThat(daemon.host()
                        .run("find", daemon.directory().toString(), "-name", "publish-*")
                        .out())
                .as("copies of snapshots")
                .isEmpty();
    }

    @Test
    void the_same_content_is_the_same_image() {
        create("c1", "bb", "dir");
        var once = publish("instance", "c1", ",\"compression_algorithm\":\"xz\"");
        assertThat(refused("{\"source\":{\"type\":\"instance\",\"name\":\"c1\"},\"compression_algorithm\":\"xz\"}"))
                .contains("Image with same fingerprint already exists");
        assertThat(publish("instance", "c1", ",\"compression_algorithm\":\"none\""))
                .isNotEqualTo(once);
    }

    @Test
    void what_cannot_be_is_refused_and_leaves_nothing() {
        create("c1", "bb", "dir");
        for (String body : List.of(
                "{\"source\":{\"type\":\"instance\"}}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"c1/s1\"}}",
                "{\"source\":{\"type\":\"snapshot\",\"name\":\"c1\"}}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"../c1\"}}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"c1\"},\"compression_algorithm\":\"gzip -9\"}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"c1\"},\"compression_algorithm\":\"sh\"}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"c1\"},\"aliases\":[{\"name\":\"a\\nb\"}]}",
                "{\"source\":{\"type\":\"instance\",\"name\":\"c1\"},\"aliases\":[{}]}")) {
            assertThat(daemon.door().ask("POST", "/1.0/images", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        for (String source : List.of("\"instance\",\"name\":\"nope\"", "\"snapshot\",\"name\":\"c1/nope\"")) {
            assertThat(daemon.door()
                            .ask("POST", "/1.0/images", "{\"source\":{\"type\":" + source + "}}")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(api.get("/1.0/images").size()).isEqualTo(1);
    }
}
