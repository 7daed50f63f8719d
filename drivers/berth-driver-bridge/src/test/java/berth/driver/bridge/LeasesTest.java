package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import berth.spi.NetworkDriver.Host;
import berth.spi.NetworkDriver.Lease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
    private static final String DUID = "00:01:00:01:32:94:fd:3b:00:16:3e:00:00:02";

    @TempDir
    Path directory = Path.of("");

    @Test
    void come_in_LXDs_order_each_address_once() throws Exception {
        Path file = directory.resolve("leases");
        Files.writeString(file, """
                1795313355 00:16:3e:00:00:01 10.1.2.86 web1 *
                1795313355 00:16:3e:00:00:02 10.1.2.50 web2 *
                1795313355 00:16:3e:00:00:09 10.1.2.99 * 01:00:16:3e:00:00:09
                duid 00:01:00:01:32:94:fd:3b:00:16:3e:01:02:03
                1795313355 9 fd42::77 web2 %s
                """.formatted(DUID));
        var settings =
                BridgeSettings.of(Networks.of("br0", "ipv4.address", "10.1.2.1/24", "ipv6.address", "fd42:0:0::1/64"));
        var hosts = List.of(
                new Host("web1.eth0", "web1", "00:16:3e:00:00:01", null, "none"),
                new Host("web2.eth0", "web2", "00:16:3e:00:00:02", "10.1.2.50", null));
        assertThat(Leases.of(settings, hosts, new LeaseFile(file)))
                .containsExactly(
                        new Lease("br0.gw", "", "10.1.2.1", "gateway"),
                        new Lease("br0.gw", "", "fd42::1", "gateway"),
                        new Lease("web2", "00:16:3e:00:00:02", "10.1.2.50", "static"),
                        new Lease("web1", "00:16:3e:00:00:01", "10.1.2.86", "dynamic"),
                        new Lease("", "00:16:3e:00:00:09", "10.1.2.99", "dynamic"),
                        new Lease("web2", "00:16:3e:00:00:02", "fd42::77", "dynamic"),
                        new Lease("web2", "00:16:3e:00:00:02", "fd42::216:3eff:fe00:2", "dynamic"));
    }

    @Test
    void a_file_that_is_not_there_or_torn_is_read_as_far_as_it_goes() throws Exception {
        Path file = directory.resolve("leases");
        assertThat(new LeaseFile(file).entries()).isEmpty();
        Files.writeString(file, "1795313355 00:16:3e:00:00:01 10.1.2.86 web1 *\n17953\nx y z\n1 2 nonsense 4 5\n");
        assertThat(new LeaseFile(file).entries()).hasSize(1);
    }
}
