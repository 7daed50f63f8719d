package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultsTest {
    private final BridgeDriver driver = new BridgeDriver(Path.of("/nowhere"));

    @Test
    void what_is_left_open_is_picked_and_remembered() {
        Network network = driver.complete(Networks.of("br0"), List.of());
        assertThat(network.config().get("ipv4.address")).matches("10\\.\\d+\\.\\d+\\.1/24");
        assertThat(network.config()).containsEntry("ipv4.nat", "true");
        assertThat(network.config().get("volatile.bridge.hwaddr")).matches("00:16:3e(:[0-9a-f]{2}){3}");
        assertThat(driver.complete(network, List.of())).isEqualTo(network);
    }

    @Test
    void the_address_of_the_same_name_on_the_same_machine_stays() {
        assertThat(mac(driver.complete(Networks.of("br0"), List.of())))
                .isEqualTo(mac(driver.complete(Networks.of("br0"), List.of())))
                .isNotEqualTo(mac(driver.complete(Networks.of("br1"), List.of())));
    }

    @Test
    void what_is_said_is_kept_and_gets_no_NAT_unasked() {
        Network network =
                driver.complete(Networks.of("br0", "ipv4.address", "192.0.2.1/24", "ipv6.address", "none"), List.of());
        assertThat(network.config())
                .containsEntry("ipv4.address", "192.0.2.1/24")
                .containsEntry("ipv6.address", "none")
                .doesNotContainKey("ipv4.nat")
                .doesNotContainKey("ipv6.nat");
    }

    @Test
    void a_family_taken_out_of_a_network_that_exists_stays_out() {
        Network network = driver.complete(Networks.of("br0"), List.of());
        var config = new java.util.TreeMap<>(network.config());
        config.remove("ipv4.address");
        var edited = new Network(network.name(), network.type(), "", config, null);
        assertThat(driver.complete(edited, List.of()).config()).doesNotContainKey("ipv4.address");
    }

    @Test
    void picked_networks_do_not_overlap() {
        var networks = new ArrayList<Network>();
        for (int i = 0; i < 40; i++) {
            networks.add(driver.complete(Networks.of("br" + i), networks));
        }
        assertThat(networks.stream().map(it -> it.config().get("ipv4.address"))).doesNotHaveDuplicates();
    }

    @Test
    void when_nothing_is_free_LXDs_words_say_so() {
        var whole = Networks.of("other", "ipv4.address", "10.0.0.1/8");
        assertThatThrownBy(() -> driver.complete(Networks.of("br0"), List.of(whole)))
                .hasMessage("Failed generating auto config: Failed to automatically find an unused IPv4 subnet, manual"
                        + " configuration required");
    }

    @Test
    void two_networks_cannot_have_the_same_addresses() {
        var other = Networks.of("other", "ipv4.address", "10.5.0.1/16");
        assertThatThrownBy(() -> driver.complete(Networks.of("br0", "ipv4.address", "10.5.7.1/24"), List.of(other)))
                .hasMessage("Invalid value for network \"br0\" option \"ipv4.address\": 10.5.7.1/24 overlaps with"
                        + " 10.5.0.1/16 of network \"other\"");
    }

    @Test
    void of_several_pools_the_first_free_one_is_picked_and_kept() {
        var other = Networks.of("other", "ipv4.address", "10.5.0.1/16");
        Network network = driver.complete(
                Networks.of(
                        "br0", "ipv4.address", "auto", "user.berth.ipv4.pools", "10.5.7.1/24 10.6.0.1/28 10.7.0.1/24"),
                List.of(other));
        assertThat(network.config()).containsEntry("ipv4.address", "10.6.0.1/28");
        assertThat(driver.complete(network, List.of(other))).isEqualTo(network);
        assertThatThrownBy(() -> driver.complete(
                        Networks.of("br0", "ipv4.address", "auto", "user.berth.ipv4.pools", "10.5.7.1/24 10.5.8.1/24"),
                        List.of(other)))
                .hasMessageContaining(
                        "none of its pools is free: 10.5.7.1/24 (overlaps with 10.5.0.1/16), 10.5.8.1/24 (")
                .hasMessageEndingWith("write another one into addrPool");
        assertThat(driver.complete(
                                Networks.of("br0", "ipv4.address", "auto", "user.berth.ipv4.pools", "10.5.7.1/24 auto"),
                                List.of(other))
                        .config()
                        .get("ipv4.address"))
                .matches("10\\.\\d+\\.\\d+\\.1/24");
    }

    @Test
    void servers_that_the_host_asks_for_names_are_not_covered(@TempDir Path directory) throws Exception {
        Path resolv = Files.writeString(
                directory.resolve("resolv.conf"),
                "search x\nnameserver 10.9.0.53\nnameserver 127.0.0.53\n nameserver fd00::1\n");
        assertThat(Defaults.nameServers(resolv)).hasToString("[10.9.0.53/32, fd00::1/128]");
        assertThat(Defaults.nameServers(directory.resolve("none"))).isEmpty();
    }

    private static String mac(Network network) {
        return network.config().getOrDefault("volatile.bridge.hwaddr", "");
    }
}
