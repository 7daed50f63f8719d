package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Program;
import berth.host.net.Links;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Fitting.Bounds;
import berth.spi.Fitting.Wiring;
import berth.spi.Handle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cards whose two ends have addresses and routes before the guest's first process runs. */
@Tag("host")
class WiredCardsTest {
    private static final String HOST_END = "ve-wired";
    private static final Wiring WIRING = new Wiring(
            List.of("10.78.0.2/24", "10.79.0.2/32", "fd78::2/64"),
            List.of("169.254.0.1", "fe80::1"),
            List.of("10.78.0.1/24", "169.254.0.1/32", "fd78::1/64", "fe80::1/64"),
            List.of(new Fitting.Route("10.79.0.2/32", "", 0), new Fitting.Route("10.80.0.0/16", "10.79.0.2", 7)));
    /** What its first process can do at once, without asking anybody for anything. */
    private static final String INIT = """
            #!/bin/sh
            ping -c 1 -W 1 10.78.0.1 > /v4 2>&1
            ping -c 1 -W 4 fd78::1 > /v6 2>&1
            ping -c 1 -W 1 -I 10.79.0.2 169.254.0.1 > /far 2>&1
            ip -o addr show dev host0 > /addresses
            ip route > /routes
            ip -6 route > /routes6
            trap 'halt -f' PWR
            trap 'reboot -f' INT
            echo done > /tmp/done
            while :; do sleep 86400 & wait; done
            """;

