package berth.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.spi.Fitting.Route;
import berth.spi.Fitting.Wiring;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices are accepted and refused as LXD 5.0.2 does, which was asked. */
class DeviceTypesTest {
    private static Device device(String keys) {
        var map = new HashMap<String, String>();
        for (String pair : keys.split(" ")) {
            map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return Device.of("d1", map);
    }

    private static DeviceType type(String name) {
        return switch (name) {
            case "proxy" -> new ProxyType();
            case "usb" -> new UsbType(true);
            case "unix-hotplug" -> new UsbType(false);
            case "unix-char" -> new UnixType(false);
            case "gpu" -> Unserved.gpu();
            case "infiniband" -> Unserved.infiniband();
            case "tpm" -> Unserved.tpm();
            case "pci" -> Unserved.pci();
            case "routed" -> new RoutedNic();
            case "physical" -> new PhysicalNic();
            case "ipvlan" -> new IpvlanNic();
            default -> new P2pNic();
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type=unix-char                                 | Unix device entry is missing the required "source" or "path" property
            type=unix-char source=/dev/null uid=abc        | Invalid value for device option "uid": Invalid value for a UNIX ID
            type=unix-char source=/dev/null mode=999       | Invalid value for device option "mode": Invalid value for an octal file mode
            type=unix-char source=/etc/passwd              | Invalid value for device option "source": Path needs to be in /dev
            type=unix-char source=/dev/../etc              | Invalid value for device option "source": Path needs to be in /dev
            type=unix-char source=/dev/null foo=bar        | Invalid device option "foo"
            type=unix-char source=/dev/null required=maybe | Invalid value for device option "required": Invalid value for a boolean "maybe"
            type=unix-hotplug                              | Unix hotplug devices require a vendorid or a productid
            type=usb vendorid=12345                        | Invalid value for device option "vendorid": Invalid value, must be four lower case hex characters
            type=gpu gputype=mig                           | Either "mig.uuid" or both "mig.gi" and "mig.ci" must be set
            type=gpu id=0 vendorid=1234                    | Cannot use "vendorid" when when "id" is set
            type=infiniband nictype=physical               | Invalid value for device option "parent": Required value
            type=tpm                                       | Failed to validate config: Invalid value for device option "path": Required value
            type=pci address=0000:01:00.0                  | Unsupported device type
            type=nic nictype=p2p mtu=1                     | Invalid value for device option "mtu": Out of MTU range (1280-16384) "1"
            type=nic nictype=p2p parent=x0                 | Invalid device option "parent"
            type=nic nictype=p2p ipv4.routes=10.1.2.3/24   | Invalid value for device option "ipv4.routes": Item "10.1.2.3/24": Not an IPv4 network address "10.1.2.3/24"
            type=nic nictype=p2p name=a/b                  | Invalid value for device option "name": Network interface contains invalid characters
            type=nic nictype=p2p ipv4.nat=true             | "ipv4.nat" needs "ipv4.address": an address inside
            type=nic nictype=p2p ipv4.address=10.1.0.0/24  | Invalid value for device option "ipv4.address": Item "10.1.0.0/24": Not an IPv4 address "10.1.0.0/24"
            type=nic nictype=p2p ipv6.address=10.1.0.1     | Invalid value for device option "ipv6.address": Item "10.1.0.1": Not an IPv6 address "10.1.0.1"
            type=nic nictype=routed ipv4.address=10.1.0.1/24 | Invalid value for device option "ipv4.address": Item "10.1.0.1/24": Not an IPv4 address "10.1.0.1/24"
            type=nic nictype=physical                      | Invalid value for device option "parent": Required value
            type=nic nictype=ipvlan parent=eth0 mode=l4    | Invalid value for device option "mode": Must be one of: l3s, l2
            type=nic nictype=ipvlan parent=eth0 vlan=5000  | Invalid value for device option "vlan": Out of VLAN ID range (0-4094) "5000"
            type=nic nictype=routed ipv4.gateway=10.1.0.1  | Invalid value for device option "ipv4.gateway": Must be one of: auto, none
            type=nic nictype=routed ipv6.neighbor_probe=true | Invalid value for device option "ipv6.neighbor_probe": whether addresses are in use already is not looked at yet; leave it out
            type=proxy                                     | Invalid value for device option "listen": Unknown protocol type ""
            type=proxy listen=tcp:0.0.0.0 connect=tcp:127.0.0.1:80      | Invalid value for device option "listen": address 0.0.0.0: missing port in address
            type=proxy listen=tcp:foo:80 connect=tcp:127.0.0.1:80       | Invalid value for device option "listen": Not an IP address "foo"
            type=proxy listen=tcp:::1:80 connect=tcp:127.0.0.1:80       | Invalid value for device option "listen": address ::1:80: too many colons in address
            type=proxy listen=tcp:0.0.0.0:80 connect=tcp:127.0.0.1:80-81 | Mismatch between listen port(s) and connect port(s) count
            type=proxy listen=tcp:0.0.0.0:80 connect=tcp:127.0.0.1:80 bind=x | Invalid value for device option "bind": Invalid binding side given. Must be "host" or "instance"
            type=proxy listen=tcp:0.0.0.0:80 connect=tcp:127.0.0.1:80 uid=3 | Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties
            type=proxy listen=tcp:10.9.0.1:80 connect=udp:0.0.0.0:80 nat=true | Proxying tcp <-> udp is not supported when using NAT
            type=proxy listen=tcp:10.9.0.1:80 connect=tcp:0.0.0.0:80 nat=true bind=instance | Only host-bound proxies can use NAT
            type=proxy listen=tcp:0.0.0.0:80 connect=unix:/x proxy_protocol=true | The PROXY header can only be sent to tcp servers in non-nat mode
            """)
    void refuses_in_lxd_s_words(String keys, String words) {
        Device device = device(keys);
        assertThatThrownBy(() -> type(device.type().equals("nic") ? device.value("nictype") : device.type())
                        .check(device))
                .isInstanceOf(Wrong.class)
                .hasMessage(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type=unix-char path=/dev/x major=1 minor=3 uid=7 mode=0640 user.note=mine",
                "type=usb",
                "type=proxy listen=tcp:0.0.0.0:80-82,90 connect=tcp:127.0.0.1:80",
                "type=proxy listen=tcp:[::1]:80 connect=unix:@name",
                "type=proxy listen=unix:/run/x.sock connect=tcp:127.0.0.1:80 uid=1000 mode=0660",
                "type=nic nictype=p2p ipv4.routes=10.1.0.0/16,10.2.3.4/32 limits.max=10Mbit",
                "type=nic nictype=p2p ipv4.address=10.1.0.2/24,10.2.0.2 ipv4.host_address=10.1.0.1/24 ipv4.nat=true",
                "type=nic nictype=p2p ipv6.address=fd00::2/64 ipv6.gateway=none host_name=ve-x",
                "type=nic nictype=routed parent=eth0 ipv4.address=192.0.2.5,192.0.2.6 ipv6.address=2001:db8::5"
            })
    void accepts_what_lxd_accepts(String keys) {
        Device device = device(keys);
        assertThatCode(() -> type(device.type().equals("nic") ? device.value("nictype") : device.type())
                        .check(device))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\"", ";", " drop", "}", "$x", "../", "\u2028"})
    void nothing_of_a_user_s_gets_into_rules_or_arguments(String evil) {
        for (String key : List.of("listen", "connect", "bind", "mode", "uid", "security.uid")) {
            var keys = new HashMap<>(Map.of("type", "proxy", "listen", "tcp:1.2.3.4:80", "connect", "tcp:1.2.3.4:80"));
            keys.merge(key, evil, String::concat);
            Device device = Device.of("d1", keys);
            assertThatThrownBy(() -> new ProxyType().check(device)).isInstanceOf(Wrong.class);
        }
        for (String key : List.of("ipv4.address", "ipv4.host_address", "ipv4.gateway", "ipv6.address", "parent")) {
            Device device = Device.of("d1", Map.of("type", "nic", "nictype", "routed", key, "10.0.0.1" + evil));
            assertThatThrownBy(() -> new RoutedNic().check(device)).isInstanceOf(Wrong.class);
            assertThatThrownBy(() -> new P2pNic().check(device)).isInstanceOf(Wrong.class);
        }
        for (String key : List.of("host_name", "name", "hwaddr", "limits.max", "ipv4.routes", "mtu")) {
            Device device = Device.of("d1", Map.of("type", "nic", "nictype", "p2p", key, "10.0.0.0/8" + evil));
            assertThatThrownBy(() -> new P2pNic().check(device)).isInstanceOf(Wrong.class);
        }
    }

    @Test
    void rates_are_bits_per_second() {
        assertThat(Rate.bits("10Mbit")).isEqualTo(10_000_000);
        assertThat(Rate.bits("1Kibit")).isEqualTo(1024);
        assertThat(Rate.bits("5000")).isEqualTo(5000);
        for (String wrong : List.of("x", "10MB", "10M", "-1", "0", "99999999999Ebit")) {
            assertThatThrownBy(() -> Rate.bits(wrong)).isInstanceOf(Wrong.class);
        }
    }

    @Test
    void a_filter_lets_only_its_own_addresses_pass() {
        String text =
                new CardFilter("veth1", "00:16:3e:00:00:01", List.of("10.0.0.5"), List.of("fd42:0:0:0:0:0:0:5")).text();
        assertThat(text)
                .contains("of-veth1 ether saddr != 00:16:3e:00:00:01 drop")
                .contains("of-veth1 ip saddr != { 10.0.0.5 } drop")
                .contains("nd-router-advert, nd-redirect } drop")
                .contains("@nh,384,128 != { 0xfd420000000000000000000000000005 } drop")
                .contains("{ \"veth1\" : jump of-veth1 }");
        assertThat(new CardFilter("veth1", "00:16:3e:00:00:01", List.of(), null).text())
                .contains("ether type { ip, arp } drop")
                .doesNotContain("ip6");
    }

    @Test
    void the_ends_of_a_pair_know_each_other_by_their_subnet_or_by_a_route() {
        Wiring near = CardWires.ofPair(device(
                "type=nic nictype=p2p ipv4.address=10.1.0.2/16,10.2.0.2/16 ipv4.host_address=10.1.0.1/16,10.2.0.1/16"));
        assertThat(near.inside()).containsExactly("10.1.0.2/16", "10.2.0.2/16");
        assertThat(near.gateways()).containsExactly("10.1.0.1");
        assertThat(near.routes()).isEmpty();
        Wiring far = CardWires.ofPair(device("type=nic nictype=p2p ipv4.address=10.231.136.2"
                + " ipv4.host_address=10.231.136.1 ipv6.address=fd00::2 ipv6.gateway=none"));
        assertThat(far.inside()).containsExactly("10.231.136.2/32", "fd00::2/128");
        assertThat(far.host()).containsExactly("10.231.136.1/32");
        assertThat(far.gateways()).containsExactly("10.231.136.1");
        assertThat(far.routes()).containsExactly(new Route("10.231.136.2/32", "", 0), new Route("fd00::2/128", "", 0));
    }

    @Test
    void a_routed_card_stands_behind_the_host_whatever_its_address_is() {
        Wiring wiring = CardWires.ofRouted(
                device(
                        "type=nic nictype=routed ipv4.address=192.0.2.5,192.0.2.6 ipv4.routes=198.51.100.0/24 ipv4.host_table=7"));
        assertThat(wiring.inside()).containsExactly("192.0.2.5/32", "192.0.2.6/32");
        assertThat(wiring.gateways()).containsExactly("169.254.0.1");
        assertThat(wiring.host()).containsExactly("169.254.0.1/32");
        assertThat(wiring.routes())
                .containsExactly(
                        new Route("192.0.2.5/32", "", 0),
                        new Route("192.0.2.5/32", "", 7),
                        new Route("192.0.2.6/32", "", 0),
                        new Route("192.0.2.6/32", "", 7),
                        new Route("198.51.100.0/24", "192.0.2.5", 0),
                        new Route("198.51.100.0/24", "192.0.2.5", 7));
        assertThat(CardNat.text(device("ipv4.address=10.1.0.2/16 ipv4.nat=true ipv6.address=fd00::2"), "ve-x"))
                .contains("ip saddr 10.1.0.2 oifname != \"ve-x\" masquerade")
                .doesNotContain("ip6");
    }
}
