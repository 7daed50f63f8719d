package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guests that are declared as RFC 108 spells them. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RfcGuestsTest {
    private static String berth(Daemon daemon, String... words) {
        var run = daemon.command("berth", words);
        return run.out() + run.err();
    }

    @Test
    void of_a_zone_know_each_other_by_name_and_are_reached_by_ports_of_the_host() throws Exception {
        try (Daemon daemon = Daemon.start("rfc-guests")) {
            Ground.image(daemon);
            Path shared = Files.createDirectories(daemon.host().directory().resolve("shared"));
            Files.writeString(shared.resolve("index.html"), "out of a zone");
            String site = Files.writeString(daemon.host().directory().resolve("rfc.yaml"), """
                            berth: 1
                            site: rfc
                            pools: { p: { driver: dir } }
                            nixos.containers:
                              zones: { demo: { v4.addrPool: [ 10.81.0.1/24 ] } }
                              instances:
                                test1:
                                  image: bb
                                  network: { zone: demo, interface: eth0 }
                                  bindMounts: { /www: { hostPath: %s } }
                                  forwardPorts: [ { hostPort: 8080, containerPort: 80 } ]
                                test2: { image: bb, network: { zone: demo, interface: eth0 } }
                            """.formatted(shared))
                    .toString();
            assertThat(berth(daemon, "apply", site)).contains("network:vz-demo", "done.   generation 1");
            assertThat(berth(daemon, "plan", site)).contains("no changes");
            assertThat(berth(daemon, "exec", "test2", "--", "ping", "-c", "1", "test1"))
                    .contains(" 0% packet loss");
            assertThat(berth(daemon, "exec", "test1", "--", "ls", "/sys/class/net"))
                    .contains("eth0");
            berth(daemon, "exec", "test1", "--", "httpd", "-p", "80", "-h", "/www");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(daemon.host()
                                    .run("busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/")
                                    .out())
                            .isEqualTo("out of a zone"));
            assertThat(berth(daemon, "exec", "test1", "--", "touch", "/www/x")).contains("Read-only file system");
        }
    }
}
