package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Images bring templates along, and containers made of them find them filled in. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TemplatesTest {
    private static final String METADATA = """
            templates:
              /etc/hostname:
                when: [create, copy, rename]
                template: hostname.tpl
              /etc/first:
                when: [create, copy, rename]
                create_only: true
                template: hostname.tpl
              /srv/new/facts:
                when: [start]
                template: facts.tpl
                properties: {greeting: hello}
              /var/lib/cloud/seed/nocloud-net/meta-data:
                when: [start]
                template: meta.tpl
              /var/lib/cloud/seed/nocloud-net/user-data:
                when: [start]
                template: user.tpl
                properties: {default: "#cloud-config\\n{}"}
              /etc/trigger:
                when: [create, copy, rename]
                template: trigger.tpl
            """;

    private Daemon daemon;
    private Api api;

    @BeforeAll
    void bring_the_image_in() throws Exception {
        daemon = Daemon.start("templates");
        api = daemon.api();
        Path directory = daemon.host().directory();
        Path plain = directory.resolve("bb.tar");
        run(Checkout.root().resolve("tools/busybox-image").toString(), plain.toString());
        Path work = Files.createDirectory(directory.resolve("image"));
        run("tar", "-xf", plain.toString(), "-C", work.toString());
        Path metadata = work.resolve("metadata.yaml");
        Files.writeString(metadata, Files.readString(metadata) + METADATA);
        Path templates = Files.createDirectory(work.resolve("templates"));
        Files.writeString(templates.resolve("hostname.tpl"), "{{ container.name }}\n");
        Files.writeString(templates.resolve("trigger.tpl"), "{{ trigger }} {{ path }}\n");
        Files.writeString(
                templates.resolve("meta.tpl"),
                "instance-id: {{ config_get(\"volatile.cloud-init.instance-id\", container.name) }}\n"
                        + "local-hostname: {{ container.name }}\n{{ config_get(\"user.meta-data\", \"\") }}");
        Files.writeString(
                templates.resolve("user.tpl"),
                "{{ config_get(\"cloud-init.user-data\", config_get(\"user.user-data\", properties.default)) }}");
        Files.writeString(
                templates.resolve("facts.tpl"),
                "{{ properties.greeting }} {{ instance.type }} {{ instance.architecture }} {{ instance.privileged }}"
                        + " {{ instance.ephemeral }} {{ config_get(\"user.x\", \"unset\") }} {{ devices.root.pool }}\n");
        Path image = directory.resolve("image.tar");
        run("tar", "-cf", image.toString(), "-C", work.toString(), "metadata.yaml", "templates", "rootfs");
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"btrfs\",\"driver\":\"btrfs\",\"config\":{\"size\":\"256MiB\"}}");
        api.importImage(Files.readAllBytes(image), "bb");
    }

    @AfterEach
    void delete_the_containers() {
        for (JsonNode each : api.get("/1.0/instances")) {
            if (api.get(each.asString()).path("status").asString().equals("Running")) {
                stop(each.asString());
            }
            api.done("DELETE", each.asString(), "");
        }
    }

    @AfterAll
    void tidy_up() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private void run(String... command) {
        daemon.host().run(command).orFail();
    }

    private void create(String name, String pool, String config) {
        api.done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"" + name + "\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"config\":{" + config
                        + "},\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"" + pool + "\"}}}");
    }

    private void start(String name) {
        api.done("PUT", "/1.0/instances/" + name + "/state", "{\"action\":\"start\"}");
    }

    private void stop(String path) {
        api.done("PUT", path + "/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
    }

    private Answer file(String name, String path) {
        return daemon.door().ask("GET", "/1.0/instances/" + name + "/files?path=" + path);
    }

    private void put(String name, String path, Map<String, String> headers, String content) {
        daemon.door()
                .ask(
                        "POST",
                        "/1.0/instances/" + name + "/files?path=" + path,
                        headers,
                        content.getBytes(StandardCharsets.UTF_8))
                .orFail();
    }

    private String pending(String name) {
        return api.get("/1.0/instances/" + name)
                .path("config")
                .path("volatile.apply_template")
                .asString("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dir", "btrfs"})
    void are_filled_in_for_a_creation_a_copy_a_rename_and_each_start(String pool) {
        create("c1", pool, "\"user.x\":\"1\"");
        assertThat(pending("c1")).isEqualTo("create");
        start("c1");
        assertThat(pending("c1")).isEmpty();
        assertThat(file("c1", "/etc/hostname").text()).isEqualTo("c1\n");
        assertThat(file("c1", "/etc/trigger").text()).isEqualTo("create /etc/trigger\n");
        assertThat(file("c1", "/srv/new/facts").text())
                .isEqualTo("hello container x86_64 false false 1 " + pool + "\n");
        assertThat(file("c1", "/srv/new/facts").headers().get("x-lxd-uid")).isEqualTo("0");
        assertThat(file("c1", "/srv/new/facts").headers().get("x-lxd-mode")).isEqualTo("0644");
        assertThat(file("c1", "/srv/new").headers().get("x-lxd-mode")).isEqualTo("0755");

        put("c1", "/etc/hostname", Map.of(), "own\n");
        put("c1", "/srv/new/facts", Map.of(), "own\n");
        stop("/1.0/instances/c1");
        api.done("PATCH", "/1.0/instances/c1", "{\"config\":{\"user.x\":\"2\"}}");
        start("c1");
        assertThat(file("c1", "/etc/hostname").text()).isEqualTo("own\n");
        assertThat(file("c1", "/srv/new/facts").text()).startsWith("hello").contains(" 2 ");
        stop("/1.0/instances/c1");

        api.done("POST", "/1.0/instances/c1", "{\"name\":\"c2\"}");
        assertThat(pending("c2")).isEqualTo("rename");
        start("c2");
        assertThat(file("c2", "/etc/hostname").text()).isEqualTo("c2\n");
        assertThat(file("c2", "/etc/trigger").text()).startsWith("rename ");
        assertThat(file("c2", "/etc/first").text()).as("only made once").isEqualTo("c1\n");
        stop("/1.0/instances/c2");

        api.done("POST", "/1.0/instances", "{\"name\":\"c3\",\"source\":{\"type\":\"copy\",\"source\":\"c2\"}}");
        assertThat(pending("c3")).isEqualTo("copy");
        start("c3");
        assertThat(file("c3", "/etc/hostname").text()).isEqualTo("c3\n");
        assertThat(file("c3", "/etc/trigger").text()).startsWith("copy ");
        assertThat(file("c3", "/etc/first").text()).isEqualTo("c1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"security.privileged\":\"true\""})
    void do_not_follow_a_guest_out_of_its_root(String config) throws IOException {
        Path canary = Files.createDirectories(daemon.host().directory().resolve("canary"));
        Path file = Files.writeString(canary.resolve("facts"), "untouched");
        create("c1", "dir", config);
        start("c1");
        var link = Map.of("X-LXD-type", "symlink");
        for (String target : List.of(canary.toString(), "../../../../../../.." + canary)) {
            daemon.door().ask("DELETE", "/1.0/instances/c1/files?path=/srv/new/facts");
            daemon.door().ask("DELETE", "/1.0/instances/c1/files?path=/srv/new");
            put("c1", "/srv/new", link, target);
            stop("/1.0/instances/c1");
            // What the link says leads to no directory in the root, so the start is refused; it never leads outside.
            var refused = api.finished(daemon.door().ask("PUT", "/1.0/instances/c1/state", "{\"action\":\"start\"}"));
            assertThat(refused.text()).contains("/srv/new/facts");
            daemon.door().ask("DELETE", "/1.0/instances/c1/files?path=/srv/new").orFail();
            daemon.door()
                    .ask(
                            "POST",
                            "/1.0/instances/c1/files?path=/srv/new",
                            Map.of("X-LXD-type", "directory"),
                            new byte[0])
                    .orFail();
            put("c1", "/srv/new/facts", link, target + "/facts");
            start("c1");
            assertThat(file("c1", "/srv/new/facts").text()).startsWith("hello");
            assertThat(file).hasContent("untouched");
            assertThat(canary).isDirectoryContaining(it -> it.equals(file));
        }
        put("c1", "/etc/inside", Map.of(), "mine");
        daemon.door()
                .ask("DELETE", "/1.0/instances/c1/files?path=/srv/new/facts")
                .orFail();
        put("c1", "/srv/new/facts", link, "/etc/inside");
        stop("/1.0/instances/c1");
        start("c1");
        assertThat(file("c1", "/etc/inside").text())
                .as("a link within is followed")
                .startsWith("hello");
    }

    @Test
    void seed_cloud_init_with_what_holds_now_and_a_new_instance_id_when_it_is_to_work_again() {
        String seed = "/var/lib/cloud/seed/nocloud-net/";
        create("c1", "dir", "\"user.meta-data\":\"mine: 1\"");
        start("c1");
        String first = instanceId("c1");
        assertThat(file("c1", seed + "meta-data").text())
                .isEqualTo("instance-id: " + first + "\nlocal-hostname: c1\nmine: 1");
        assertThat(file("c1", seed + "user-data").text()).isEqualTo("#cloud-config\n{}");
        api.done("PATCH", "/1.0/instances/c1", "{\"config\":{\"user.user-data\":\"#cloud-config\\na: 1\\n\"}}");
        String second = instanceId("c1");
        assertThat(second).isNotEqualTo(first);
        api.done("PATCH", "/1.0/instances/c1", "{\"config\":{\"cloud-init.user-data\":\"#cloud-config\\nb: 1\\n\"}}");
        api.done("PATCH", "/1.0/instances/c1", "{\"config\":{\"user.x\":\"1\",\"user.meta-data\":\"mine: 2\"}}");
        String third = instanceId("c1");
        assertThat(third).isNotEqualTo(second);
        api.done("PATCH", "/1.0/profiles/default", "{\"config\":{\"user.vendor-data\":\"#cloud-config\\nc: 1\\n\"}}");
        String fourth = instanceId("c1");
        assertThat(fourth).as("by a profile").isNotEqualTo(third);
        api.done("PUT", "/1.0/profiles/default", "{\"config\":{},\"devices\":{}}");
        stop("/1.0/instances/c1");
        api.done("PATCH", "/1.0/instances/c1", "{\"config\":{\"user.x\":\"2\"}}");
        String last = instanceId("c1");
        start("c1");
        assertThat(instanceId("c1")).isEqualTo(last).isNotEqualTo(fourth);
        assertThat(file("c1", seed + "meta-data").text())
                .isEqualTo("instance-id: " + last + "\nlocal-hostname: c1\nmine: 2");
        assertThat(file("c1", seed + "user-data").text()).isEqualTo("#cloud-config\nb: 1");
        stop("/1.0/instances/c1");
        api.done("POST", "/1.0/instances/c1", "{\"name\":\"c2\"}");
        assertThat(instanceId("c2")).isNotEqualTo(last);
        api.done("POST", "/1.0/instances", "{\"name\":\"c3\",\"source\":{\"type\":\"copy\",\"source\":\"c2\"}}");
        assertThat(instanceId("c3")).isNotEqualTo(instanceId("c2"));
    }

    private String instanceId(String name) {
        return api.get("/1.0/instances/" + name)
                .path("config")
                .path("volatile.cloud-init.instance-id")
                .asString("");
    }

    @Test
    void can_be_looked_at_and_changed_for_one_container() {
        create("c1", "dir", "");
        create("c2", "dir", "");
        String metadata = "/1.0/instances/c1/metadata";
        assertThat(api.get(metadata + "/templates").toString())
                .isEqualTo("[\"facts.tpl\",\"hostname.tpl\",\"meta.tpl\",\"trigger.tpl\",\"user.tpl\"]");
        assertThat(daemon.door()
                        .ask("GET", metadata + "/templates?path=hostname.tpl")
                        .text())
                .isEqualTo("{{ container.name }}\n");
        daemon.door()
                .ask("POST", metadata + "/templates?path=hostname.tpl", Map.of(), bytes("{{ container.name }}.lan\n"))
                .orFail();
        daemon.door()
                .ask("POST", metadata + "/templates?path=new.tpl", Map.of(), bytes("new\n"))
                .orFail();
        api.done(
                "PATCH",
                metadata,
                "{\"properties\":{\"mine\":\"1\"},\"templates\":{\"/etc/new\":{\"when\":[\"start\"],\"template\":\"new.tpl\"}}}");
        var shown = api.get(metadata);
        assertThat(shown.path("properties").path("os").asString()).isEqualTo("Busybox");
        assertThat(shown.path("properties").path("mine").asString()).isEqualTo("1");
        assertThat(shown.path("templates").size()).isEqualTo(7);
        daemon.door().ask("DELETE", metadata + "/templates?path=trigger.tpl").orFail();
        start("c2");
        assertThat(file("c2", "/etc/hostname").text()).as("of another one").isEqualTo("c2\n");
        assertThat(file("c2", "/etc/new").status()).isEqualTo(404);
        var refused = api.finished(daemon.door().ask("PUT", "/1.0/instances/c1/state", "{\"action\":\"start\"}"));
        assertThat(refused.text()).contains("Template \\\"trigger.tpl\\\" not found");
        api.done(
                "PUT",
                metadata,
                "{\"architecture\":\"x86_64\",\"creation_date\":1767225600,\"templates\":{"
                        + "\"/etc/hostname\":{\"when\":[\"create\"],\"template\":\"hostname.tpl\"},"
                        + "\"/etc/new\":{\"when\":[\"start\"],\"template\":\"new.tpl\"}}}");
        start("c1");
        assertThat(file("c1", "/etc/hostname").text()).isEqualTo("c1.lan\n");
        assertThat(file("c1", "/etc/new").text()).isEqualTo("new\n");
    }

    @Test
    void are_refused_when_they_are_wrong_and_nothing_is_changed() {
        create("c1", "dir", "");
        String metadata = "/1.0/instances/c1/metadata";
        var before = daemon.door().ask("GET", metadata).text();
        for (String body : List.of(
                "{}",
                "{\"architecture\":\"vax\",\"creation_date\":1}",
                "{\"architecture\":\"x86_64\"}",
                "{\"architecture\":\"x86_64\",\"creation_date\":1,\"templates\":{\"etc\":{\"when\":[\"start\"],\"template\":\"a\"}}}",
                "{\"architecture\":\"x86_64\",\"creation_date\":1,\"templates\":{\"/etc\":{\"when\":[\"often\"],\"template\":\"a\"}}}",
                "{\"architecture\":\"x86_64\",\"creation_date\":1,\"templates\":{\"/etc\":{\"when\":[\"start\"],\"template\":\"../a\"}}}",
                "{\"architecture\":\"x86_64\",\"creation_date\":1,\"templates\":{\"/etc\":null}}",
                "[]")) {
            assertThat(daemon.door().ask("PUT", metadata, body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(daemon.door()
                        .ask("PUT", metadata, Map.of("If-Match", "\"other\""), bytes("{\"architecture\":\"x86_64\"}"))
                        .status())
                .isEqualTo(412);
        assertThat(daemon.door().ask("GET", metadata).text()).isEqualTo(before);
        // An image may have templates in folders, which can be deleted; by hand none is put there.
        for (String path : List.of("", "..%2fx", "a%2fb", ".hidden", "%00", "x".repeat(256))) {
            for (String method : List.of("POST", "DELETE")) {
                assertThat(daemon.door()
                                .ask(method, metadata + "/templates?path=" + path, Map.of(), bytes("x"))
                                .status())
                        .as(method + " " + path)
                        .isEqualTo(method.equals("DELETE") && path.equals("a%2fb") ? 404 : 400);
            }
        }
        for (String text : List.of("{% include \"/etc/passwd\" %}", "{{ x", "\u0080".repeat(600_000))) {
            assertThat(daemon.door()
                            .ask("POST", metadata + "/templates?path=x", Map.of(), bytes(text))
                            .status())
                    .isEqualTo(400);
        }
        assertThat(daemon.door()
                        .ask("DELETE", metadata + "/templates?path=nope")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(metadata + "/templates").size()).isEqualTo(5);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
