package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.InstanceName;
import berth.model.NetworkName;
import berth.model.wanted.Finding;
import berth.model.wanted.WantedInstance;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What zones, networks of guests and their ports become. */
class NetworkSpecTest {
    private static final String SITE = """
            berth: 1
            site: rfc
            pools: { p: { driver: dir } }
            """;

    private static Parsed read(String text) {
        return SpecReader.read(List.of(new SourceFile("berth.yaml", "/srv", SITE + text)));
    }

    private static Parsed good(String text) {
        Parsed parsed = read(text);
        assertThat(parsed.errors()).isEmpty();
        Parsed again = SpecReader.read(List.of(new SourceFile("normal.yaml", "/srv", NormalText.of(parsed.spec()))));
        assertThat(again.errors()).isEmpty();
        assertThat(NormalText.of(again.spec())).isEqualTo(NormalText.of(parsed.spec()));
        return parsed;
    }

    private static List<String> wrong(String text) {
        Parsed parsed = read(text);
        return Stream.concat(parsed.errors().stream(), parsed.warnings().stream())
                .map(Finding::text)
                .toList();
    }

    private static SortedMap<String, SortedMap<String, String>> devices(Parsed parsed, String guest) {
        WantedInstance wanted = parsed.spec().instances().get(new InstanceName(guest));
        return wanted == null ? new java.util.TreeMap<>() : wanted.devices();
    }

    private static Map<String, String> network(Parsed parsed, String name) {
        var wanted = parsed.spec().networks().get(new NetworkName(name));
        return wanted == null ? Map.of() : wanted.config();
    }

    @Test
    void a_static_address_within_a_zone_is_kept_for_the_guest_by_its_dhcp() {
        Parsed parsed = good("""
                zones: { z: { v4.addrPool: [ 10.9.0.0/24 ], hostAddresses: [ "fd44::1/64" ] } }
                instances:
                  a:
                    image: i
                    network:
                      zone: z
                      v4.static.containerPool: [ 10.9.0.5/24 ]
                      v6.static.containerPool: [ "fd44::5/64" ]
                """);
        assertThat(devices(parsed, "a").get("host0"))
                .containsEntry("ipv4.address", "10.9.0.5")
                .containsEntry("ipv6.address", "fd44::5");
        assertThat(network(parsed, "vz-z")).containsEntry("ipv6.dhcp.stateful", "true");
        assertThat(
                        wrong(
                                "zones: { z: { v4.addrPool: [ 10.9.0.0/24 ] } }\n"
                                        + "instances: { a: { image: i, network: { zone: z, v4.static.containerPool: [ 10.8.0.5/24 ] } } }"))
                .isNotEmpty();
        assertThat(
                        wrong(
                                "zones: { z: {} }\n"
                                        + "instances: { a: { image: i, network: { zone: z, v4.static.hostAddresses: [ 10.8.0.5/24 ] } } }"))
                .anySatisfy(it -> assertThat(it).contains("write them under zones.z"));
    }

    @Test
    void a_guest_that_names_no_network_where_there_is_none_has_one_of_its_own() {
        for (String asks : List.of("", ", network: {}", ", network: { veth: true }")) {
            Parsed parsed = good("instances: { demo: { image: i" + asks + " } }");
            assertThat(network(parsed, "ve-demo"))
                    .containsOnly(Map.entry("ipv4.address", "auto"), Map.entry("ipv6.address", "auto"));
            assertThat(devices(parsed, "demo"))
                    .containsEntry(
                            "host0",
                            new java.util.TreeMap<>(Map.of("type", "nic", "name", "host0", "network", "ve-demo")));
        }
        Parsed beside =
                good("networks: { br0: {} }\ninstances: { a: { image: i }, b: { image: i, network.veth: true } }");
        assertThat(devices(beside, "a").get("eth0")).containsEntry("network", "br0");
        assertThat(devices(beside, "b").get("host0")).containsEntry("network", "ve-b");
    }