    private final Handle handle = new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("wired"));
    private Guest guest;
    private LxcDriver driver;

    @BeforeEach
    void a_guest(@TempDir Path directory) throws Exception {
        guest = new Guest(directory);
        guest.init(INIT);
        driver = new LxcDriver(directory.resolve("lxc"), directory.resolve("logs"), "berthtest");
    }

    @AfterEach
    void nothing_is_left() {
        driver.kill(handle);
        driver.forget(handle);
        assertThat(Links.exists(HOST_END)).isFalse();
    }

    private static Fitting.Nic nic(Wiring wiring) {
        return new Fitting.Nic("host0", null, HOST_END, "host0", "00:16:3e:00:00:21", 0, wiring, Bounds.NONE);
    }

    private String said(String file) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.exists(guest.root.resolve("tmp/done")) && System.nanoTime() < end) {
            try {
                Said.by(driver, handle, "true");
            } catch (Refused rebooting) {
                // Not there for a moment.
            }
        }
        return Files.readString(guest.root.resolve(file));
    }

    @Test
    void the_first_process_reaches_the_host_at_once_and_again_after_a_reboot() throws Exception {
        driver.start(guest.setup(handle, Map.of(), List.of(nic(WIRING))));
        for (int run = 0; run < 2; run++) {
            assertThat(said("v4")).contains(" 0% packet loss");
            assertThat(said("v6")).contains(" 0% packet loss");
            assertThat(said("far")).contains(" 0% packet loss");
            assertThat(said("addresses"))
                    .contains("10.78.0.2/24", "10.79.0.2/32", "fd78::2/64")
                    .doesNotContain("fd78::2/64 scope global tentative");
            assertThat(said("routes")).contains("default via 169.254.0.1 dev host0");
            assertThat(said("routes6")).contains("default via fe80::1 dev host0");
            assertThat(Program.of("busybox", "ping", "-c", "1", "-W", "2", "10.79.0.2")
                            .run()
                            .exit())
                    .isZero();
            assertThat(Program.of("ip", "route", "show", "table", "7").must().out())
                    .contains("10.80.0.0/16 via 10.79.0.2 dev " + HOST_END);
            if (run == 0) {
                Files.delete(guest.root.resolve("tmp/done"));
                Said.by(driver, handle, "kill", "-INT", "1");
            }
        }
    }

    @Test
    void an_address_that_the_host_does_not_take_fails_the_start_and_says_so() {
        var twice = new Wiring(List.of("10.78.0.2/24"), List.of(), List.of("10.78.0.1/24", "10.78.0.1/24"), List.of());
        assertThatThrownBy(() -> driver.start(guest.setup(handle, Map.of(), List.of(nic(twice)))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("already assigned");
    }

    @Test
    void a_card_that_is_put_in_has_them_too_and_one_that_cannot_leaves_nothing() throws Exception {
        driver.start(guest.setup(handle, Map.of(), List.of()));
        said("routes");
        driver.plug(handle, nic(WIRING));
        assertThat(Said.by(driver, handle, "ip", "-o", "addr", "show", "dev", "host0")
                        .out())
                .contains("10.78.0.2/24 brd 10.78.0.255", "10.79.0.2/32", "fd78::2/64")
                .doesNotContain("fd78::2/64 scope global tentative");
        assertThat(Said.by(driver, handle, "ping", "-c", "3", "-W", "2", "fd78::1")
                        .code())
                .isZero();
        assertThat(Said.by(driver, handle, "ip", "route").out()).contains("default via 169.254.0.1 dev host0");
        driver.unplug(handle, nic(WIRING));
        assertThat(Links.exists(HOST_END)).isFalse();

        var bad = new Wiring(List.of("10.78.0.2/24", "10.78.0.2/24"), List.of(), List.of("10.78.0.1/24"), List.of());
        assertThatThrownBy(() -> driver.plug(handle, nic(bad)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("10.78.0.2/24");
        assertThat(Links.exists(HOST_END)).isFalse();
        assertThat(Said.by(driver, handle, "ls", "/sys/class/net").out()).isEqualTo("lo\n");
    }

    /** Its own words are said before anybody could hold it back a moment later. */
    private static final String TALKATIVE = """
            #!/bin/sh
            ip addr add 10.77.0.2/24 dev host0
            ping -c 60 -i 0.01 -W 1 -s 1400 10.77.0.1 > /limited 2>&1 &
            ping -c 3 -i 0.1 -W 1 10.77.0.9 > /neighbour 2>&1
            wait
            trap 'halt -f' PWR
            trap 'reboot -f' INT
            echo done > /tmp/done
            while :; do sleep 86400 & wait; done
            """;

    @Test
    void what_a_card_is_held_to_holds_for_the_first_packet_of_the_first_process_and_after_a_reboot() throws Exception {
        guest.init(TALKATIVE);
        Guest.makeBridge();
        neighbour();
        var nic = new Fitting.Nic(
                "host0",
                Guest.BRIDGE,
                HOST_END,
                "host0",
                "00:16:3e:00:00:21",
                0,
                Wiring.NONE,
                new Bounds(8000, 0, true));
        try {
            driver.start(guest.setup(handle, Map.of(), List.of(nic)));
            for (int run = 0; run < 2; run++) {
                assertThat(said("neighbour")).contains("100% packet loss");
                // What comes back is one kilobyte a second.
                assertThat(received(said("limited"))).isLessThan(10);
                if (run == 0) {
                    Files.delete(guest.root.resolve("tmp/done"));
                    Said.by(driver, handle, "kill", "-INT", "1");
                }
            }
            driver.kill(handle);
            driver.start(guest.setup(handle, Map.of(), List.of()));
            driver.plug(handle, nic);
            assertThat(Program.of("bridge", "-d", "link", "show", "dev", HOST_END)
                            .must()
                            .out())
                    .contains("isolated on", "state forwarding");
            assertThat(Program.of("tc", "class", "show", "dev", HOST_END).must().out())
                    .contains("rate 8Kbit");
        } finally {
            driver.kill(handle);
            Program.of("ip", "netns", "delete", "neighbour").must();
            Guest.removeBridge();
        }
    }

    private static int received(String ping) {
        var match = java.util.regex.Pattern.compile("(\\d+) packets received").matcher(ping);
        assertThat(match.find()).as(ping).isTrue();
        return Integer.parseInt(match.group(1));
    }

    /** Somebody else on the bridge who is isolated as well. */
    private static void neighbour() {
        Program.of("ip", "netns", "add", "neighbour").must();
        Program.of("ip", "-batch", "-").reading("""
                        link add near0 type veth peer name eth0 netns neighbour
                        link set near0 master %s
                        link set dev near0 type bridge_slave isolated on
                        link set near0 up
                        """.formatted(Guest.BRIDGE)).must();
        Program.of("ip", "-n", "neighbour", "-batch", "-")
                .reading("address add 10.77.0.9/24 dev eth0\nlink set eth0 up\n")
                .must();
    }
}
