package berth.tests.storm;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.crash.World;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The daemon is killed at any moment, many times, while clients ask for all kinds of things: what runs goes on, what was
 * acknowledged is there, and nothing is left over that nobody knows (R3).
 *
 * <p>{@code -Dberth.storm.kills=300} is the whole storm, {@code -Dberth.storm.seed=N} another one.
 */
@Tag("host")
class StormTest {
    private static final int KILLS = Integer.getInteger("berth.storm.kills", 15);
    private static final long SEED = Long.getLong("berth.storm.seed", 1);
    private static final int CLIENTS = Integer.getInteger("berth.storm.clients", 6);

    @Test
    void loses_nothing_and_disturbs_nobody_however_often_it_is_killed() throws Exception {
        try (var daemon = Daemon.start("storm")) {
            String fingerprint = Ground.lay(daemon);
            List.of("g1", "g2").forEach(it -> Ground.guest(daemon, it));
            var guests = guests(daemon);
            assertThat(guests).hasSize(2);
            World before = World.settled(daemon);
            List<Client> clients = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(daemon, "c" + i, fingerprint, SEED * 1000 + i));
                threads.add(Thread.ofPlatform().start(clients.get(i)));
            }
            var chance = new Random(SEED);
            for (int i = 0; i < KILLS; i++) {
                Thread.sleep(200 + chance.nextInt(2800)); // at any moment is what is tried here
                daemon.kill();
                daemon.startAgain(Map.of());
            }
            clients.forEach(Client::end);
            for (Thread each : threads) {
                each.join();
            }
            daemon.kill();
            daemon.startAgain(Map.of());
            assertThat(clients.stream().mapToInt(Client::acknowledged).sum())
                    .as("acknowledged changes")
                    .isGreaterThan(KILLS);
            assertThat(clients.stream().flatMap(it -> it.lost().stream())).isEmpty();
            assertThat(guests(daemon)).as("the guests that ran all the time").isEqualTo(guests);
            assertThat(daemon.log().lines().filter(it -> it.contains("failed and stays for the next start")))
                    .as("what could neither be finished nor undone")
                    .isEmpty();
            clients.forEach(Client::tidy);
            World after = World.awaited(daemon, Duration.ofSeconds(20), before);
            assertThat(after.besides(before)).as("left over by the storm").isEmpty();
        }
    }

    /** The first process of each of the two guests, and since when it runs: another one would have begun later. */
    private static Map<String, String> guests(Daemon daemon) {
        var found = new TreeMap<String, String>();
        for (String name : List.of("g1", "g2")) {
            String pid = daemon.api()
                    .get("/1.0/instances/" + name + "/state")
                    .path("pid")
                    .asString();
            String stat =
                    daemon.host().run("cat", "/proc/" + pid + "/stat").orFail().out();
            found.put(
                    name,
                    pid + " since " + stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        }
        return found;
    }
}