    @Test
    void a_pool_of_addresses_is_the_subnet_of_its_own_network() {
        Parsed parsed = good(
                "instances: { demo: { image: i, network: { v4: { addrPool: [ 10.9.0.0/28 ], nat: false }, v6.addrPool: [ \"::/64\" ] } } }");
        assertThat(network(parsed, "ve-demo"))
                .containsOnly(
                        Map.entry("ipv4.address", "10.9.0.1/28"),
                        Map.entry("ipv4.nat", "false"),
                        Map.entry("ipv6.address", "auto"));
        assertThat(network(good("instances: { d: { image: i, network.v4.addrPool: [ 0.0.0.0/28 ] } }"), "ve-d"))
                .containsEntry("ipv4.address", "auto");
    }

    @Test
    void of_several_pools_one_is_picked_when_the_network_is_made() {
        Parsed parsed = good("""
                zones: { z: { v4.addrPool: [ 10.8.0.0/24, 10.9.0.5/24, 0.0.0.0/24 ], v6.addrPool: [ "fd44::/64", "fd45::/64" ] } }
                instances: { demo: { image: i, network.v4: { addrPool: [ 10.9.0.0/28, 10.9.1.0/28 ], nat: false } } }
                """);
        assertThat(network(parsed, "vz-z"))
                .containsOnly(
                        Map.entry("ipv4.address", "auto"),
                        Map.entry("user.berth.ipv4.pools", "10.8.0.1/24 10.9.0.5/24 auto"),
                        Map.entry("ipv4.nat", "true"),
                        Map.entry("ipv6.address", "auto"),
                        Map.entry("user.berth.ipv6.pools", "fd44::1/64 fd45::1/64"),
                        Map.entry("ipv6.nat", "false"));
        assertThat(network(parsed, "ve-demo"))
                .containsEntry("user.berth.ipv4.pools", "10.9.0.1/28 10.9.1.1/28")
                .containsEntry("ipv4.nat", "false")
                .containsEntry("ipv6.address", "auto");
        assertThat(wrong("zones: { z: { hostAddresses: [ 10.8.0.1/24, 10.9.0.1/24 ] } }\ninstances: {}"))
                .containsExactly("a network has one IPv4 address of the host; leave one of 10.8.0.1/24, 10.9.0.1/24");
    }

    @Test
    void guests_of_a_zone_share_its_bridge() {
        Parsed parsed = good("""
                zones:
                  demo: {}
                  fixed: { hostAddresses: [ 10.7.0.1/24, "fd07::1/64" ], v4.nat: false }
                instances:
                  a: { image: i, network.zone: demo }
                  b: { image: i, network: { zone: fixed, v4.address: 10.7.0.9, interface: eth0 } }
                """);
        assertThat(network(parsed, "vz-demo")).containsEntry("ipv4.address", "auto");
        assertThat(network(parsed, "vz-fixed"))
                .containsEntry("ipv4.address", "10.7.0.1/24")
                .containsEntry("ipv4.nat", "false")
                .containsEntry("ipv6.address", "fd07::1/64");
        assertThat(devices(parsed, "a").get("host0")).containsEntry("network", "vz-demo");
        assertThat(devices(parsed, "b").get("eth0")).containsEntry("ipv4.address", "10.7.0.9");
        assertThat(wrong("zones: { demo: {} }\ninstances: { a: { image: i, network.zone: demmo } }"))
                .containsExactly("\"demmo\" is no zone of this site; declare it under zones:. Did you mean demo?");
        assertThat(wrong("zones: { demo: {} }\nnetworks: { vz-demo: {} }\ninstances: {}")
                        .getFirst())
                .startsWith("is said twice: as networks.vz-demo");
    }

