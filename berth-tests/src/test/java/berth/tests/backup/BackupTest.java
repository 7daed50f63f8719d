package berth.tests.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.host.Lxd;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import berth.tests.http.Door;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An instance {@code c1} with a snapshot {@code s0}, on pools of both kinds, goes out as a file and comes in again. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BackupTest {
    private static final String OLD = "as it was";
    private static final String NEW = "as it is";
    private Daemon daemon;
    private Api api;
    private byte[] image;

    @BeforeAll
    void make_an_instance() throws Exception {
        daemon = Daemon.start("backup");
        api = daemon.api();
        image = Files.readAllBytes(Ground.archive(daemon.host()));
        furnish(api, "btrfs", "{\"size\":\"512MiB\"}");
        make(api, daemon.door(), image);
    }

    @AfterAll
    void tidy_up() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static void furnish(Api api, String driver, String config) {
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"other\",\"driver\":\"" + driver + "\",\"config\":" + config + "}");
        api.done(
                "PATCH",
                "/1.0/profiles/default",
                "{\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"dir\"}}}");
    }

    private static void make(Api api, Door door, byte[] image) {
        api.importImage(image, "bb");
        api.done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"c1\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"config\":{\"user.x\":\"012\"}}");
        write(door, "c1", OLD);
        api.done("POST", "/1.0/instances/c1/snapshots", "{\"name\":\"s0\"}");
        write(door, "c1", NEW);
    }

    private static void write(Door door, String name, String text) {
        door.ask(
                        "POST",
                        "/1.0/instances/" + name + "/files?path=/root/file",
                        Map.of("X-LXD-mode", "0640", "X-LXD-uid", "1000"),
                        text.getBytes(StandardCharsets.UTF_8))
                .orFail();
    }

    private static byte[] exported(Api api, Door door, String how) {
        api.done("POST", "/1.0/instances/c1/backups", "{\"name\":\"b1\"" + how + "}");
        byte[] file =
                door.ask("GET", "/1.0/instances/c1/backups/b1/export").orFail().body();
        api.done("DELETE", "/1.0/instances/c1/backups/b1", "");
        return file;
    }

    private static Answer imported(Api api, Door door, byte[] file, String name, String pool) {
        return api.finished(door.ask(
                "POST",
                "/1.0/instances",
                Map.of("Content-Type", "application/octet-stream", "X-LXD-name", name, "X-LXD-pool", pool),
                file));
    }

    /** The instance is as {@code c1} is, now and at its snapshot; it is gone afterwards. */
    private static void whole(Api api, Door door, String name, String pool) {
        assertThat(api.get("/1.0/instances/" + name)
                        .path("config")
                        .path("user.x")
                        .asString())
                .isEqualTo("012");
        assertThat(api.get("/1.0/instances/" + name)
                        .path("expanded_devices")
                        .path("root")
                        .path("pool")
                        .asString())
                .isEqualTo(pool);
        Answer file = door.ask("GET", "/1.0/instances/" + name + "/files?path=/root/file")
                .orFail();
        assertThat(file.text()).isEqualTo(NEW);
        assertThat(file.headers()).containsEntry("x-lxd-uid", "1000").containsEntry("x-lxd-mode", "0640");
        api.done("PUT", "/1.0/instances/" + name, "{\"restore\":\"s0\"}");
        assertThat(door.ask("GET", "/1.0/instances/" + name + "/files?path=/root/file")
                        .orFail()
                        .text())
                .isEqualTo(OLD);
        api.done("DELETE", "/1.0/instances/" + name, "");
    }

    @Test
    void comes_back_whole_on_either_kind_of_pool_however_it_is_compressed() {
        for (String compression : new String[] {"gzip", "zstd", "none", "squashfs"}) {
            byte[] file = exported(api, daemon.door(), ",\"compression_algorithm\":\"" + compression + "\"");
            for (String pool : new String[] {"dir", "other"}) {
                assertThat(imported(api, daemon.door(), file, "back", pool).text())
                        .contains("\"Success\"");
                whole(api, daemon.door(), "back", pool);
            }
        }
        assertThat(daemon.directory().resolve("backups")).isEmptyDirectory();
    }

    @Test
    void goes_to_lxd_and_comes_from_it() throws Exception {
        assumeTrue(Lxd.installed(), "the package lxd is not installed");
        try (var lxd = Lxd.start("lxd")) {
            var its = new Api(lxd.door());
            furnish(its, "dir", "{}");
            make(its, lxd.door(), image);
            for (String compression : Lxd.compressions()) {
                String how = ",\"compression_algorithm\":\"" + compression + "\"";
                byte[] ours = exported(api, daemon.door(), how);
                assertThat(imported(its, lxd.door(), ours, "back", "other").text())
                        .contains("\"Success\"");
                whole(its, lxd.door(), "back", "other");
                byte[] theirs = exported(its, lxd.door(), how);
                assertThat(imported(api, daemon.door(), theirs, "back", "other").text())
                        .contains("\"Success\"");
                whole(api, daemon.door(), "back", "other");
            }
        }
    }

    @Test
    void is_refused_at_once_when_it_is_none_or_what_it_says_may_not_be() throws Exception {
        assertThat(imported(api, daemon.door(), "no tar".getBytes(StandardCharsets.UTF_8), "bad", "")
                        .status())
                .isEqualTo(400);
        byte[] good = exported(api, daemon.door(), ",\"compression_algorithm\":\"none\"");
        for (String[] change : new String[][] {
            {"\"user.x\":\"012\"", "\"limit.x\":\"01\""}, // an unknown key
            {"\"profiles\":[\"default\"]", "\"profiles\":[\"nowhere\"]"},
        }) {
            byte[] bad = new String(good, StandardCharsets.ISO_8859_1)
                    .replace(change[0], change[1])
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(bad).as(change[0]).isNotEqualTo(good).hasSameSizeAs(good);
            Answer answer = imported(api, daemon.door(), bad, "bad", "");
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        }
        assertThat(api.get("/1.0/instances?recursion=1").findValuesAsString("name"))
                .doesNotContain("bad");
        assertThat(daemon.directory().resolve("backups")).isEmptyDirectory();
    }

    @Test
    void goes_when_its_time_is_over() throws Exception {
        api.done("POST", "/1.0/instances/c1/backups", "{\"name\":\"old\",\"expires_at\":\"2020-01-01T00:00:00Z\"}");
        long until = System.nanoTime() + 90_000_000_000L;
        while (!api.get("/1.0/instances/c1/backups").isEmpty() && System.nanoTime() < until) {
            Thread.sleep(200);
        }
        assertThat(api.get("/1.0/instances/c1/backups")).isEmpty();
    }
}
