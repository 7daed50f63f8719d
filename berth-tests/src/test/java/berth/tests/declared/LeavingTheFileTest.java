package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a file says no more is so no more: settings of the daemon, and secrets of a guest that runs. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LeavingTheFileTest {
    private static final String REST = """
            berth: 1
            site: s
            pools: { p: { driver: dir } }
            """;

    private static String berth(Daemon daemon, String... words) {
        var run = daemon.command("berth", words);
        return run.out() + run.err();
    }

    private static String server(Daemon daemon) {
        return daemon.api().get("/1.0").path("config").toString();
    }

    @Test
    void takes_settings_and_secrets_away_and_a_rollback_brings_them_back() throws Exception {
        try (Daemon daemon = Daemon.start("leaving")) {
            Ground.image(daemon);
            Path folder = Files.createDirectories(daemon.host().directory().resolve("site"));
            Files.writeString(folder.resolve("token"), "open sesame");
            String with =
                    Files.writeString(folder.resolve("with.yaml"), REST + """
                    server: { images.auto_update_interval: 12, user.note: hello, core.https_address: null }
                    instances:
                      a: { image: bb, network: none, credentials: [ { id: token, path: ./token } ] }
                    """).toString();
            String without = Files.writeString(
                            folder.resolve("without.yaml"), REST + "instances: { a: { image: bb, network: none } }\n")
                    .toString();
            assertThat(berth(daemon, "plan", with)).contains("server settings", "A47", "6 -> 12");
            assertThat(berth(daemon, "apply", with)).contains("done.   generation 1");
            assertThat(server(daemon)).isEqualTo("{\"images.auto_update_interval\":\"12\",\"user.note\":\"hello\"}");
            assertThat(daemon.inside("a", "cat /etc/credstore/token")).isEqualTo("open sesame");

            assertThat(berth(daemon, "query", "-X", "PATCH", "-d", "{\"config\":{\"user.note\":\"mine\"}}", "/1.0"))
                    .contains("user.note of the server is declared in site s");
            berth(daemon, "query", "-X", "PATCH", "-d", "{\"config\":{\"user.note\":\"mine\"}}", "/1.0?override=1");
            assertThat(berth(daemon, "drift", "--site", "s")).contains("server:settings", "user.note", "mine");
            assertThat(berth(daemon, "apply", "--only-drift", "--site", "s")).contains("done.   generation 2");
            assertThat(server(daemon)).contains("hello");

            assertThat(berth(daemon, "plan", without)).contains("files./etc/credstore/token", "A27", "12 -> 6");
            assertThat(berth(daemon, "apply", without)).contains("done.   generation 3");
            assertThat(server(daemon)).isEqualTo("{}");
            assertThat(daemon.inside("a", "ls /etc/credstore")).isEmpty();
            assertThat(berth(daemon, "plan", without)).contains("no changes");

            assertThat(berth(daemon, "rollback", "1", "--site", "s")).contains("done.   generation 4");
            assertThat(server(daemon)).contains("12", "hello");
            assertThat(daemon.inside("a", "cat /etc/credstore/token")).isEqualTo("open sesame");

            daemon.inside("a", "touch /mine");
            assertThat(berth(daemon, "reset", "a", "--site", "s", "--dry-run")).contains("A40");
            assertThat(berth(daemon, "reset", "a", "--site", "s")).contains("done.   generation 5", "berth purge");
            assertThat(daemon.inside("a", "ls / /etc/credstore"))
                    .contains("token")
                    .doesNotContain("mine");
            assertThat(berth(daemon, "purge", "--site", "s", "--yes")).contains("instance:a-reset-0");
        }
    }
}
