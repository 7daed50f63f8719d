package berth.tests;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is installed beside the programs says what the mission asks of a host (S0). */
class PackagingTest {
    private static final Path PACKAGING = Checkout.root().resolve("packaging");

    private static Map<String, String> settings(String file) {
        var found = new TreeMap<String, String>();
        Checkout.read(PACKAGING.resolve(file))
                .lines()
                .filter(it -> !it.isBlank() && !it.startsWith("#") && it.contains("="))
                .forEach(it -> found.put(
                        it.substring(0, it.indexOf('=')).strip(),
                        it.substring(it.indexOf('=') + 1).strip()));
        return found;
    }

    @Test
    void recommends_the_limits_of_a_busy_host() {
        assertThat(settings("sysctl.d/60-berth.conf"))
                .isEqualTo(new TreeMap<>(Map.of(
                        "fs.inotify.max_queued_events", "1048576",
                        "fs.inotify.max_user_instances", "1048576",
                        "fs.inotify.max_user_watches", "1048576",
                        "vm.max_map_count", "262144",
                        "kernel.dmesg_restrict", "1",
                        "net.ipv4.neigh.default.gc_thresh3", "8192",
                        "net.ipv6.neigh.default.gc_thresh3", "8192",
                        "kernel.keys.maxkeys", "2000")));
    }

    @Test
    void loads_modules_for_guests_cards_and_none_of_iptables() {
        List<String> modules = Checkout.read(PACKAGING.resolve("modules-load.d/berth.conf"))
                .lines()
                .filter(it -> !it.startsWith("#"))
                .toList();
        assertThat(modules).contains("veth").noneMatch(it -> it.startsWith("xt_") || it.startsWith("ip"));
    }

    @Test
    void has_the_group_that_the_socket_and_the_daemon_name() {
        assertThat(Checkout.read(PACKAGING.resolve("sysusers.d/berth.conf"))).containsPattern("(?m)^g berth ");
        assertThat(settings("systemd/berth.socket")).containsEntry("SocketGroup", "berth");
        assertThat(settings("systemd/berth.service")).containsEntry("ExecStart", "/usr/bin/berthd --group berth");
    }

    @Test
    void the_daemon_waits_for_networks_and_lxcfs_and_needs_its_socket() {
        assertThat(settings("systemd/berth.service"))
                .containsEntry("Requires", "berth.socket")
                .containsEntry("Wants", "network-online.target lxcfs.service")
                .containsEntry("Type", "notify")
                .containsEntry("KillMode", "process")
                .containsEntry("Delegate", "yes")
                .extractingByKey("After")
                .asString()
                .contains("network-online.target", "lxcfs.service");
    }

    @Test
    void every_unit_names_a_manual_page_that_is_there() {
        var page = Pattern.compile("man:(\\w+)\\((\\d)\\)");
        for (String unit : List.of("berth.service", "berth.socket", "berth-guests.service")) {
            assertThat(page.matcher(settings("systemd/" + unit).getOrDefault("Documentation", ""))
                            .results()
                            .map(it -> "man/" + it.group(1) + "." + it.group(2)))
                    .as(unit)
                    .isNotEmpty()
                    .allMatch(it -> Files.exists(PACKAGING.resolve(it)));
        }
    }
}