    @Test
    void static_addresses_are_a_pair_whose_host_end_has_the_first_free_address_of_each_subnet() {
        Parsed parsed = good("""
                instances:
                  static:
                    image: i
                    network:
                      v4.static.containerPool: [ 10.237.0.1/16, 10.238.1.3/16 ]
                      v6.static.containerPool: [ "2a01:4f9:4b:1659:3aa3:cafe::3/96" ]
                """);
        assertThat(devices(parsed, "static").get("host0"))
                .containsOnly(
                        Map.entry("type", "nic"),
                        Map.entry("nictype", "p2p"),
                        Map.entry("name", "host0"),
                        Map.entry("host_name", "ve-static"),
                        Map.entry("ipv4.address", "10.237.0.1/16,10.238.1.3/16"),
                        Map.entry("ipv4.host_address", "10.237.0.2/16,10.238.0.1/16"),
                        Map.entry("ipv4.nat", "true"),
                        Map.entry("ipv6.address", "2a01:4f9:4b:1659:3aa3:cafe::3/96"),
                        Map.entry("ipv6.host_address", "2a01:4f9:4b:1659:3aa3:cafe:0:1/96"));
        assertThat(parsed.warnings().stream().map(Finding::text))
                .containsExactly(
                        "addresses without DNS servers; write network.dns: [ ADDRESS ] unless the guest knows some itself");
    }

