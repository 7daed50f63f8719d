package berth.tests.wear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import berth.tests.crash.World;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Helpers die and tools misbehave: it is noticed, put right or told, and nobody else is harmed (R8, R10). */
@Tag("host")
class HelpersTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static Daemon daemon;

    @BeforeAll
    static void lay_the_ground() {
        daemon = Daemon.start("help");
        Ground.lay(daemon);
        Ground.guest(daemon, "warm"); // the image is unpacked, and there are directories for roots
        Ground.remove(daemon, "warm");
    }

    @AfterAll
    static void leave() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void starts_dnsmasq_again_when_it_dies() {
        String first = dnsmasq();
        shell("kill -KILL " + first);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(dnsmasq()).isNotEmpty().isNotEqualTo(first));
    }

    @Test
    void knows_that_a_guest_whose_monitor_was_killed_is_gone_and_can_start_it_again() throws Exception {
        World before = World.settled(daemon);
        Ground.guest(daemon, "m1");
        shell("kill -KILL $(pgrep -f '^\\[lxc monitor\\].* m1$')");
        await().atMost(SOON).untilAsserted(() -> assertThat(status("m1")).isEqualTo("Stopped"));
        daemon.api().done("PUT", "/1.0/instances/m1/state", "{\"action\":\"start\"}");
        assertThat(status("m1")).isEqualTo("Running");
        Ground.remove(daemon, "m1");
        assertThat(World.awaited(daemon, SOON, before).besides(before)).isEmpty();
    }

    @Test
    void gives_up_a_dnsmasq_that_hangs_and_serves_others_meanwhile() throws Exception {
        World before = World.settled(daemon);
        try (var _ = new Standin("dnsmasq", "sleep 1000")) {
            var hanging = new FutureTask<>(() -> daemon.api().finished(network("n9")));
            Thread.ofVirtual().start(hanging);
            Ground.guest(daemon, "h1");
            assertThat(status("h1")).isEqualTo("Running");
            Ground.remove(daemon, "h1");
            var answer = hanging.get(60, TimeUnit.SECONDS);
            assertThat(answer.text()).contains("dnsmasq", "took longer than");
        }
        assertThat(World.awaited(daemon, SOON, before).besides(before)).isEmpty();
    }

    @Test
    void says_what_nft_said_when_it_fails_and_takes_the_network_back_once_it_can() throws Exception {
        World before = World.settled(daemon);
        try (var _ = new Standin("nft", "head -c 100000 /dev/urandom; echo no such thing >&2; exit 77")) {
            assertThat(daemon.api().finished(network("n9")).text()).contains("nft", "77", "no such thing");
        }
        // It could not be taken back without nft; whoever asks next finds it tidied up.
        assertThat(daemon.door().ask("DELETE", "/1.0/networks/n9").status()).isEqualTo(404);
        assertThat(World.awaited(daemon, SOON, before).besides(before)).isEmpty();
    }

    private static Answer network(String name) {
        return daemon.door()
                .ask(
                        "POST",
                        "/1.0/networks",
                        "{\"name\":\"" + name
                                + "\",\"config\":{\"ipv4.address\":\"10.78.0.1/24\",\"ipv6.address\":\"none\"}}");
    }

    private static String dnsmasq() {
        return daemon.host().run("pgrep", "-f", "[d]nsmasq.*networks/n0").out().strip();
    }

    private static String status(String name) {
        return daemon.api().get("/1.0/instances/" + name).path("status").asString();
    }

    private static void shell(String script) {
        daemon.host().run("sh", "-c", script).orFail();
    }

    /** A program of the host that is another one for a while, in the host alone. */
    private record Standin(String program) implements AutoCloseable {
        Standin(String program, String script) {
            this(program);
            shell("printf '#!/bin/sh\\n%s\\n' '" + script + "' > " + file() + " && chmod +x " + file()
                    + " && mount --bind " + file() + " $(readlink -f $(command -v " + program + "))");
        }

        private Path file() {
            return daemon.host().directory().resolve("standin-" + program);
        }

        @Override
        public void close() {
            shell("umount $(readlink -f $(command -v " + program + ")); rm " + file());
        }
    }
}
