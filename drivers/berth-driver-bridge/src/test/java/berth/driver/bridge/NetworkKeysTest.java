package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Problem;
import berth.model.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkKeysTest {
    @Test
    void an_unknown_option_is_refused_in_LXDs_words() {
        assertThatThrownBy(() -> NetworkKeys.check(Networks.of("x", "foo", "bar")))
                .hasMessage("Invalid option for network \"x\" option \"foo\"");
    }

    @Test
    void a_bad_address_is_refused_in_LXDs_words() {
        assertThatThrownBy(() -> NetworkKeys.check(Networks.of("rq", "ipv4.address", "bad")))
                .hasMessage("Invalid value for network \"rq\" option \"ipv4.address\": invalid CIDR address: bad");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipv4.address | 10.1.2.0/24",
                "ipv4.address | 10.1.2.255/24",
                "ipv4.address | 10.1.2.1/31",
                "ipv4.address | 10.1.2.1",
                "ipv4.address | 10.1.2.1/033",
                "ipv4.address | 010.1.2.1/24",
                "ipv4.address | 127.0.0.1/8",
                "ipv4.address | 10.258/24",
                "ipv4.address | fd42::1/64",
                "ipv6.address | 10.0.0.1/24",
                "ipv6.address | fe80::1%eth0/64",
                "ipv6.address | ::/64",
                "ipv6.address | ff02::1/64",
                "ipv4.nat | maybe",
                "bridge.mtu | 67",
                "bridge.mtu | 9999999999",
                "bridge.mtu | 1e3",
                "bridge.hwaddr | 01:16:3e:00:00:01",
                "bridge.hwaddr | 00:16:3e:00:00",
                "bridge.driver | ovs",
                "bridge.external_interfaces | eth0 type dummy",
                "dns.mode | dynamicc",
                "dns.domain | a..b",
                "dns.domain | lxd/1.2.3.4",
                "dns.search | a,b c",
                "ipv4.dhcp.expiry | 1y",
                "ipv4.dhcp.gateway | fd42::1",
                "ipv4.dhcp.ranges | 10.0.0.9-10.0.0.2",
                "ipv4.dhcp.ranges | 10.0.0.9",
                "ipv4.nat.address | 10.0.0.1/32",
                "ipv4.nat.order | first",
                "ipv4.routes | 10.0.0.1/24",
                "ipv6.routes | 10.0.0.0/24",
            })
    void a_value_that_is_not_what_the_key_wants_is_refused(String key, String value) {
        assertThatThrownBy(() -> NetworkKeys.check(Networks.of("n", key, value)))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("Invalid value for network \"n\" option \"" + key + "\": ");
    }

    @ParameterizedTest
    @CsvSource({
        "bgp.peers.a.asn,1",
        "fan.type,vxlan",
        "tunnel.a.protocol,gre",
        "security.acls,web",
        "dns.zone.forward,lan",
        "ipv4.ovn.ranges,10.0.0.2-10.0.0.3",
        "maas.subnet.ipv4,x",
        "bridge.mode,fan",
        "bridge.driver,openvswitch",
        "security.acls.default.ingress.action,drop"
    })
    void what_is_not_done_yet_is_said_and_not_ignored(String key, String value) {
        assertThatThrownBy(() -> NetworkKeys.check(Networks.of("n", key, value)))
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.problem()).isInstanceOf(Problem.Unsupported.class))
                .hasMessageContaining("is not supported");
    }

    @Test
    void all_that_is_good_passes() {
        assertThatCode(() -> NetworkKeys.check(everything())).doesNotThrowAnyException();
    }

    @Test
    void ranges_outside_of_the_network_are_refused() {
        assertThatThrownBy(() -> NetworkKeys.check(
                        Networks.of("n", "ipv4.address", "10.1.2.1/24", "ipv4.dhcp.ranges", "10.1.2.9-10.1.3.9")))
                .hasMessageContaining("not inside 10.1.2.0/24");
    }

    @Test
    void an_MTU_that_IPv6_cannot_live_with_is_refused() {
        assertThatThrownBy(
                        () -> NetworkKeys.check(Networks.of("n", "ipv6.address", "fd42::1/64", "bridge.mtu", "1000")))
                .hasMessageContaining("1280");
    }

    static berth.model.Network everything() {
        return Networks.of(
                "everything",
                "bridge.driver",
                "native",
                "bridge.mode",
                "standard",
                "bridge.mtu",
                "1400",
                "bridge.hwaddr",
                "00:16:3E:00:00:01",
                "dns.domain",
                "guests.example",
                "dns.mode",
                "managed",
                "dns.search",
                "guests.example, example",
                "ipv4.address",
                "10.99.7.1/24",
                "ipv4.dhcp",
                "true",
                "ipv4.dhcp.expiry",
                "infinite",
                "ipv4.dhcp.gateway",
                "10.99.7.2",
                "ipv4.dhcp.ranges",
                "10.99.7.10-10.99.7.20,10.99.7.30-10.99.7.40",
                "ipv4.firewall",
                "yes",
                "ipv4.nat",
                "1",
                "ipv4.nat.address",
                "192.0.2.1",
                "ipv4.nat.order",
                "before",
                "ipv4.routes",
                "198.51.100.0/24",
                "ipv4.routing",
                "on",
                "ipv6.address",
                "fd42:9::1/64",
                "ipv6.dhcp",
                "true",
                "ipv6.dhcp.expiry",
                "2h",
                "ipv6.dhcp.ranges",
                "fd42:9::10-fd42:9::20",
                "ipv6.dhcp.stateful",
                "true",
                "ipv6.firewall",
                "true",
                "ipv6.nat",
                "true",
                "ipv6.nat.address",
                "2001:db8::1",
                "ipv6.nat.order",
                "after",
                "ipv6.routes",
                "2001:db8:1::/64",
                "ipv6.routing",
                "true",
                "raw.dnsmasq",
                "dhcp-option=42,10.99.7.1\nlog-queries",
                "user.anything at all",
                "any \n value");
    }
}
