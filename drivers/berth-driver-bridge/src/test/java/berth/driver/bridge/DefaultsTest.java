package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static String mac(Network network) {
        return network.config().getOrDefault("volatile.bridge.hwaddr", "");
    }
}