    @Test
    void the_containers_of_2014_have_an_address_at_each_end_and_no_subnet() {
        Parsed parsed = good("""
                instances:
                  database:
                    image: i
                    network:
                      v4: { nat: false, static: { hostAddresses: [ 10.231.136.1/32 ], containerPool: [ 10.231.136.2/32 ] } }
                      interface: eth0
                      dns: [ 10.231.136.1 ]
                """);
        assertThat(devices(parsed, "database").get("eth0"))
                .containsEntry("ipv4.host_address", "10.231.136.1/32")
                .containsEntry("ipv4.address", "10.231.136.2/32")
                .doesNotContainKey("ipv4.nat");
        assertThat(parsed.warnings()).isEmpty();
        assertThat(parsed.spec().instances().values().iterator().next().files().toString())
                .contains("/etc/resolv.conf", "nameserver 10.231.136.1");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network: { dns: [], v4.static.containerPool: [ 10.0.0.2/32 ] } } }"))
                .containsExactly("10.0.0.2/32 leaves no address for the host; write hostAddresses");
    }

    @Test
    void the_host_s_own_network_is_shared_only_when_it_is_spelled_out() {
        Parsed parsed = good("instances: { a: { image: i, network: host } }");
        assertThat(devices(parsed, "a"))
                .containsEntry("host", new java.util.TreeMap<>(Map.of("type", "nic", "nictype", "host")));
        assertThat(
                        wrong(
                                "networks: { n: {} }\ninstances: { a: { image: i, network: host, devices: { x: { type: nic, network: n } } } }"))
                .containsExactly("host, but a device or a profile gives it a network card");
    }

    @Test
    void forwarded_ports_are_doors() {
        Parsed parsed = good(
                "instances: { a: { image: i, forwardPorts: [ { hostPort: 8080, containerPort: 80 }, { hostPort: 53, protocol: udp, listen: \"::1\" } ] } }");
        assertThat(devices(parsed, "a").get("port-tcp-8080"))
                .containsEntry("listen", "tcp:0.0.0.0:8080")
                .containsEntry("connect", "tcp:127.0.0.1:80");
        assertThat(devices(parsed, "a").get("port-udp-53-::1"))
                .containsEntry("listen", "udp:[::1]:53")
                .containsEntry("connect", "udp:127.0.0.1:53");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, forwardPorts: [ { hostPort: 80 }, { hostPort: 80 }, { containerPort: 1 }, { hostPort: 70000 } ] } }"))
                .hasSize(3);
        assertThat(
                        wrong(
                                "instances: { a: { image: i, forwardPorts: [ { hostPort: 53, listen: \"::1\" }, { hostPort: 53, listen: \"0:0::1\" } ] } }"))
                .singleElement()
                .asString()
                .startsWith("53 of tcp is said twice: as devices.port-tcp-53-::1 at berth.yaml:4:45");
    }

    @Test
    void a_port_leads_to_the_address_that_a_guest_is_given_by_the_rules_of_the_host() {
        Parsed parsed = good("""
                zones: { z: { v4.addrPool: [ 10.9.0.0/24 ] } }
                instances:
                  a:
                    image: i
                    network: { dns: [], v4.static.containerPool: [ 10.8.0.2/24 ], v6.static.containerPool: [ "fd00::2/64" ] }
                    forwardPorts:
                      - { hostPort: 8080, containerPort: 80 }
                      - { hostPort: 8080, containerPort: 80, hostAddress: "::" }
                      - { hostPort: 8081, containerPort: 80, hostAddress: 127.0.0.1 }
                  b: { image: i, network: { zone: z, v4.static.containerPool: [ 10.9.0.5/24 ] }, forwardPorts: [ { hostPort: 53, protocol: udp } ] }
                """);
        assertThat(devices(parsed, "a").get("port-tcp-8080"))
                .containsEntry("nat", "true")
                .containsEntry("listen", "tcp:0.0.0.0:8080")
                .containsEntry("connect", "tcp:10.8.0.2:80");
        assertThat(devices(parsed, "a").get("port-tcp-8080-::")).containsEntry("connect", "tcp:[fd00::2]:80");
        assertThat(devices(parsed, "a").get("port-tcp-8081-127.0.0.1"))
                .containsEntry("connect", "tcp:127.0.0.1:80")
                .doesNotContainKey("nat");
        assertThat(devices(parsed, "b").get("port-udp-53")).containsEntry("connect", "udp:10.9.0.5:53");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, forwardPorts: [ { hostPort: 53, listen: 10.0.0.1, hostAddress: 10.0.0.1 } ] } }"))
                .containsExactly("is said twice: as hostAddress too");
    }

    @Test
    void one_port_may_lead_into_guests_from_two_addresses_of_the_host() {
        Parsed parsed = good("""
                instances:
                  a: { image: i, forwardPorts: [ { hostPort: 80, listen: 10.0.0.1 }, { hostPort: 80, listen: 10.0.0.2, containerPort: 81 } ] }
                  b: { image: i, forwardPorts: [ { hostPort: 80, listen: "FD00::1" } ] }
                """);
        assertThat(devices(parsed, "a"))
                .containsOnlyKeys("root", "host0", "port-tcp-80-10.0.0.1", "port-tcp-80-10.0.0.2");
        assertThat(devices(parsed, "a").get("port-tcp-80-10.0.0.2"))
                .containsEntry("listen", "tcp:10.0.0.2:80")
                .containsEntry("connect", "tcp:127.0.0.1:81");
        assertThat(devices(parsed, "b").get("port-tcp-80-fd00::1")).containsEntry("listen", "tcp:[fd00::1]:80");
    }

    @Test
    void a_macvlan_is_a_word_or_comes_with_addresses() {
        assertThat(devices(good("instances: { a: { image: i, network.macvlan: eth1 } }"), "a")
                        .get("mv-eth1"))
                .containsEntry("nictype", "macvlan")
                .containsEntry("parent", "eth1");
        Parsed parsed = good(
                "instances: { a: { image: i, network.macvlan: { parent: eth1, v4: [ 192.168.2.5/24 ] }, network.mac: 02:00:00:00:00:01 } }");
        assertThat(devices(parsed, "a").get("mv-eth1"))
                .containsEntry("ipv4.address", "192.168.2.5/24")
                .containsEntry("hwaddr", "02:00:00:00:00:01");
    }

    @Test
    void a_macvlan_stands_alone_or_beside_another_card_and_no_address_is_lost() {
        Parsed alone = good(
                "instances: { a: { image: i, network.macvlan: [ eth1, { parent: eth2, v6: [ \"fd00::2/64\" ] } ] } }");
        assertThat(devices(alone, "a")).containsOnlyKeys("root", "mv-eth1", "mv-eth2");
        assertThat(devices(alone, "a").get("mv-eth2")).containsEntry("ipv6.address", "fd00::2/64");
        assertThat(alone.spec().networks()).isEmpty();
        Parsed beside = good("""
                zones: { z: { v4.addrPool: [ 10.9.0.0/24 ] } }
                instances:
                  a: { image: i, network: { macvlan: eth1, veth: true, interface: eth0, mac: 02:00:00:00:00:01 } }
                  b: { image: i, network: { macvlan: eth1, dns: [], v4.static.containerPool: [ 10.8.0.2/24 ] } }
                  c: { image: i, network: { macvlan: eth1, zone: z, v4.address: 10.9.0.7 } }
                """);
        assertThat(devices(beside, "a").get("eth0"))
                .containsEntry("network", "ve-a")
                .containsEntry("hwaddr", "02:00:00:00:00:01");
        assertThat(devices(beside, "a").get("mv-eth1")).doesNotContainKey("hwaddr");
        assertThat(devices(beside, "b").get("host0")).containsEntry("ipv4.address", "10.8.0.2/24");
        assertThat(devices(beside, "c").get("host0")).containsEntry("ipv4.address", "10.9.0.7");
        assertThat(devices(beside, "c")).containsOnlyKeys("root", "host0", "mv-eth1");
        assertThat(wrong("instances: { a: { image: i, network: { macvlan: eth1, v4.address: 192.168.2.5 } } }"))
                .containsExactly(
                        "is of a card on a network, and there is none here; write macvlan: { parent: NAME, v4: [ ADDRESS/LENGTH ] }");
        assertThat(wrong("instances: { a: { image: i, network: { macvlan: [ eth1, eth2 ], interface: eth0 } } }"))
                .containsExactly("of which of its cards? Write them under devices: instead");
        assertThat(wrong("instances: { a: { image: i, network: { macvlan: [ { v4: [] } ] } } }"))
                .containsExactly("is missing; name an interface of the host");
    }

    @Test
    void the_host_has_a_card_beside_that_of_a_macvlan_when_it_is_given_an_address() {
        Parsed parsed = good("""
                instances:
                  a: { image: i, network.macvlan: { parent: eth1, v4: [ 192.168.2.5/24 ], host: 192.168.2.2/24 } }
                  b: { image: i, network.macvlan: { parent: eth1, host: [ 192.168.2.2/24 ] } }
                  c: { image: i, network.macvlan: { parent: enp3s0f1, host: [ 192.168.3.2/24, "fd00::2/64" ] } }
                """);
        assertThat(devices(parsed, "a").get("mv-eth1"))
                .containsEntry("host_name", "mv-eth1-host")
                .containsEntry("ipv4.host_address", "192.168.2.2/24")
                .containsEntry("ipv4.address", "192.168.2.5/24");
        assertThat(devices(parsed, "c").get("mv-enp3s0f1"))
                .containsEntry("ipv6.host_address", "fd00::2/64")
                .hasEntrySatisfying("host_name", it -> assertThat(it).hasSize(15));
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network.macvlan: { parent: eth1, host: 192.168.2.2/24 } }, b: { image: i, network.macvlan: { parent: eth1, host: 192.168.2.3/24 } } }"))
                .containsExactly(
                        "the host's card beside eth1 has 192.168.2.2/24 by another guest; say the same here, or leave host out");
        assertThat(wrong("instances: { a: { image: i, network.macvlan: { parent: eth1, host: 192.168.2.2 } } }"))
                .containsExactly("\"192.168.2.2/32\" is no address in a network; write for instance 192.168.2.2/24");
    }

    @Test
    void an_end_of_a_pair_has_an_address_and_not_a_whole_network() {
        for (String end : List.of(
                "v4.static.containerPool: [ 10.0.0.0/24 ]",
                "v4.static: { containerPool: [ 10.0.0.2/24 ], hostAddresses: [ 10.0.0.0/24 ] }",
                "macvlan: { parent: eth1, v4: [ 10.0.0.0/24 ] }")) {
            assertThat(wrong("instances: { a: { image: i, network: { dns: [], " + end + " } } }"))
                    .as(end)
                    .contains("\"10.0.0.0/24\" is a whole network; write an address in it");
        }
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network: { dns: [], v6.static.containerPool: [ \"fd00::/64\" ] } } }"))
                .containsExactly("\"fd00::/64\" is a whole network; write an address in it");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network: { dns: [], v4.static.containerPool: [ 10.0.0.1/30, 10.0.0.2/30 ] } } }"))
                .containsExactly("10.0.0.1/30 leaves no address for the host; write hostAddresses");
    }

    @Test
    void names_that_the_kernel_does_not_take_are_shortened_and_told() {
        Parsed parsed = good("instances: { some-athens-guest: { image: i }, some-athens-other: { image: i } }");
        assertThat(parsed.spec().networks().keySet().stream().map(NetworkName::text))
                .allSatisfy(it -> assertThat(it).hasSize(15).startsWith("ve-some-ath"))
                .hasSize(2);
        assertThat(parsed.warnings()).hasSize(2);
        assertThat(parsed.warnings().getFirst().text()).contains("ve-some-athens-guest is longer than the 15");
        assertThat(
                        wrong(
                                "instances: { some-athens-guest: { image: i, network: { dns: [], v4.static.containerPool: [ 10.0.0.2/24 ] } } }"))
                .singleElement()
                .asString()
                .contains("ve-some-athens-guest is longer than the 15");
    }

    @Test
    void names_that_become_the_same_interface_are_told_and_not_mixed_up() {
        String one = "some-athens-guest-182"; // both have 24fc at the end
        String other = "some-athens-guest-343";
        for (String networks : List.of(
                "{}|{}",
                "{}|{ dns: [], v4.static.containerPool: [ 10.0.0.2/24 ] }",
                "{ dns: [], v4.static.containerPool: [ 10.0.0.2/24 ] }|{ dns: [], v4.static.containerPool: [ 10.0.1.2/24 ] }")) {
            String[] both = networks.split("\\|", -1);
            Parsed parsed = read("instances:\n  " + one + ": { image: i, network: " + both[0] + " }\n  " + other
                    + ": { image: i, network: " + both[1] + " }\n");
            assertThat(parsed.errors().stream().map(Finding::line))
                    .as(networks)
                    .containsExactly("berth.yaml:6:38  instances." + other
                            + ".network: its interface on the host would be called ve-some-ath24fc, as that of instances."
                            + one + ".network at berth.yaml:5:38; give one of them another name");
        }
        assertThat(wrong("""
                networks: { ve-a: {} }
                instances: { a: { image: i, network: { dns: [], v4.static.containerPool: [ 10.0.0.2/24 ] } } }
                """))
                .singleElement()
                .asString()
                .startsWith("is said twice: as networks.ve-a at berth.yaml:4:");
    }

    @Test
    void overlapping_pairs_of_two_guests_are_found_before_anything_is_touched() {
        assertThat(wrong("""
                instances:
                  a: { image: i, network: { dns: [], v4.static.containerPool: [ 10.237.1.3/16 ] } }
                  b: { image: i, network: { dns: [], v4.static.containerPool: [ 10.237.1.4/24 ] } }
                """).getFirst()).startsWith("overlaps with instances.a.devices.host0");
        assertThat(wrong("""
                instances:
                  a: { image: i, network: { dns: [], v4.static: { containerPool: [ 10.1.0.2 ], hostAddresses: [ 10.1.0.1 ] } } }
                  b: { image: i, network: { dns: [], v4.static: { containerPool: [ 10.1.0.2 ], hostAddresses: [ 10.1.0.3 ] } } }
                """)).containsExactly("10.1.0.2/32 is given twice: to a, device host0 too");
    }

    @Test
    void interfaces_of_the_host_that_move_in_are_further_cards() {
        Parsed parsed = good("instances: { a: { image: i, network: { veth: true, move: [ eth1, eth2 ] } } }");
        assertThat(devices(parsed, "a")).containsOnlyKeys("root", "host0", "eth1", "eth2");
        assertThat(devices(parsed, "a").get("eth2"))
                .containsEntry("nictype", "physical")
                .containsEntry("parent", "eth2");
    }

    @Test
    void extra_cards_are_pairs_by_their_name_or_are_on_a_bridge() {
        Parsed parsed = good("""
                networks: { lan: { config: { ipv4.address: 10.20.0.1/24 } } }
                instances:
                  a:
                    image: i
                    network:
                      extra:
                        db: { hostAddress: 10.9.9.1, localAddress: 10.9.9.2, localAddress6: "fd09::2/64", forwardPorts: [ { hostPort: 5432 } ] }
                        on: { hostBridge: lan }
                        out.bridge: br7
                        out.mac: 02:00:00:00:00:01
                """);
        assertThat(devices(parsed, "a").get("db"))
                .containsOnly(
                        Map.entry("type", "nic"),
                        Map.entry("nictype", "p2p"),
                        Map.entry("name", "db"),
                        Map.entry("host_name", "db"),
                        Map.entry("ipv4.address", "10.9.9.2/32"),
                        Map.entry("ipv4.host_address", "10.9.9.1/32"),
                        Map.entry("ipv4.gateway", "none"),
                        Map.entry("ipv6.address", "fd09::2/64"),
                        Map.entry("ipv6.gateway", "none"));
        assertThat(devices(parsed, "a").get("on")).containsEntry("network", "lan");
        assertThat(devices(parsed, "a").get("out"))
                .containsEntry("nictype", "bridged")
                .containsEntry("parent", "br7")
                .containsEntry("hwaddr", "02:00:00:00:00:01");
        assertThat(devices(parsed, "a").get("eth0")).containsEntry("network", "lan");
        assertThat(devices(parsed, "a").get("port-tcp-5432")).containsEntry("connect", "tcp:10.9.9.2:5432");
        Parsed wrong = read("instances: { a: { image: i, network.extra: { db: { hostAdress: 10.9.9.1 } } } }");
        assertThat(wrong.errors().stream().map(Finding::line))
                .containsExactly("berth.yaml:4:52  instances.a.network.extra.db.hostAdress: unknown key. Did you mean"
                        + " hostAddress?");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network.extra: { db: {} } }, b: { image: i, network.extra: { db: {} } } }"))
                .singleElement()
                .asString()
                .startsWith("its interface on the host would be called db, as that of instances.a.network.extra.db");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network.extra: { db: { bridge: br7, localAddress: 10.9.9.2 } } } }"))
                .singleElement()
                .asString()
                .startsWith("a card on the bridge br7 is given no addresses from outside");
    }

    @Test
    void a_bridge_may_be_the_hosts_own_and_one_of_the_site_keeps_an_address() {
        Parsed parsed = good("""
                networks: { lan: { config: { ipv4.address: 10.20.0.1/24 } } }
                instances:
                  a: { image: i, network: { bridge: br7 } }
                  b: { image: i, network: { bridge: lan, v4.static.containerPool: [ 10.20.0.9/24 ] } }
                """);
        assertThat(devices(parsed, "a").get("eth0"))
                .containsEntry("parent", "br7")
                .doesNotContainKey("network");
        assertThat(devices(parsed, "b").get("eth0"))
                .containsEntry("network", "lan")
                .containsEntry("ipv4.address", "10.20.0.9");
        assertThat(
                        wrong(
                                "instances: { a: { image: i, network: { bridge: br7, v4.static.containerPool: [ 10.20.0.9/24 ] } } }"))
                .singleElement()
                .asString()
                .startsWith("a card on the bridge br7 is given no addresses from outside");
    }

    @Test
    void a_port_of_a_guest_on_the_hosts_network_leads_elsewhere_or_is_refused() {
        assertThat(wrong("instances: { a: { image: i, network: host, forwardPorts: [ { hostPort: 80 } ] } }"))
                .containsExactly(
                        "has no effect on the host's own network, where the guest listens itself; take it out");
        good("instances: { a: { image: i, network: host, forwardPorts: [ { hostPort: 8080, containerPort: 80 } ] } }");
    }

    @Test
    void further_names_are_kept_with_the_guest_and_belong_to_one() {
        Parsed parsed = good("instances: { a: { image: i, names: [ database.containers, db ] } }");
        assertThat(parsed.spec().instances().values().iterator().next().config())
                .containsEntry("user.berth.names", "database.containers db");
        assertThat(wrong("instances: { a: { image: i, names: [ db ] }, b: { image: i, names: [ DB, \"x y\" ] } }"))
                .containsExactlyInAnyOrder("db is said by instances.a.names already", "\"x y\" is no name for a guest");
    }
}
