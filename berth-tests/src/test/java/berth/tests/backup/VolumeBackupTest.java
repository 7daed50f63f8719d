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

/** A custom volume {@code v1} with a snapshot {@code s0}, on pools of both kinds, goes out as a file and comes in again. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VolumeBackupTest {
    private static final String OLD = "as it was";
    private static final String NEW = "as it is";
    private static final String V1 = "/1.0/storage-pools/dir/volumes/custom/v1";
    private Daemon daemon;
    private Api api;
    private byte[] image;

    @BeforeAll
    void make_a_volume() throws Exception {
        daemon = Daemon.start("volumebackup");
        api = daemon.api();
        image = Files.readAllBytes(Ground.archive(daemon.host()));
        furnish(api, "btrfs", "{\"size\":\"512MiB\"}");
        api.importImage(image, "bb");
        make(api, daemon.door());
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
    }

    /** The volume, filled by a guest that has it as a disk; the guest is gone afterwards. */
    private static void make(Api api, Door door) {
        api.done(
                "POST",
                "/1.0/storage-pools/dir/volumes/custom",
                "{\"name\":\"v1\",\"description\":\"ours\",\"config\":{\"user.x\":\"012\"}}");
        guest(api, "dir", "v1");
        write(door, OLD);
        api.done("POST", V1 + "/snapshots", "{\"name\":\"s0\"}");
        write(door, NEW);
        stop(api);
    }

    /** A stopped guest with the volume at /srv. */
    private static void guest(Api api, String pool, String volume) {
        api.done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"g\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},"
                        + "\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"dir\"},"
                        + "\"v\":{\"type\":\"disk\",\"path\":\"/srv\",\"pool\":\"" + pool + "\",\"source\":\""
                        + volume + "\"}}}");
        api.done("PUT", "/1.0/instances/g/state", "{\"action\":\"start\"}");
    }

    private static void write(Door door, String text) {
        door.ask(
                        "POST",
                        "/1.0/instances/g/files?path=/srv/file",
                        Map.of("X-LXD-mode", "0640", "X-LXD-uid", "1000"),
                        text.getBytes(StandardCharsets.UTF_8))
                .orFail();
    }

    private static byte[] exported(Api api, Door door, String how) {
        api.done("POST", V1 + "/backups", "{\"name\":\"b1\"" + how + "}");
        byte[] file = door.ask("GET", V1 + "/backups/b1/export").orFail().body();
        api.done("DELETE", V1 + "/backups/b1", "");
        return file;
    }

    private static Answer imported(Api api, Door door, byte[] file, String name, String pool) {
        return api.finished(door.ask(
                "POST",
                "/1.0/storage-pools/" + pool + "/volumes/custom",
                Map.of("Content-Type", "application/octet-stream", "X-LXD-name", name),
                file));
    }

    /** The volume is as {@code v1} is, now and at its snapshot; it is gone afterwards. */
    private static void whole(Api api, Door door, String name, String pool) {
        String one = "/1.0/storage-pools/" + pool + "/volumes/custom/" + name;
        assertThat(api.get(one).path("config").path("user.x").asString()).isEqualTo("012");
        assertThat(api.get(one).path("description").asString()).isEqualTo("ours");
        guest(api, pool, name);
        Answer file = door.ask("GET", "/1.0/instances/g/files?path=/srv/file").orFail();
        assertThat(file.text()).isEqualTo(NEW);
        assertThat(file.headers()).containsEntry("x-lxd-uid", "1000").containsEntry("x-lxd-mode", "0640");
        stop(api);
        // A copy of the snapshot: LXD forgets, when it restores, whose ids it wrote to the disk.
        api.done(
                "POST",
                "/1.0/storage-pools/" + pool + "/volumes/custom",
                "{\"name\":\"was\",\"source\":{\"type\":\"copy\",\"name\":\"" + name + "/s0\",\"pool\":\"" + pool
                        + "\"}}");
        guest(api, pool, "was");
        assertThat(door.ask("GET", "/1.0/instances/g/files?path=/srv/file")
                        .orFail()
                        .text())
                .isEqualTo(OLD);
        stop(api);
        api.done("DELETE", one, "");
        api.done("DELETE", "/1.0/storage-pools/" + pool + "/volumes/custom/was", "");
    }

    private static void stop(Api api) {
        api.done("PUT", "/1.0/instances/g/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
        api.done("DELETE", "/1.0/instances/g", "");
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
        try (var lxd = Lxd.start("volumelxd")) {
            var its = new Api(lxd.door());
            furnish(its, "dir", "{}");
            its.importImage(image, "bb");
            make(its, lxd.door());
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
    void stays_with_its_volume_through_a_new_name_and_another_pool_and_goes_with_it() {
        api.done("POST", "/1.0/storage-pools/dir/volumes/custom", "{\"name\":\"v2\"}");
        String volumes = "/1.0/storage-pools/dir/volumes/custom/";
        api.done("POST", volumes + "v2/backups", "{}");
        api.done("POST", volumes + "v2/backups/backup0", "{\"name\":\"kept\"}");
        api.done("POST", volumes + "v2", "{\"name\":\"v3\"}");
        assertThat(api.get(volumes + "v3/backups").toString()).contains("/volumes/custom/v3/backups/kept");
        api.done("POST", volumes + "v3", "{\"name\":\"v3\",\"pool\":\"other\"}");
        String there = volumes.replace("/dir/", "/other/");
        assertThat(api.get(there + "v3/backups?recursion=1").get(0).path("name").asString())
                .isEqualTo("kept");
        assertThat(daemon.door()
                        .ask("GET", there + "v3/backups/kept/export")
                        .orFail()
                        .body())
                .isNotEmpty();
        api.done("DELETE", there + "v3", "");
        assertThat(daemon.directory().resolve("backups")).isEmptyDirectory();
    }

    @Test
    void is_refused_at_once_when_it_is_none_or_what_it_says_may_not_be() {
        byte[] good = exported(api, daemon.door(), ",\"compression_algorithm\":\"none\"");
        for (String[] change : new String[][] {
            {"\"user.x\":\"012\"", "\"limit.x\":\"01\""}, // an unknown key
            {"\"type\":\"custom\",\"config\"", "\"type\":\"castum\",\"config\""},
            {"\"optimized\":false", "\"optimized\":true "},
            {"\"content_type\":\"filesystem\"", "\"content_type\":\"block\"     "},
        }) {
            byte[] bad = new String(good, StandardCharsets.ISO_8859_1)
                    .replace(change[0], change[1])
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(bad).as(change[0]).isNotEqualTo(good).hasSameSizeAs(good);
            Answer answer = imported(api, daemon.door(), bad, "bad", "dir");
            assertThat(answer.status()).as(answer.text()).isGreaterThanOrEqualTo(400);
        }
        assertThat(imported(api, daemon.door(), "no tar".getBytes(StandardCharsets.UTF_8), "bad", "dir")
                        .status())
                .isEqualTo(400);
        assertThat(api.get("/1.0/storage-pools/dir/volumes/custom?recursion=1").findValuesAsString("name"))
                .doesNotContain("bad");
        assertThat(daemon.directory().resolve("backups")).isEmptyDirectory();
    }
}
