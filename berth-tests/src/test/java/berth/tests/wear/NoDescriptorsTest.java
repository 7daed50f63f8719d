package berth.tests.wear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import berth.tests.crash.World;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The daemon runs out of descriptors in the middle of a start, so that helpers and files cannot be opened, at one more each
 * time: it is refused or done, nothing half is left, and afterwards all is as before (R7).
 * {@code -Dberth.descriptors.most=60} goes through more of them.
 */
@Tag("host")
class NoDescriptorsTest {
    private static final int MOST = Integer.getInteger("berth.descriptors.most", 24);
    private static final String START = "{\"action\":\"start\"}";

    private Daemon daemon;

    @Test
    void leaves_nothing_half_done_and_no_descriptor_open() throws Exception {
        try (var started = Daemon.start("nofile")) {
            daemon = started;
            Ground.lay(daemon);
            Ground.create(daemon, "n1");
            cycle(); // in full, so that all is loaded and there are logs, old ones too
            cycle();
            World before = World.settled(daemon);
            int opened = opened().size();
            String usual = daemon.host()
                    .run("sh", "-c", "awk '/Max open files/ { print $5 }' /proc/" + pid() + "/limits")
                    .orFail()
                    .out()
                    .strip();
            int refused = 0;
            for (int more = 0; more <= MOST; more += 3) {
                daemon.door().ask("GET", "/1.0").orFail();
                String pid = pid();
                shell("prlimit --pid " + pid + " --nofile=" + (opened().size() + more) + ":");
                var answer = new FutureTask<>(() -> daemon.door().ask("PUT", "/1.0/instances/n1/state", START));
                Thread.ofVirtual().start(answer);
                Answer first = early(answer);
                shell("prlimit --pid " + pid + " --nofile=" + usual + ":");
                if (first == null) {
                    first = answer.get(30, TimeUnit.SECONDS);
                }
                Answer end = daemon.api().finished(first);
                if (end.metadata().path("status_code").asInt(200) >= 400 || end.status() >= 400) {
                    refused++;
                    assertThat(end.text())
                            .as("with %s more", more)
                            .doesNotContainPattern("Exception|: null|errno [0-9]");
                }
                daemon.api()
                        .finished(daemon.door()
                                .ask(
                                        "PUT",
                                        "/1.0/instances/n1/state",
                                        "{\"action\":\"stop\",\"force\":true,\"timeout\":10}"));
                World now = World.awaited(daemon, Duration.ofSeconds(15), before);
                assertThat(now.besides(before))
                        .as("left over with %s more: %s", more, end.text())
                        .isEmpty();
            }
            assertThat(refused).as("starts that were refused").isPositive();
            cycle();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(opened().size()).isLessThanOrEqualTo(opened));
        }
    }

    /** The answer if it comes while descriptors are short; null when it does not come in that time. */
    private static @org.jspecify.annotations.Nullable Answer early(FutureTask<Answer> answer) throws Exception {
        try {
            return answer.get(1500, TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException waits) {
            return null;
        }
    }

    private void cycle() {
        daemon.api().done("PUT", "/1.0/instances/n1/state", START);
        daemon.api().done("PUT", "/1.0/instances/n1/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
    }

    private String pid() throws Exception {
        return Files.readString(daemon.directory().resolve("berthd.pid")).strip();
    }

    private List<String> opened() throws Exception {
        return daemon.host()
                .run("ls", "/proc/" + pid() + "/fd")
                .orFail()
                .out()
                .lines()
                .toList();
    }

    private void shell(String script) {
        daemon.host().run("sh", "-c", script).orFail();
    }
}
