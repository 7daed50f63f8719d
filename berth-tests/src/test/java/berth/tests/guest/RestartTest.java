package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the run of a real guest ended, and what becomes of it then. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RestartTest {
    @Test
    void a_guest_whose_init_is_killed_comes_back_and_one_that_halts_does_not() {
        try (var daemon = Daemon.start("restart")) {
            Ground.lay(daemon);
            Ground.create(daemon, "g1");
            daemon.api().done("PATCH", "/1.0/instances/g1", "{\"config\":{\"boot.autorestart\":\"true\"}}");
            daemon.api().done("PUT", "/1.0/instances/g1/state", "{\"action\":\"start\"}");
            for (int i = 0; i < 5; i++) {
                long before = pid(daemon);
                daemon.host().run("kill", "-9", Long.toString(before)).orFail();
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> pid(daemon) > 0 && pid(daemon) != before);
                assertThat(lastExit(daemon)).isEqualTo("killed: PID 1 was killed by signal 9");
            }
            daemon.door().ask("POST", "/1.0/instances/g1/exec", "{\"command\":[\"poweroff\",\"-f\"]}");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> pid(daemon) == 0);
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> pid(daemon) == 0 && lastExit(daemon).equals("halted"));
        }
    }

    private static long pid(Daemon daemon) {
        return daemon.api().get("/1.0/instances/g1/state").path("pid").asLong();
    }

    private static String lastExit(Daemon daemon) {
        return daemon.api()
                .get("/1.0/instances/g1")
                .path("config")
                .path("volatile.last_state.exit")
                .asString();
    }
}
