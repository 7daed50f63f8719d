package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of one declared guest that serves a page, told from one test to the next. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeclaredGuestsTest {
    private static final String SITE = """
            berth: 1
            site: real
            pools: { p: { driver: dir } }
            networks: { br0: { config: { ipv4.address: 10.77.0.1/24, ipv6.address: none } } }
            instances:
              web:
                image: bb
                memory: 64MiB                # small on purpose
                guest.files: { /www/up: { content: "first" } }
                activation.reloadScript: [ sh, -c, "cp /www/up /www/live; pidof httpd || httpd -p 80 -h /www" ]
                health: { exec: [ test, -e, /www/up ], interval: 1s, start-period: 3s }
            """;
    private static final String SERVING =
            SITE.replace("first", "second").replace("exec: [ test, -e, /www/up ]", "http: 80/live");

    private Daemon daemon;
    private Api api;
    private Path file;
    private String renamed = "";

    @BeforeAll
    void open() throws Exception {
        daemon = Daemon.start("declared");
        api = daemon.api();
        Ground.image(daemon);
        file = daemon.host().directory().resolve("berth.yaml");
    }

    @AfterAll
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Answer apply(String text) {
        return daemon.apply(text);
    }

    private String berth(String... words) {
        return daemon.command("berth", words).out();
    }

    private String inside(String name, String line) {
        return daemon.inside(name, line);
    }

    private long pid(String name) {
        return api.get("/1.0/instances/" + name + "/state").path("pid").asLong();
    }

    private boolean wentWell(Answer end) {
        return end.metadata().path("status_code").asInt() == 200;
    }

    @Test
    @Order(1)
    void takes_up_a_changed_file_without_a_restart_and_then_serves_it() {
        assertThat(wentWell(apply(SITE))).isTrue();
        long before = pid("web");
        assertThat(wentWell(apply(SERVING))).isTrue();
        assertThat(pid("web")).isEqualTo(before);
        assertThat(inside("web", "cat /www/live")).isEqualTo("second");
        assertThat(berth("status")).containsPattern("web .* Running +healthy since .* \\(http:80/live, looked at");
    }

    @Test
    @Order(2)
    void becomes_what_it_was_when_a_change_makes_it_ill() {
        long before = pid("web");
        Answer end = apply(SERVING.replace("second", "third").replace("cp /www/up /www/live", "rm -f /www/live"));
        assertThat(wentWell(end)).isFalse();
        assertThat(end.metadata().path("err").asString()).contains("GET /live gave 404");
        assertThat(end.metadata()
                        .path("metadata")
                        .path("summary")
                        .path("undone")
                        .asLong())
                .isEqualTo(1);
        assertThat(pid("web")).isEqualTo(before);
        assertThat(inside("web", "cat /www/live")).isEqualTo("second");
        assertThat(wentWell(apply(SERVING))).isTrue();
    }

    @Test
    @Order(3)
    void is_not_changed_by_hand_in_silence_and_drift_finds_its_way_into_the_file() throws Exception {
        Files.writeString(file, SERVING);
        String memory = "{\"config\":{\"limits.memory\":\"80MiB\"}}";
        assertThat(daemon.door().ask("PATCH", "/1.0/instances/web", memory).status())
                .isEqualTo(403);
        assertThat(daemon.door()
                        .ask("PATCH", "/1.0/instances/web?override=1", memory)
                        .status())
                .isEqualTo(200);
        assertThat(berth("drift")).contains("instance:web", "limits.memory", "64MiB", "80MiB", "1 difference");
        assertThat(berth("drift", "web", "limits.memory", "--adopt", "-f", file.toString()))
                .contains(":8  limits.memory: 64MiB -> 80MiB");
        assertThat(file).content().isEqualTo(SERVING.replace("64MiB", "80MiB"));
        assertThat(wentWell(apply(Files.readString(file)))).isTrue();
        assertThat(berth("drift")).contains("no drift");
    }

    @Test
    @Order(4)
    void takes_its_data_along_to_another_name() {
        inside("web", "echo kept > /root/mine");
        renamed = SERVING.replace("64MiB", "80MiB")
                .replace("  web:\n", "  shop:\n    was: web\n")
                .replace("http: 80/live", "exec: [ test, -e, /www/up ]");
        assertThat(wentWell(apply(renamed))).isTrue();
        assertThat(inside("shop", "cat /root/mine; hostname")).isEqualTo("kept\nshop\n");
        assertThat(daemon.door().ask("GET", "/1.0/instances/web").status()).isEqualTo(404);
    }

    @Test
    @Order(5)
    void begins_anew_once_and_what_was_is_kept_until_it_is_purged() {
        assertThat(wentWell(apply(renamed.replace("was: web", "reset: 1")))).isTrue();
        assertThat(inside("shop", "cat /root/mine; cat /www/up")).isEqualTo("second");
        assertThat(api.get("/1.0/instances/shop-reset-0").path("status").asString())
                .isEqualTo("Stopped");
        assertThat(berth("purge", "--yes")).contains("instance:shop-reset-0", "1 deleted.");
    }

    @Test
    @Order(6)
    void gets_its_data_back_as_it_was_before_a_restart_and_that_can_be_taken_back() {
        String kept = renamed.replace("was: web", "reset: 1\n    snapshots.before: restart");
        assertThat(wentWell(apply(kept))).isTrue();
        long good = generation();
        inside("shop", "echo before > /root/mine");
        assertThat(wentWell(apply(
                        kept.replace("image: bb", "image: bb\n    config: { linux.sysctl.net.core.somaxconn: '99' }"))))
                .isTrue();
        inside("shop", "echo after > /root/mine; echo new > /root/more");
        assertThat(berth("rollback", String.valueOf(good), "--dry-run"))
                .contains("shop", "pre-" + (good + 1), "not used");

        berth("rollback", String.valueOf(good), "--with-state", "shop");
        assertThat(generation()).isEqualTo(good + 2);
        assertThat(inside("shop", "cat /root/mine; ls /root")).isEqualTo("before\nmine\n");

        berth("rollback", String.valueOf(good + 1), "--with-state", "shop");
        assertThat(inside("shop", "cat /root/mine /root/more")).isEqualTo("after\nnew\n");
        assertThat(wentWell(apply(kept))).isTrue();
    }

    private long generation() {
        return api.get("/1.0/sites/real").path("generation").asLong();
    }

    @Test
    @Order(7)
    void is_planned_again_when_the_file_or_the_host_changes_and_only_what_was_shown_is_applied() throws Exception {
        String now = renamed.replace("was: web", "reset: 1\n    snapshots.before: restart");
        Files.writeString(file, now);
        Path seen = daemon.host().directory().resolve("seen");
        daemon.host().run("mkfifo", seen.toString()).orFail();
        var opened = CompletableFuture.supplyAsync(() -> reader(seen));
        Process watching = daemon.host()
                .spawn(
                        Map.of("BERTH_DIR", daemon.directory().toString()),
                        seen.toFile(),
                        Checkout.root().resolve("bin/berth").toString(),
                        "plan",
                        file.toString(),
                        "--watch");
        try (var lines = opened.get(10, TimeUnit.SECONDS)) {
            until(lines, "no changes");
            Path other = Files.writeString(daemon.host().directory().resolve("other"), now.replace("80MiB", "72MiB"));
            Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            until(lines, "80MiB -> 72MiB");
            String plan = until(lines, "Just this: berth apply --plan ").replaceAll(".* ", "");
            daemon.door().ask("PATCH", "/1.0/instances/shop?override=1", "{\"config\":{\"limits.memory\":\"90MiB\"}}");
            until(lines, "90MiB -> 72MiB");
            assertThat(berth("apply", file.toString(), "--plan", plan)).isEmpty();
            assertThat(berth("apply", "--only-drift")).contains("instance:shop", "done.");
            until(lines, "80MiB -> 72MiB");
            assertThat(berth("apply", file.toString(), "--plan", String.valueOf(generation() + 1)))
                    .contains("done.");
            until(lines, "no changes");
        } finally {
            watching.destroy();
        }
        assertThat(wentWell(apply(now))).isTrue();
    }

    private static BufferedReader reader(Path fifo) {
        try {
            return Files.newBufferedReader(fifo);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static String until(BufferedReader lines, String text) {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (line.contains(text)) {
                                return line;
                            }
                        }
                    } catch (IOException trouble) {
                        throw new UncheckedIOException(trouble);
                    }
                    throw new AssertionError("it ended before it said " + text);
                })
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    @Order(8)
    void is_given_the_root_of_a_new_image_and_keeps_its_data_and_addresses_and_the_old_root_as_a_snapshot()
            throws Exception {
        Path data = Files.createDirectory(daemon.host().directory().resolve("data"));
        String now = renamed.replace("was: web", "reset: 1\n    snapshots.before: restart");
        String following = now.replace("instances:", "images: { app: { source: bb, refresh: rebuild } }\ninstances:")
                .replace(
                        "image: bb",
                        "image: app\n    devices: { data: { type: disk, source: " + data
                                + ", path: /data, shift: 'true' } }");
        assertThat(berth("apply", write(following))).contains("done.");
        assertThat(berth("plan", write(following))).contains("no changes");
        inside("shop", "echo kept > /data/mine; echo lost > /root/lost; touch /made-of-this");
        String mac = inside("shop", "cat /sys/class/net/eth0/address");
        berth("copy", "shop", "seed");
        berth("publish", "seed", "--alias", "bb2");
        berth("delete", "seed");
        inside("shop", "rm /made-of-this");

        String next = following.replace("source: bb,", "source: bb2,");
        assertThat(berth("plan", write(next))).contains("REPLACE", "made by this plan", "A33");
        assertThat(berth("apply", file.toString())).contains("snapshot pre-", ", rebuild", "done.");
        assertThat(inside("shop", "cat /data/mine; ls /made-of-this; cat /sys/class/net/eth0/address; cat /www/up"))
                .isEqualTo("kept\n/made-of-this\n" + mac + "second");
        assertThat(berth("plan", write(next))).contains("no changes");

        inside("shop", "echo newer > /root/lost");
        long generation = generation();
        berth("rollback", String.valueOf(generation - 1), "--with-state", "shop");
        assertThat(generation()).isEqualTo(generation + 1);
        assertThat(inside("shop", "cat /root/lost /data/mine; ls /made-of-this 2>&1"))
                .startsWith("lost\nkept\n")
                .contains("No such file");
        assertThat(berth("plan", write(following))).contains("no changes");
        assertThat(wentWell(apply(now))).isTrue();
    }

    private String write(String text) {
        try {
            return Files.writeString(file, text).toString();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    @Test
    @Order(9)
    void is_let_go_and_then_imported_into_another_site_without_a_change() throws Exception {
        long before = pid("shop");
        assertThat(berth("detach", "shop", "br0", "p")).contains("instance:shop");
        assertThat(pid("shop")).isEqualTo(before);
        String imported = berth("import", "lxd", "--from", daemon.directory().toString(), "--site", "other");
        Path other = Files.writeString(daemon.host().directory().resolve("other.yaml"), imported);
        String[] adopt = {
            "--adopt", "instance:shop", "--adopt", "network:br0", "--adopt", "pool:p", "--adopt", "profile:default"
        };
        var words = new java.util.ArrayList<>(List.of("apply", other.toString()));
        words.addAll(List.of(adopt));
        assertThat(berth(words.toArray(String[]::new))).contains("done.");
        assertThat(pid("shop")).isEqualTo(before);
        assertThat(berth("plan", other.toString())).contains("no changes");
    }
}
