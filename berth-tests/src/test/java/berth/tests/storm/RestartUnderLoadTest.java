package berth.tests.storm;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The daemon is stopped or killed, and started again, while many guests run and clients ask: no guest notices, and commands
 * end with a clear code (R11). {@code -Dberth.restart.guests=200 -Dberth.restart.times=50} is all of it.
 */
@Tag("host")
class RestartUnderLoadTest {
    private static final int GUESTS = Integer.getInteger("berth.restart.guests", 12);
    private static final int TIMES = Integer.getInteger("berth.restart.times", 4);
    private static final Duration READY = Duration.ofSeconds(3);

    @Test
    void disturbs_no_guest_and_is_back_at_once() throws Exception {
        try (var daemon = Daemon.start("restart")) {
            Ground.lay(daemon);
            for (int i = 0; i < GUESTS; i++) {
                Ground.guest(daemon, "g" + i);
            }
            Map<String, String> before = guests(daemon);
            var over = new AtomicBoolean();
            var clients = new ArrayList<FutureTask<Integer>>();
            for (int i = 0; i < 3; i++) {
                clients.add(new FutureTask<>(() -> askUntil(daemon, over)));
                Thread.ofPlatform().start(clients.getLast());
            }
            List<Duration> took = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                String session = daemon.api()
                        .done(
                                "POST",
                                "/1.0/berth/sessions",
                                "{\"instance\":\"g" + i % GUESTS + "\",\"command\":[\"sleep\",\"1000\"]}")
                        .path("id")
                        .asString();
                if (i % 2 == 0) {
                    daemon.kill();
                } else {
                    daemon.stop();
                }
                long began = System.nanoTime();
                daemon.startAgain(Map.of());
                took.add(Duration.ofNanos(System.nanoTime() - began));
                assertThat(guests(daemon)).as("the guests after restart " + i).isEqualTo(before);
                var ended = daemon.api().get("/1.0/berth/sessions/" + session);
                assertThat(ended.path("status").asString()).isEqualTo("Ended");
                assertThat(ended.path("return").asInt()).isEqualTo(129);
            }
            over.set(true);
            for (var client : clients) {
                assertThat(client.get(60, TimeUnit.SECONDS)).as("answers").isPositive();
            }
            // The machine may be busy with something else: the fastest counts.
            assertThat(Collections.min(took)).as("until it answers, of " + took).isLessThan(READY);
        }
    }

    /** Lists, as a dashboard does, and reconnects when the daemon is away; how often it was answered. */
    private static int askUntil(Daemon daemon, AtomicBoolean over) throws InterruptedException {
        int answers = 0;
        while (!over.get()) {
            try {
                var answer = daemon.door().ask("GET", "/1.0/instances?recursion=2");
                assertThat(answer.status()).as(answer.text()).isIn(200, 503);
                answers++;
            } catch (UncheckedIOException away) {
                Thread.sleep(20); // as a client does that comes back
            }
        }
        return answers;
    }

    /** The first process of each guest, and since when it runs. */
    private static Map<String, String> guests(Daemon daemon) {
        var found = new TreeMap<String, String>();
        for (var guest : daemon.api().get("/1.0/instances?recursion=2")) {
            assertThat(guest.path("status").asString()).isEqualTo("Running");
            String pid = guest.path("state").path("pid").asString();
            found.put(guest.path("name").asString(), pid);
        }
        String started = daemon.host()
                .run(
                        "sh",
                        "-c",
                        "cd /proc; cut -d ' ' -f 22 $(echo " + String.join(" ", found.values())
                                + " | sed 's,\\([0-9]\\+\\),\\1/stat,g')")
                .orFail()
                .out();
        assertThat(started.lines()).hasSize(GUESTS);
        found.put("started", started);
        return found;
    }
}
