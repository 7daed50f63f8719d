package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Refused;
import berth.spi.NetworkDriver.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No value that passes the checks can add a line, an argument or a statement to what other programs read. */
class EmittersTest {
    private static final List<String> KEYS = List.of(
            "bridge.external_interfaces",
            "bridge.hwaddr",
            "bridge.mtu",
            "dns.domain",
            "dns.search",
            "dns.mode",
            "ipv4.address",
            "ipv4.dhcp.expiry",
            "ipv4.dhcp.gateway",
            "ipv4.dhcp.ranges",
            "ipv4.nat.address",
            "ipv4.routes",
            "ipv6.address",
            "ipv6.dhcp.expiry",
            "ipv6.dhcp.ranges",
            "ipv6.nat.address",
            "ipv6.routes",
            "volatile.bridge.hwaddr");
    private static final Pattern NFT_LINE = Pattern.compile("[a-z0-9 A-Z_.:/{},;!=\"-]*");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_.:/,=!-]+");

    @Property(tries = 3000)
    void rules_and_arguments_hold_nothing_but_what_they_are_made_of(
            @ForAll("keys") String key, @ForAll("values") String value) {
        var config = new TreeMap<>(NetworkKeysTest.everything().config());
        config.put(key, value);
        var network = new Network(new NetworkName("n"), "bridge", "", config, null);
        try {
            NetworkKeys.check(network);
        } catch (Refused refused) {
            return;
        }
        var settings = BridgeSettings.of(network);
        String rules = Ruleset.replacing(settings);
        assertThat(rules.lines()).allMatch(it -> NFT_LINE.matcher(it).matches());
        assertThat(rules.lines().count()).isLessThan(60);
        assertThat(new Dnsmasq(Path.of("/nowhere")).command(settings))
                .allMatch(it -> WORD.matcher(it).matches())
                .noneMatch(it -> it.startsWith("--conf-file=") && !it.equals("--conf-file=/nowhere/dnsmasq.raw"));
    }

    @Property(tries = 3000)
    void a_host_entry_is_one_line_of_known_fields(
            @ForAll("values") String name, @ForAll("values") String mac, @ForAll("values") String address) {
        var settings = BridgeSettings.of(NetworkKeysTest.everything());
        for (Host host : List.of(
                new Host("k", name, "00:16:3e:00:00:01", null, null),
                new Host("k", "web1", mac, null, null),
                new Host("k", "web1", "00:16:3e:00:00:01", address, null),
                new Host("k", "web1", "00:16:3e:00:00:01", null, address))) {
            String line;
            try {
                line = HostEntries.line(settings, host);
            } catch (Refused refused) {
                continue;
            }
            assertThat(line)
                    .matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}"
                            + "(,ignore|(,[0-9.]+)?(,\\[[0-9a-f:]+\\])?,[a-zA-Z0-9-]{1,63})\n");
        }
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of(KEYS);
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> good = Arbitraries.of(
                "10.1.2.1/24",
                "fd42::1/64",
                "10.1.2.3",
                "web1",
                "00:16:3e:aa:bb:cc",
                "1h",
                "eth0",
                "a.example",
                "10.99.7.50-10.99.7.60",
                "1500",
                "none",
                "");
        Arbitrary<String> bad = Arbitraries.of(
                "\n",
                "\r",
                "\0",
                "\"",
                "'",
                "; flush ruleset",
                "}",
                "--dhcp-script=/x",
                "$(id)",
                "`id`",
                "\u2028",
                " ",
                ",",
                "#",
                "\\",
                "\ndhcp-script=/tmp/x",
                "%eth0",
                "ü",
                "\t");
        return Arbitraries.oneOf(
                good,
                net.jqwik.api.Combinators.combine(good, bad, good).as((a, b, c) -> a + b + c),
                net.jqwik.api.Combinators.combine(bad, good).as((a, b) -> a + b),
                net.jqwik.api.Combinators.combine(good, bad).as((a, b) -> a + b),
                Arbitraries.strings().ofMaxLength(20));
    }
}
