package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import berth.host.Program;
import berth.host.process.PidFd;
import berth.model.Network;
import berth.model.Refused;
import berth.spi.NetworkDriver.Host;
import berth.spi.NetworkDriver.Lease;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real interfaces, rules, packets and servers, on a host that has no network but its own. */
@Tag("host")
class BridgeDriverTest {
    private static final String MAC = "00:16:3e:aa:aa:01";

    @TempDir
    Path directory = Path.of("");

    private BridgeDriver driver = new BridgeDriver(Path.of("/nowhere"));
    private Network network = Networks.of("bt0");

    @BeforeEach
    void onlyOnAHostOfItsOwn() throws Exception {
        for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!one.isLoopback()) {
                abort("not on a host of its own: there is " + one.getName());
            }
        }
        Files.createDirectories(Path.of("/run/netns"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        driver = new BridgeDriver(directory);
        network = driver.complete(
                Networks.of("bt0", "ipv4.address", "10.99.7.1/24", "ipv4.nat", "true", "ipv6.address", "fd42:9::1/64"),
                List.of());
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        driver.delete(network);
        assertThat(links()).containsExactly("lo");
        assertThat(Program.of("nft", "list", "ruleset").must().out()).isEmpty();
        assertThat(directory.resolve("networks/bt0")).doesNotExist();
        assertThat(servers()).isEmpty();
    }

    @Test
    void a_guest_gets_an_address_a_way_out_and_a_name() throws Exception {
        long began = System.nanoTime();
        driver.up(network, List.of());
        long up = System.nanoTime() - began;
        driver.addHost(network, host("web1"));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            began = System.nanoTime();
            String address = guest.address();
            System.out.printf("up %d ms, address %d ms after the request%n", up / 1_000_000, since(began));
            assertThat(address).startsWith("10.99.7.");
            assertThat(guest.bound()).contains("router=10.99.7.1 dns=10.99.7.1 domain=lxd");
            assertThat(guest.lookUp("web1.lxd", "10.99.7.1")).contains("Address: " + address);
            assertThat(guest.lookUp("_gateway.lxd", "10.99.7.1")).contains("10.99.7.1", "fd42:9::1");
            String six = "fd42:9::216:3eff:feaa:aa01";
            await(() -> guest.run("ip", "address", "show", "dev", "eth0").out().contains(six));
            assertThat(driver.leases(network, List.of(host("web1"))))
                    .containsExactly(
                            new Lease("bt0.gw", "", "10.99.7.1", "gateway"),
                            new Lease("bt0.gw", "", "fd42:9::1", "gateway"),
                            new Lease("web1", MAC, address, "dynamic"),
                            new Lease("web1", MAC, six, "dynamic"));
            assertThat(guest.reaches("10.99.7.1")).isTrue();
            await(() -> guest.reaches("fd42:9::1"));
            assertThat(Program.of("ip", "-o", "address", "show", "dev", "bt0")
                            .must()
                            .out())
                    .contains("inet 10.99.7.1/24", "inet6 fd42:9::1/64", "inet6 fe80::");
        }
    }

    @Test
    void packets_go_out_under_the_hosts_address_or_not_at_all() throws Exception {
        driver.up(network, List.of());
        try (Guest outside = Guest.on("", "out", "02:00:00:00:00:01", directory);
                Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            Program.of("ip", "address", "add", "192.0.2.1/24", "dev", "v-out").must();
            Program.of("ip", "link", "set", "v-out", "up").must();
            outside.run("ip", "address", "add", "192.0.2.2/24", "dev", "eth0");
            guest.address();
            // Outside has no way back to 10.99.7.0/24: an answer means that NAT was done.
            assertThat(guest.reaches("192.0.2.2")).isTrue();
            change("ipv4.nat", "false");
            assertThat(guest.reaches("192.0.2.2")).isFalse();
            outside.run("ip", "route", "add", "10.99.7.0/24", "via", "192.0.2.1");
            assertThat(guest.reaches("192.0.2.2")).isTrue();
            change("ipv4.routing", "false");
            assertThat(guest.reaches("192.0.2.2")).isFalse();
            assertThat(guest.reaches("10.99.7.1")).isTrue();
        }
    }

    @Test
    void a_fixed_address_is_given_and_listed_as_static() throws Exception {
        var fixed = new Host("web1.eth0", "web1", MAC, "10.99.7.77", null);
        driver.up(network, List.of(fixed));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.address()).isEqualTo("10.99.7.77");
            assertThat(driver.leases(network, List.of(fixed)))
                    .contains(new Lease("web1", MAC, "10.99.7.77", "static"))
                    .doesNotContain(new Lease("web1", MAC, "10.99.7.77", "dynamic"));
        }
    }

    @Test
    void the_same_card_gets_one_address_however_often_it_is_made_and_deleted() throws Exception {
        driver.up(network, List.of());
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            driver.addHost(network, host("web1"));
            try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
                // A new system every time: it calls itself something else.
                seen.add(guest.address("-C", "-x", "0x3d:0100163e0000" + "%02x".formatted(i)));
            }
            driver.removeHost(network, host("web1"));
            assertThat(driver.leases(network, List.of()))
                    .extracting(Lease::type)
                    .containsOnly("gateway");
            try (Guest other = Guest.on("bt0", "g2", "00:16:3e:aa:aa:02", directory)) {
                other.run("ip", "address", "add", "10.99.7.200/24", "dev", "eth0");
                assertThat(other.lookUp("web1.lxd", "10.99.7.1")).contains("NXDOMAIN");
            }
        }
        assertThat(seen).hasSize(1).noneMatch(String::isEmpty);
    }

    @Test
    void what_a_forgotten_card_asked_for_at_the_last_moment_goes_too() throws Exception {
        driver.up(network, List.of());
        driver.addHost(network, host("web1"));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            driver.removeHost(network, host("web1"));
            assertThat(guest.address()).isNotEmpty();
            await(() -> driver.leases(network, List.of()).stream()
                    .allMatch(it -> it.type().equals("gateway")));
        }
    }

    @Test
    void cards_of_one_name_that_follow_each_other_are_each_looked_after() throws Exception {
        String second = "00:16:3e:aa:aa:02";
        driver.up(network, List.of());
        driver.addHost(network, host("web1"));
        driver.removeHost(network, host("web1"));
        var again = new Host(host("web1").key(), "web1", second, null, null);
        driver.addHost(network, again);
        driver.removeHost(network, again);
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory);
                Guest other = Guest.on("bt0", "g2", second, directory)) {
            assertThat(guest.address()).isNotEmpty();
            assertThat(other.address()).isNotEmpty();
            await(() -> driver.leases(network, List.of()).stream()
                    .allMatch(it -> it.type().equals("gateway")));
        }
    }

    @Test
    void a_card_that_is_missed_when_the_network_comes_up_is_looked_after_like_one_that_went() throws Exception {
        driver.up(network, List.of(host("web1")));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.address()).isNotEmpty();
            driver.up(network, List.of());
            await(() -> driver.leases(network, List.of()).stream()
                    .allMatch(it -> it.type().equals("gateway")));
        }
    }

    @Test
    void an_answer_that_comes_after_the_first_look_is_taken_back_as_well() throws Exception {
        driver.up(network, List.of());
        driver.addHost(network, host("web1"));
        try (Guest first = Guest.on("bt0", "g1", MAC, directory)) {
            driver.removeHost(network, host("web1"));
            assertThat(first.address()).isNotEmpty();
            await(() -> driver.leases(network, List.of()).stream()
                    .allMatch(it -> it.type().equals("gateway")));
            assertThat(first.address()).isNotEmpty();
            await(() -> driver.leases(network, List.of()).stream()
                    .allMatch(it -> it.type().equals("gateway")));
        }
    }

    @Test
    void leases_of_IPv6_go_with_the_card_too() throws Exception {
        with("ipv6.dhcp.stateful", "true");
        driver.up(network, List.of(host("web1")));
        driver.down(network);
        Path leases = directory.resolve("networks/bt0/dnsmasq.leases");
        Files.writeString(leases, """
                4000000000 00:16:3e:00:00:07 10.99.7.9 other *
                4000000000 00:16:3e:aa:aa:01 10.99.7.8 web1 *
                duid 00:01:00:01:32:94:fd:3b:00:16:3e:01:02:03
                4000000000 7 fd42:9::8 web1 00:03:00:01:00:16:3e:aa:aa:01
                """);
        driver.up(network, List.of(host("web1")));
        assertThat(driver.leases(network, List.of(host("web1"))))
                .contains(new Lease("web1", MAC, "fd42:9::8", "dynamic"));
        driver.removeHost(network, host("web1"));
        assertThat(driver.leases(network, List.of()))
                .extracting(Lease::address)
                .containsExactly("10.99.7.1", "fd42:9::1", "10.99.7.9");
        assertThat(servers()).hasSize(1);
    }

    @Test
    void a_card_that_is_not_known_cannot_take_a_name() throws Exception {
        driver.up(network, List.of(host("web1")));
        try (Guest liar = Guest.on("bt0", "g1", "00:16:3e:66:66:66", directory)) {
            assertThat(liar.address("-x", "hostname:web1")).isNotEmpty();
            assertThat(liar.lookUp("web1.lxd", "10.99.7.1")).contains("NXDOMAIN");
        }
    }

    @Test
    void a_card_without_address_is_kept_out_of_DHCP() throws Exception {
        driver.up(network, List.of(new Host("web1.eth0", "web1", MAC, "none", null)));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.address("-t", "2")).isEmpty();
        }
    }

    @Test
    void a_server_that_is_killed_is_back_within_two_seconds() throws Exception {
        driver.up(network, List.of(host("web1")));
        for (int i = 0; i < 2; i++) {
            long old = server();
            long began = System.nanoTime();
            kill(old);
            await(() -> !servers().isEmpty() && server() != old);
            System.out.printf("dnsmasq is back after %d ms%n", since(began));
            assertThat(since(began)).isLessThan(2000);
        }
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.address()).isNotEmpty();
        }
    }

    @Test
    void the_server_outlives_the_daemon_and_is_found_again() throws Exception {
        driver.up(network, List.of(host("web1")));
        long pid = server();
        driver.forgetAll();
        driver = new BridgeDriver(directory);
        driver.up(network, List.of(host("web1")));
        assertThat(server()).isEqualTo(pid);
        kill(pid);
        await(() -> !servers().isEmpty() && server() != pid);
    }

    @Test
    void whatever_is_missing_is_made_again() throws Exception {
        driver.up(network, List.of(host("web1")));
        Program.of("nft", "flush", "ruleset").must();
        Program.of("ip", "address", "flush", "dev", "bt0").must();
        Program.of("ip", "address", "add", "10.55.0.1/24", "dev", "bt0").must();
        Program.of("ip", "link", "set", "bt0", "down").must();
        Files.delete(directory.resolve("networks/bt0/dnsmasq.hosts/web1.eth0"));
        assertThat(driver.isUp(network)).isFalse();
        driver.up(network, List.of(host("web1")));
        assertThat(driver.isUp(network)).isTrue();
        String addresses =
                Program.of("ip", "-o", "address", "show", "dev", "bt0").must().out();
        assertThat(addresses).contains("10.99.7.1/24", "fd42:9::1/64").doesNotContain("10.55.0.1");
        assertThat(Program.of("nft", "list", "ruleset").must().out()).contains("masquerade");
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.lookUp("_gateway.lxd", "10.99.7.1")).isNotNull();
            assertThat(guest.address()).isNotEmpty();
            assertThat(guest.lookUp("web1.lxd", "10.99.7.1")).contains("10.99.7.");
        }
    }

    @Test
    void down_keeps_the_lease_for_the_next_time() throws Exception {
        driver.up(network, List.of(host("web1")));
        String address;
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            address = guest.address();
        }
        driver.down(network);
        assertThat(links()).containsExactly("lo");
        assertThat(servers()).isEmpty();
        driver.down(network);
        driver.up(network, List.of(host("web1")));
        assertThat(driver.leases(network, List.of(host("web1")))).contains(new Lease("web1", MAC, address, "dynamic"));
    }

    @Test
    void an_interface_of_somebody_elses_is_left_alone() throws Exception {
        Program.of("ip", "link", "add", "bt0", "type", "bridge").must();
        try {
            assertThatThrownBy(() -> driver.up(network, List.of()))
                    .isInstanceOf(Refused.class)
                    .hasMessage("Network interface \"bt0\" already exists");
            driver.delete(network);
            assertThat(links()).contains("bt0");
        } finally {
            Program.of("ip", "link", "delete", "bt0").must();
        }
    }

    @Test
    void a_changed_configuration_is_put_into_effect_at_once() throws Exception {
        driver.up(network, List.of());
        change("bridge.mtu", "1400");
        change("ipv4.address", "10.99.8.1/24");
        change("dns.domain", "guests.example");
        driver.addHost(network, host("web1"));
        try (Guest guest = Guest.on("bt0", "g1", MAC, directory)) {
            assertThat(guest.address()).startsWith("10.99.8.");
            assertThat(guest.bound()).contains("mtu=1400", "domain=guests.example");
            assertThat(guest.lookUp("web1.guests.example", "10.99.8.1")).contains("10.99.8.");
        }
        change("ipv6.address", "none");
        change("ipv4.address", "none");
        assertThat(servers()).isEmpty();
        assertThat(driver.isUp(network)).isTrue();
    }

    @Test
    void every_key_there_is_makes_rules_and_arguments_that_the_programs_take() throws Exception {
        var everything = new Network(
                network.name(), "bridge", "", NetworkKeysTest.everything().config(), null);
        driver.up(everything, List.of(new Host("web1.eth0", "web1", MAC, "10.99.7.15", "fd42:9::15")));
        assertThat(servers()).hasSize(1);
        assertThat(Program.of("nft", "list", "ruleset").must().out())
                .contains("snat ip to 192.0.2.1", "snat ip6 to 2001:db8::1");
        driver.down(everything);
    }

    @Test
    void a_foreign_rule_that_drops_everything_is_noticed() {
        driver.up(network, List.of());
        assertThat(driver.warnings()).isEmpty();
        Program.of("nft", "-f", "-")
                .reading("table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }")
                .must();
        assertThat(driver.warnings()).hasSize(1).allMatch(it -> it.contains("FORWARD") && it.contains("DOCKER-USER"));
        Program.of("nft", "delete", "table", "ip", "filter").must();
    }

    @Test
    void the_rules_let_in_and_out_what_guests_need_and_each_says_whose_it_is() {
        driver.up(network, List.of());
        List<String> rules = Program.of("nft", "list", "table", "inet", "berth-bt0")
                .must()
                .out()
                .lines()
                .map(String::strip)
                .filter(it -> it.contains("accept") && !it.contains("policy") || it.contains("masquerade"))
                .toList();
        assertThat(rules).hasSize(17).allMatch(it -> it.endsWith("comment \"generated for Berth network bt0\""));
        assertThat(rules.toString())
                .contains(
                        "ip saddr 10.99.7.0/24 ip daddr != 10.99.7.0/24 masquerade",
                        "meta nfproto ipv4 oifname \"bt0\" accept",
                        "meta nfproto ipv6 iifname \"bt0\" accept",
                        "iifname \"bt0\" tcp dport 53 accept",
                        "iifname \"bt0\" udp dport 53 accept",
                        "iifname \"bt0\" meta nfproto ipv4 udp dport 67 accept",
                        "oifname \"bt0\" udp sport 53 accept",
                        "oifname \"bt0\" meta nfproto ipv4 udp sport 67 accept");
    }

    @Test
    void the_host_believes_no_router_on_its_own_bridge() throws Exception {
        driver.up(network, List.of());
        assertThat(Files.readString(Path.of("/proc/sys/net/ipv6/conf/bt0/accept_ra")))
                .startsWith("0");
    }

    @Test
    void lines_that_dnsmasq_does_not_know_are_refused_in_its_words_and_can_be_taken_back() throws Exception {
        driver.up(network, List.of());
        Network good = network;
        long pid = server();
        assertThatThrownBy(() -> change("raw.dnsmasq", "no-such-option"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("raw.dnsmasq")
                .hasMessageContaining("bad option at line 1");
        assertThat(server()).isEqualTo(pid);
        driver.update(network, good, List.of());
        assertThat(server()).isEqualTo(pid);
    }

    @Test
    void changes_from_many_sides_leave_one_server() throws Exception {
        driver.up(network, List.of());
        try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                int number = i;
                executor.submit(() -> driver.addHost(
                        network,
                        new Host(
                                "w" + number + ".eth0",
                                "w" + number,
                                "00:16:3e:00:01:%02x".formatted(number),
                                null,
                                null)));
                if (i % 10 == 0) {
                    executor.submit(() -> driver.update(network, network, List.of()));
                }
            }
        }
        assertThat(servers()).hasSize(1);
    }

    @Test
    void two_networks_do_not_touch_each_other() throws Exception {
        driver.up(network, List.of());
        Network other = driver.complete(
                Networks.of("bt1", "ipv4.address", "10.99.9.1/24", "ipv6.address", "none"), List.of(network));
        driver.up(other, List.of());
        driver.delete(other);
        assertThat(links()).containsExactlyInAnyOrder("lo", "bt0");
        assertThat(servers()).hasSize(1);
        assertThat(Program.of("nft", "list", "tables").must().out().strip()).isEqualTo("table inet berth-bt0");
    }

    private void change(String key, String value) {
        Network before = network;
        network = driver.complete(
                new Network(
                        before.name(), before.type(), "", berth.model.Settings.with(before.config(), key, value), null),
                List.of());
        driver.update(before, network, List.of());
    }

    private void with(String key, String value) {
        network = new Network(
                network.name(), network.type(), "", berth.model.Settings.with(network.config(), key, value), null);
    }

    private static Host host(String name) {
        return new Host(name + ".eth0", name, MAC, null, null);
    }

    private static List<String> links() {
        return Program.of("ip", "-o", "link")
                .must()
                .out()
                .lines()
                .map(it -> it.split(":")[1].strip().split("@")[0])
                .toList();
    }

    private List<Long> servers() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    try (PidFd process = PidFd.open(pid).orElse(null)) {
                        return process != null
                                && process.commandLine().stream()
                                        .anyMatch(it -> it.startsWith("--pid-file=" + directory));
                    }
                })
                .toList();
    }

    private long server() {
        return servers().getFirst();
    }

    private static void kill(long pid) {
        try (PidFd process = PidFd.open(pid).orElseThrow()) {
            process.signal(PidFd.SIGKILL);
            process.awaitEnd(Duration.ofSeconds(5));
        }
    }

    private static long since(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }

    private static void await(BooleanSupplier so) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 10 s").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
