package berth.host.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class LinksTest {
    @Test
    void writes_addresses_as_people_do() throws Exception {
        for (String text : new String[] {
            "10.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fd42:1::",
            "1:2:3:4:5:6:7:8",
            "1:0:2:0:3:0:4:0",
            "2001:db8::1:0:0:1",
            "1::2:0:0:3:4"
        }) {
            assertThat(Links.addressText(InetAddress.getByName(text).getAddress()))
                    .isEqualTo(text);
        }
    }

    @Test
    void sees_the_loopback_of_this_process_and_of_itself_as_another() {
        assertThat(Links.ofThisHost()).anySatisfy(it -> {
            assertThat(it.name()).isEqualTo("lo");
            assertThat(it.type()).isEqualTo("loopback");
            assertThat(it.hwaddr()).isEmpty();
        });
        assertThat(Links.exists("lo")).isTrue();
        assertThat(Links.exists("nosuch0")).isFalse();
    }
}
