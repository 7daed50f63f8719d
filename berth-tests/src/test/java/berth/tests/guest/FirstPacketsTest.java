package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A guest whose first process sends at once, before anybody else has done anything for it. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FirstPacketsTest {
    private static final String INIT = """
            #!/bin/sh
            mount -t proc proc /proc; mount -t tmpfs run /run
            ip addr add 10.77.0.50/24 dev eth0
            ip addr add 10.77.0.66/24 dev eth0
            ping -c 60 -i 0.01 -W 1 -s 1400 10.77.0.1 > /limited 2>&1 &
            ping -c 3 -i 0.1 -W 1 -I 10.77.0.66 10.77.0.1 > /spoofed 2>&1 &
            ping -c 3 -i 0.1 -W 1 10.77.0.9 > /neighbour 2>&1 &
            wait
            echo done > /run/done
            trap 'halt -f' PWR
            while :; do sleep 86400 & wait; done
            """;

    private Daemon daemon;

    @BeforeAll
    void a_neighbour() {
        daemon = Daemon.start("first");
        Ground.lay(daemon);
        Ground.guest(daemon, "near");
        card("near", "\"security.port_isolation\":\"true\"");
        daemon.inside("near", "ip addr add 10.77.0.9/24 dev eth0");
    }

    @AfterAll
    void nothing_is_left() {
        Ground.remove(daemon, "near");
        assertThat(daemon.host().run("nft", "list", "tables").orFail().out()).doesNotContain("berth-cards");
        daemon.close();
    }

    private void card(String guest, String keys) {
        daemon.api()
                .done(
                        "PATCH",
                        "/1.0/instances/" + guest,
                        "{\"devices\":{\"eth0\":{\"type\":\"nic\",\"network\":\"n0\",\"name\":\"eth0\"," + keys
                                + "}}}");
    }

    @Test
    void it_neither_spoofs_nor_exceeds_nor_reaches_who_is_isolated_as_well() {
        Ground.create(daemon, "first");
        card(
                "first",
                "\"ipv4.address\":\"10.77.0.50\",\"security.ipv4_filtering\":\"true\",\"security.mac_filtering\":\"true\","
                        + "\"security.port_isolation\":\"true\",\"limits.ingress\":\"8kbit\"");
        daemon.door()
                .ask(
                        "POST",
                        "/1.0/instances/first/files?path=/sbin/init",
                        Map.of("X-LXD-type", "file", "X-LXD-mode", "0755"),
                        INIT.getBytes(StandardCharsets.UTF_8))
                .orFail();
        daemon.api().done("PUT", "/1.0/instances/first/state", "{\"action\":\"start\"}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> daemon.inside("first", "cat /run/done").startsWith("done"));
        assertThat(daemon.inside("first", "cat /spoofed")).contains("100% packet loss");
        assertThat(daemon.inside("first", "cat /neighbour")).contains("100% packet loss");
        assertThat(daemon.inside("first", "cat /limited"))
                .as("what comes back is one kilobyte a second")
                .containsPattern("60 packets transmitted, [0-9] packets received");
        Ground.remove(daemon, "first");
    }
}
