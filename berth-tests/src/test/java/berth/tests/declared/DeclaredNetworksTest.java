package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The networks of RFC 108 and of the containers of 2014, with real guests. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeclaredNetworksTest {
    private static final String SITE = """
            berth: 1
            site: nets
            pools: { p: { driver: dir } }
            zones: { demo: { v4.addrPool: [ 10.44.0.0/24 ] } }
            instances:
              own:
                image: bb
                network: {}
                forwardPorts:
                  - { hostPort: 8080, containerPort: 80 }
                  - { hostPort: 8080, containerPort: 80, listen: "::" }
                  - { hostPort: 8081, containerPort: 80, listen: 127.0.0.1 }
                  - { hostPort: 8081, containerPort: 80, listen: "::1" }
                guest.files:
                  /www/index.html: { content: "own page" }
                  /etc/rc.local: { mode: 0755, content: "#!/bin/sh\\nhttpd -p 80 -h /www; udhcpc -i host0 -x hostname:own -s /etc/udhcpc/script" }
              z1: { image: bb, network: { zone: demo, interface: eth0 } }
              z2: { image: bb, network: { zone: demo, interface: eth0, v4.static.containerPool: [ 10.44.0.77/24 ] } }
              static:
                image: bb
                network:
                  v4.static.containerPool: [ 10.237.1.3/16, 10.238.1.3/24 ]
                  v6.static.containerPool: [ "fd37:1::3/96" ]
                  dns: [ 10.237.0.1 ]
                  extra: { db: { hostAddress: 10.9.9.1, localAddress: 10.9.9.2 }, on: { hostBridge: br7 } }
                forwardPorts: [ { hostPort: 8090, containerPort: 80 }, { hostPort: 8090, containerPort: 80, hostAddress: "::" } ]
                guest.files:
                  /www/cgi-bin/who: { mode: 0755, content: "#!/bin/sh\\necho Content-Type: text/plain; echo; echo $REMOTE_ADDR" }
                  /etc/rc.local: { mode: 0755, content: "#!/bin/sh\\nhttpd -p 80 -h /www" }
              lan: { image: bb, network: { macvlan: { parent: phys0, v4: [ 198.51.100.9/24 ], host: 198.51.100.1/24 } } }
              database:
                image: bb
                names: [ sql.example, z1 ]        # the second is a guest's own
                network:
                  v4: { nat: false, static: { hostAddresses: [ 10.231.136.1/32 ], containerPool: [ 10.231.136.2/32 ] } }
                  interface: eth0
                  dns: [ 10.231.136.1 ]
                guest.files:
                  /www/schema: { content: "made" }
                  /etc/udhcpc/script: { mode: 0755, content: "#!/bin/sh" }   # nothing in it asks for addresses
                  /etc/rc.local: { mode: 0755, content: "#!/bin/sh\\nhttpd -p 5432 -h /www" }
                health: { tcp: 5432, interval: 1s }
              setup:
                image: bb
                needs: [ database: healthy ]
                network:
                  v4.static: { hostAddresses: [ 10.231.137.1/32 ], containerPool: [ 10.231.137.2/32 ] }
                  v6.static: { hostAddresses: [ "fd37:2::1/64" ], containerPool: [ "fd37:2::2/64" ] }
                  dns: [ 10.231.137.1 ]
                guest.files:
                  /sbin/init: { mode: 0755, content: "#!/bin/sh\\necho 'GET /schema HTTP/1.0' | nc -w 2 10.231.136.2 5432 > /root/schema\\nping -c 1 -W 4 fd37:2::1 >/root/v6 2>&1\\ntrap 'halt -f' PWR 37\\ntrap 'reboot -f' INT\\nwhile :; do sleep 86400 & wait; done" }
              shared: { image: bb, network: host }
            """;

    private Daemon daemon;
    private Api api;

    @BeforeAll
    void open() {
        daemon = Daemon.start("nets");
        api = daemon.api();
        Ground.image(daemon);
        host("ip", "link", "add", "phys0", "type", "veth", "peer", "name", "phys1"); // a card, and its cable
        host("ip", "link", "set", "phys1", "up");
        host("ip", "link", "set", "phys0", "up");
        host("ip", "link", "add", "br7", "type", "bridge"); // the host's own
        Answer end = apply(SITE);
        assertThat(end.metadata().path("err").asString()).isEmpty();
        assertThat(end.metadata().path("status_code").asInt()).isEqualTo(200);
    }

    @AfterAll
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Answer apply(String text) {
        return daemon.apply(text);
    }

    private String berth(String... words) {
        return daemon.command("berth", words).out();
    }

    private String inside(String name, String line) {
        return daemon.inside(name, line);
    }

    private String host(String... command) {
        return daemon.host().run(command).orFail().out();
    }

    @Test
    void a_guest_has_a_subnet_of_its_own_by_dhcp_and_router_advertisements() {
        assertThat(host("ip", "-o", "addr", "show", "dev", "ve-own")).contains("inet 10.", "inet6 fd42:");
        assertThat(inside("own", "ip -o addr show dev host0")).contains("inet 10.", "inet6 fd42:");
        assertThat(inside("own", "cat /etc/resolv.conf")).contains("nameserver 10.");
        assertThat(inside("own", "ping -c 1 -W 2 own.lxd && echo well")).endsWith("well\n");
    }

    @Test
    void a_port_of_the_host_leads_into_a_guest() {
        assertThat(host("busybox", "wget", "-q", "-O", "-", "http://10.44.0.1:8080/"))
                .isEqualTo("own page");
    }

    @Test
    void one_port_on_two_addresses_of_the_host_leads_into_a_guest_and_on_no_third() {
        for (String door : List.of("127.0.0.1:8081", "[::1]:8081", "127.0.0.1:8080", "[::1]:8080")) {
            assertThat(host("busybox", "wget", "-q", "-O", "-", "http://" + door + "/"))
                    .isEqualTo("own page");
        }
        assertThat(daemon.host()
                        .run("busybox", "wget", "-q", "-O", "-", "http://10.44.0.1:8081/")
                        .out())
                .isEmpty();
    }

    @Test
    void guests_of_a_zone_reach_each_other_by_name() {
        assertThat(host("ip", "-o", "link", "show", "dev", "vz-demo")).contains("vz-demo");
        assertThat(inside("z1", "ping -c 1 -W 2 z2 && echo well")).endsWith("well\n");
        assertThat(inside("z2", "ping -c 1 -W 2 z1.lxd && echo well")).endsWith("well\n");
    }

    @Test
    void a_guest_of_a_zone_has_the_static_address_that_it_asks_for() {
        assertThat(inside("z2", "ip -o -4 addr show dev eth0")).contains("10.44.0.77/24");
    }

    @Test
    void addresses_from_a_pool_are_at_both_ends() {
        assertThat(host("ip", "-o", "addr", "show", "dev", "ve-static"))
                .contains("10.237.0.1/16", "10.238.1.1/24", "fd37:1::1/96");
        assertThat(inside("static", "ip -o addr show dev host0"))
                .contains("10.237.1.3/16", "10.238.1.3/24", "fd37:1::3/96");
        host("busybox", "ping", "-c", "1", "-W", "2", "10.237.1.3");
        host("busybox", "ping", "-c", "1", "-W", "2", "fd37:1::3");
        assertThat(inside("static", "ping -c 1 -W 2 10.238.1.1 && ping -c 1 -W 2 fd37:1::1 && cat /etc/resolv.conf"))
                .endsWith("nameserver 10.237.0.1\n");
    }

    @Test
    void extra_cards_are_pairs_of_their_own_name_or_on_a_bridge_of_the_host() {
        assertThat(inside("static", "ip -o addr show dev db; ip route; ping -c 1 -W 2 -I db 10.9.9.1"))
                .contains("10.9.9.2 peer 10.9.9.1/32", "default via 10.237.0.1", " 0% packet loss")
                .doesNotContain("default via 10.9.9.1");
        host("busybox", "ping", "-c", "1", "-W", "2", "10.9.9.2");
        assertThat(inside("static", "ip -o link show dev on")).contains(" on");
        assertThat(host("ip", "-o", "link", "show", "master", "br7")).contains("veth");
    }

    @Test
    void the_host_and_a_guest_beside_its_interface_reach_one_another_as_long_as_the_guest_runs() {
        assertThat(host("ip", "-d", "-o", "link", "show", "dev", "mv-phys0-host"))
                .contains("macvlan mode bridge");
        host("busybox", "ping", "-c", "1", "-W", "2", "198.51.100.9");
        assertThat(inside("lan", "ping -c 1 -W 2 198.51.100.1; ip route; ip neigh"))
                .contains(" 0% packet loss", "198.51.100.1 dev mv-phys0 lladdr 00:16:3e:")
                .doesNotContain("default");
        daemon.kill();
        daemon.startAgain(Map.of());
        api.done("PUT", "/1.0/instances/lan/state", "{\"action\":\"stop\",\"force\":true,\"timeout\":10}");
        assertThat(host("ip", "-o", "link")).doesNotContain("mv-phys0-host");
        api.done("PUT", "/1.0/instances/lan/state", "{\"action\":\"start\"}");
        host("busybox", "ping", "-c", "1", "-W", "2", "198.51.100.9");
    }

    @Test
    void a_port_leads_by_rules_to_a_guest_with_a_fixed_address_which_sees_who_asks() {
        String page = "/cgi-bin/who";
        assertThat(inside("lan", "wget -q -O - http://198.51.100.1:8090" + page))
                .contains("198.51.100.9");
        // The host asks by an address within the zone, whose NAT gives it that of the way out.
        assertThat(host("busybox", "wget", "-q", "-O", "-", "http://10.44.0.1:8090" + page))
                .contains("10.9.9.1");
        for (String loopback : List.of("127.0.0.1", "[::1]")) { // by a process: no rule leads out of it
            assertThat(host("busybox", "wget", "-q", "-O", "-", "http://" + loopback + ":8090" + page))
                    .isNotEmpty();
        }
        assertThat(host("nft", "list", "tables")).contains("inet berth-proxy-");
    }

    @Test
    void what_a_first_process_does_first_reaches_another_guest() {
        assertThat(inside("setup", "cat /root/schema")).endsWith("\nmade");
        assertThat(inside("setup", "cat /root/v6")).contains(" 0% packet loss");
        api.done("PUT", "/1.0/instances/setup/state", "{\"action\":\"restart\",\"force\":true,\"timeout\":10}");
        assertThat(inside("setup", "cat /root/schema")).endsWith("\nmade");
    }

    @Test
    void a_container_of_2014_has_its_card_and_addresses() {
        assertThat(host("ip", "-o", "addr", "show", "dev", "ve-database")).contains("10.231.136.1/32");
        assertThat(host("ip", "route")).contains("10.231.136.2 dev ve-database");
        assertThat(inside("database", "ip -o addr show dev eth0; ip route"))
                .contains("10.231.136.2/32", "default via 10.231.136.1 dev eth0");
        host("busybox", "ping", "-c", "1", "-W", "2", "10.231.136.2");
    }

    @Test
    void a_guest_on_the_hosts_network_is_reached_by_the_hosts_addresses() {
        inside("shared", "mkdir -p /tmp/w; echo shared > /tmp/w/index.html; httpd -p 8099 -h /tmp/w");
        assertThat(host("busybox", "wget", "-q", "-O", "-", "http://10.44.0.1:8099/"))
                .isEqualTo("shared\n");
        assertThat(inside("shared", "ip link")).contains("vz-demo");
        assertThat(inside("shared", "ip link delete vz-demo; ip link add x0 type dummy; ip link"))
                .contains("vz-demo")
                .doesNotContain("x0");
    }

    @Test
    void the_host_resolves_names_of_guests_as_long_as_it_is_asked_to() throws Exception {
        Path hosts = Files.writeString(daemon.host().directory().resolve("hosts"), "127.0.0.1 localhost z2\n");
        api.done("PATCH", "/1.0", "{\"config\":{\"berth.hosts_file\":\"" + hosts + "\"}}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hosts)
                        .content()
                        .startsWith("127.0.0.1 localhost z2\n")
                        .contains("10.231.136.2 database database.containers sql.example\n")
                        .contains("10.237.1.3 static static.containers\n", "fd37:1::3 static static.containers\n")
                        .containsPattern("\\n10\\.44\\.0\\.[0-9]+ z1 z1\\.lxd z1\\.containers\\n")
                        .containsPattern("\\n10\\.44\\.0\\.[0-9]+ z2\\.lxd z2\\.containers\\n"));
        host("mount", "--bind", hosts.toString(), "/etc/hosts");
        assertThat(host("busybox", "ping", "-6", "-c", "1", "-W", "2", "static"))
                .contains("fd37:1::3", " 0% packet loss");
        assertThat(host("busybox", "wget", "-q", "-O", "-", "http://own:80/")).isEqualTo("own page");
        host("umount", "/etc/hosts");
        // Leases that come by themselves are heard of, and a daemon that was killed goes on.
        daemon.kill();
        daemon.startAgain(Map.of());
        api.done(
                "POST",
                "/1.0/instances",
                "{\"name\":\"late\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},"
                        + "\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"p\"},\"eth0\":{\"type\":\"nic\",\"network\":\"vz-demo\"}}}");
        api.done("PUT", "/1.0/instances/late/state", "{\"action\":\"start\"}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hosts)
                        .content()
                        .containsPattern("\\n10\\.44\\.0\\.[0-9]+ late late\\.lxd late\\.containers\\n"));
        Ground.remove(daemon, "late");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hosts).content().doesNotContain("late"));
        api.done("PATCH", "/1.0", "{\"config\":{\"berth.hosts_file\":\"\"}}");
        assertThat(hosts).hasContent("127.0.0.1 localhost z2\n");
        assertThat(daemon.door()
                        .ask("PATCH", "/1.0", "{\"config\":{\"berth.hosts_file\":\"/nowhere/hosts\"}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_guest_leaves_the_hosts_network_and_comes_back_to_it_by_a_restart() {
        String own = SITE.replace("network: host", "network: { zone: demo, interface: eth0 }");
        assertThat(apply(own).metadata().path("err").asString()).isEmpty();
        assertThat(inside("shared", "ls /sys/class/net")).isEqualTo("eth0\nlo\n");
        assertThat(apply(SITE).metadata().path("err").asString()).isEmpty();
        assertThat(inside("shared", "ls /sys/class/net")).contains("vz-demo");
    }

    @Test
    void guests_that_ask_for_no_address_are_ready_all_the_same_and_what_they_lack_is_told() {
        String quiet =
                "{ image: bb, devices: { root: { type: disk, path: /, pool: p } }, guest.files: { /etc/rc.local: "
                        + "{ mode: 0755, content: \"#!/bin/sh\" }, /etc/udhcpc/script: { mode: 0755, content: \"#!/bin/sh\" } } }";
        long begun = System.nanoTime();
        Answer end = apply("""
                berth: 1
                site: quiet
                networks: { v4only: { config: { ipv4.address: 10.45.0.1/24, ipv6.address: none } } }
                instances: { q1: %1$s, q2: %1$s }
                """.formatted(quiet));
        assertThat(end.metadata().path("err").asString()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
        assertThat(end.metadata().path("metadata").path("steps").toString())
                .contains("\"instance:q1\"", "\"ok: no IPv4 address on eth0, waited for in vain\"");
    }

    @Test
    void nothing_is_planned_when_nothing_has_changed() {
        Answer again = apply(SITE);
        assertThat(again.metadata().path("status_code").asInt()).isEqualTo(200);
        assertThat(berth("status", "--site", "nets")).doesNotContain("!");
        assertThat(berth("drift", "--site", "nets")).contains("no drift");
    }
}
