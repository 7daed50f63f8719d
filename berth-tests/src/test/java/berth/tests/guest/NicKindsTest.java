package berth.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Network cards of all kinds that this kernel has, in real guests. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NicKindsTest {
    private Daemon daemon;

    @BeforeAll
    void two_guests_and_a_network_beside_the_host() {
        daemon = Daemon.start("nics");
        Ground.lay(daemon);
        host("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1");
        host("ip", "address", "add", "198.51.100.1/24", "dev", "up0");
        host("ip", "-6", "address", "add", "2001:db8::1/64", "dev", "up0", "nodad");
        host("ip", "link", "set", "up0", "up");
        host("ip", "link", "set", "up1", "up");
        Ground.guest(daemon, "g1");
        take("g1", "eth0");
        Ground.guest(daemon, "far"); // a neighbour of the host's, out on its network
        take("far", "eth0");
        device("far", "out", "\"type\":\"nic\",\"nictype\":\"macvlan\",\"parent\":\"up1\",\"name\":\"out\"");
        inside("far", "ip addr add 198.51.100.9/24 dev out; ip -6 addr add 2001:db8::9/64 dev out");
    }

    @AfterAll
    void nothing_is_left() {
        Ground.remove(daemon, "g1");
        Ground.remove(daemon, "far");
        host("ip", "link", "delete", "up0");
        assertThat(host("nft", "list", "tables")).doesNotContain("berth-stands-in");
        daemon.close();
    }

    private String host(String... command) {
        return daemon.host().run(command).orFail().out();
    }

    private void device(String guest, String name, String keys) {
        daemon.api().done("PATCH", "/1.0/instances/" + guest, "{\"devices\":{\"" + name + "\":{" + keys + "}}}");
    }

    private void take(String guest, String name) {
        String devices = "{\"devices\":{\"" + name + "\":{\"type\":\"none\"}}}";
        daemon.api().done("PATCH", "/1.0/instances/" + guest, devices);
    }

    private String refusal(String guest, String name, String keys) {
        return daemon.api()
                .finished(daemon.door()
                        .ask("PATCH", "/1.0/instances/" + guest, "{\"devices\":{\"" + name + "\":{" + keys + "}}}"))
                .json()
                .path("error")
                .asString();
    }

    private String inside(String guest, String line) {
        return daemon.inside(guest, line);
    }

    /** Whoever was given an address by hand may use it a moment later. */
    private boolean reaches(String guest, String address) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> inside(guest, "ping -c 1 -W 2 " + address + " && echo well")
                        .endsWith("well\n"));
        return true;
    }

    private void again(String guest) {
        daemon.api()
                .done(
                        "PUT",
                        "/1.0/instances/" + guest + "/state",
                        "{\"action\":\"restart\",\"force\":true,\"timeout\":10}");
    }

    @Test
    void a_routed_card_seems_to_be_on_its_parents_network_now_and_after_a_start() {
        device(
                "g1",
                "r1",
                "\"type\":\"nic\",\"nictype\":\"routed\",\"parent\":\"up0\",\"name\":\"r1\",\"limits.ingress\":\"100Mbit\","
                        + "\"ipv4.address\":\"198.51.100.7,198.51.100.8\",\"ipv6.address\":\"2001:db8::7\"");
        for (int start = 0; start < 2; start++) {
            assertThat(inside("g1", "ip -4 -o addr show dev r1")).contains("198.51.100.7/32", "198.51.100.8/32");
            assertThat(inside("g1", "ip route")).contains("default via 169.254.0.1 dev r1");
            assertThat(inside("g1", "ip -6 route")).contains("default via fe80::1 dev r1");
            assertThat(reaches("far", "198.51.100.7")).isTrue();
            assertThat(reaches("far", "198.51.100.8")).isTrue();
            assertThat(reaches("far", "2001:db8::7")).isTrue();
            assertThat(reaches("g1", "2001:db8::9")).isTrue();
            again("g1");
        }
        assertThat(refusal("g1", "r2", "\"type\":\"nic\",\"nictype\":\"routed\",\"ipv4.address\":\"198.51.100.7\""))
                .contains("Failed to start device", "File exists");
        assertThat(inside("g1", "ls /sys/class/net")).doesNotContain("r2", "eth1");
        take("g1", "r1");
        assertThat(inside("g1", "ls /sys/class/net")).doesNotContain("r1");
        assertThat(host("ip", "neighbour", "show", "proxy")).isEmpty();
        assertThat(host("ip", "-6", "neighbour", "show", "proxy")).isEmpty();
        assertThat(host("ip", "route")).doesNotContain("198.51.100.7");
    }

    @Test
    void a_pair_has_its_addresses_at_both_ends_and_the_host_stands_in_for_it() {
        device(
                "g1",
                "pair",
                "\"type\":\"nic\",\"nictype\":\"p2p\",\"name\":\"host0\",\"host_name\":\"ve-g1\",\"ipv4.nat\":\"true\","
                        + "\"ipv4.address\":\"10.237.1.3/16\",\"ipv4.host_address\":\"10.237.0.1/16\","
                        + "\"ipv6.address\":\"fd37::3/96\",\"ipv6.host_address\":\"fd37::1/96\"");
        for (int start = 0; start < 2; start++) {
            assertThat(reaches("g1", "10.237.0.1")).isTrue();
            assertThat(reaches("g1", "fd37::1")).isTrue();
            host("busybox", "ping", "-c", "1", "-W", "2", "10.237.1.3");
            // By another address than the neighbour could answer to.
            assertThat(inside("g1", "ping -c 1 -W 2 -I 10.237.1.3 198.51.100.9"))
                    .contains(" 0% packet loss");
            again("g1");
        }
        device(
                "g1",
                "pair",
                "\"type\":\"nic\",\"nictype\":\"p2p\",\"name\":\"host0\",\"host_name\":\"ve-g1\",\"ipv4.nat\":\"false\","
                        + "\"ipv4.address\":\"10.237.1.3/16\",\"ipv4.host_address\":\"10.237.0.1/16\","
                        + "\"ipv6.address\":\"fd37::3/96\",\"ipv6.host_address\":\"fd37::1/96\"");
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> inside("g1", "ping -c 1 -W 1 -I 10.237.1.3 198.51.100.9")
                        .contains("100% packet loss"));
        take("g1", "pair");
        assertThat(host("ip", "link")).doesNotContain("ve-g1");
        assertThat(host("nft", "list", "tables")).doesNotContain("berth-stands-in");
    }

    @Test
    void an_interface_of_the_host_goes_into_a_guest_and_comes_back_as_what_it_was() {
        host("ip", "link", "add", "phys0", "type", "veth", "peer", "name", "phys1");
        host("ip", "link", "set", "phys0", "mtu", "1400", "address", "02:00:00:00:00:77");
        host("ip", "link", "set", "phys1", "up");
        host("ip", "address", "add", "192.0.2.1/24", "dev", "phys1");
        String keys = "\"type\":\"nic\",\"nictype\":\"physical\",\"parent\":\"phys0\",\"name\":\"lan\","
                + "\"hwaddr\":\"02:00:00:00:00:88\",\"mtu\":\"1300\"";
        device("g1", "lan", keys);
        assertThat(host("ip", "link")).doesNotContain("phys0:").doesNotContain("phys0@");
        assertThat(inside("g1", "ip link show dev lan")).contains("mtu 1300", "02:00:00:00:00:88", "UP");
        inside("g1", "ip addr add 192.0.2.2/24 dev lan");
        assertThat(reaches("g1", "192.0.2.1")).isTrue();
        take("g1", "lan");
        isAsItWas();
        // A second guest cannot have what the first has, and loses nothing by it.
        device("g1", "lan", keys);
        assertThat(refusal("far", "lan", keys)).contains("Parent device \"phys0\" doesn't exist");
        daemon.api().done("PUT", "/1.0/instances/g1/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
        if (host("ip", "link").contains("phys1")) {
            // Put into a running guest: a pair of ends ends with the guest's network, a real card would come back.
            isAsItWas();
        } else {
            host("ip", "link", "add", "phys0", "type", "veth", "peer", "name", "phys1");
            host("ip", "link", "set", "phys0", "mtu", "1400", "address", "02:00:00:00:00:77");
        }
        daemon.api().done("PUT", "/1.0/instances/g1/state", "{\"action\":\"start\"}");
        assertThat(inside("g1", "ip link show dev lan")).contains("mtu 1300", "02:00:00:00:00:88");
        again("g1");
        assertThat(inside("g1", "ip link show dev lan")).contains("mtu 1300", "02:00:00:00:00:88");
        daemon.api().done("PUT", "/1.0/instances/g1/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
        isAsItWas();
        daemon.api().done("PUT", "/1.0/instances/g1/state", "{\"action\":\"start\"}");
        take("g1", "lan");
        isAsItWas();
        host("ip", "link", "delete", "phys0");
    }

    @Test
    void what_this_kernel_cannot_do_is_refused_with_what_it_lacks() {
        Ground.create(daemon, "wishes");
        for (String guest : List.of("wishes", "g1")) {
            assertThat(refusal(
                            guest,
                            "w",
                            "\"type\":\"nic\",\"network\":\"n0\",\"vlan\":\"7\",\"vlan.tagged\":\"8-10,12\""))
                    .contains("VLAN");
        }
        assertThat(refusal("wishes", "w", "\"type\":\"nic\",\"nictype\":\"ipvlan\",\"parent\":\"up0\""))
                .contains("Failed to start device \"w\"", "ipvlan");
        daemon.api().done("PUT", "/1.0/instances/wishes/state", "{\"action\":\"start\"}");
        Ground.remove(daemon, "wishes");
    }

    private void isAsItWas() {
        assertThat(host("ip", "-o", "link", "show", "dev", "phys0"))
                .contains("mtu 1400", "02:00:00:00:00:77")
                .doesNotContain("alias");
    }
}
