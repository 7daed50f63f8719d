package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Api;
import berth.tests.http.Door;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two running guests, {@code a} and {@code b}, ask at {@code /dev/lxd/sock} by a small program of ours. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GuestApiTest {
    private Daemon daemon;
    private Api api;

    @BeforeAll
    void start_two_guests() throws Exception {
        daemon = Daemon.start("guestapi");
        api = daemon.api();
        Path call = daemon.host().directory().resolve("call");
        Path source = Checkout.root().resolve("berth-tests/src/test/resources/guest/call.c");
        daemon.host()
                .run("gcc", "-static", "-o", call.toString(), source.toString())
                .orFail();
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        Ground.image(daemon);
        for (String name : new String[] {"a", "b"}) {
            api.done(
                    "POST",
                    "/1.0/instances",
                    "{\"name\":\"" + name + "\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"config\":{"
                            + "\"user.who\":\"" + name + "\",\"limits.processes\":\"500\"},\"devices\":"
                            + "{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"dir\"}}}");
            daemon.door()
                    .ask(
                            "POST",
                            "/1.0/instances/" + name + "/files?path=/root/call",
                            Map.of("X-LXD-mode", "0755"),
                            Files.readAllBytes(call))
                    .orFail();
            api.done("PUT", "/1.0/instances/" + name + "/state", "{\"action\":\"start\"}");
        }
    }

    @AfterAll
    void tidy_up() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** What a shell line prints in a guest. */
    private String inside(String name, String line) {
        return daemon.inside(name, line);
    }

    private String ask(String name, String path) {
        return inside(name, "/root/call " + path);
    }

    private void set(String name, String key, String value) {
        daemon.door()
                .ask("PATCH", "/1.0/instances/" + name, "{\"config\":{\"" + key + "\":\"" + value + "\"}}")
                .orFail();
    }

    @Test
    void tell_each_guest_of_itself_and_of_no_other() {
        for (String name : new String[] {"a", "b"}) {
            assertThat(ask(name, "/1.0/config/user.who"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("\r\n\r\n" + name);
            assertThat(ask(name, "/1.0/meta-data")).contains("local-hostname: " + name + "\n");
        }
    }

    @Test
    void show_only_the_keys_meant_for_the_guest() {
        assertThat(ask("a", "/1.0/config")).contains("/1.0/config/user.who").doesNotContain("limits");
        assertThat(ask("a", "/1.0/config/limits.processes")).startsWith("HTTP/1.1 403");
        assertThat(ask("a", "/1.0/config/user.none")).startsWith("HTTP/1.1 404");
    }

    @Test
    void are_not_fooled_by_a_forged_command_line() {
        // CVE-2025-54288: a process that calls itself the monitor of the other guest.
        assertThat(inside("a", "/root/call --as '[lxc monitor] /var/lib/berth/containers b' /1.0/config/user.who"))
                .endsWith("\r\n\r\na");
    }

    @Test
    void never_take_a_caller_that_has_ended_for_somebody_else() {
        String all = inside("a", "for i in $(seq 200); do /root/call --orphan /1.0/config/user.who; echo; done");
        assertThat(all.lines().filter(it -> it.length() == 1).distinct()).isSubsetOf("a");
    }

    @Test
    void give_one_guest_no_more_than_its_seats() {
        String line =
                "for i in $(seq 60); do (/root/call /1.0/events >/dev/null 2>&1 & ) ; done; sleep 2; pidof call | wc -w";
        assertThat(Integer.parseInt(inside("a", line).strip())).isBetween(1, 32);
        assertThat(ask("b", "/1.0/config/user.who")).endsWith("\r\n\r\nb");
        // Those who leave free their seats as soon as something is said to them.
        String back =
                inside("a", "killall call; until /root/call /1.0/config/user.who | grep -q ^a; do :; done; echo in");
        assertThat(back).isEqualTo("in\n");
    }

    @Test
    void refuse_everything_as_soon_as_it_is_switched_off() {
        set("b", "security.devlxd", "false");
        assertThat(ask("b", "/1.0")).startsWith("HTTP/1.1 403").contains("not authorized");
        set("b", "security.devlxd", "true");
        assertThat(ask("b", "/1.0")).startsWith("HTTP/1.1 200").contains("\"api_version\":\"1.0\"");
    }

    @Test
    void go_on_after_the_daemon_died() {
        daemon.kill();
        daemon.startAgain(Map.of());
        assertThat(ask("a", "/1.0/config/user.who")).endsWith("\r\n\r\na");
    }

    @Test
    void close_the_door_to_processes_that_are_in_no_guest() {
        var outside = new Door(daemon.directory().resolve("guest-api/sock"));
        byte[] answer;
        try {
            answer = outside.raw("GET /1.0 HTTP/1.1\r\nHost: lxd\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (UncheckedIOException cut) {
            answer = new byte[0];
        }
        assertThat(answer).isEmpty();
    }
}
