package berth.driver.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/24,10.1.2.0/24", "10.1.2.3/0,0.0.0.0/0", "255.255.255.255/32,255.255.255.255/32",
        "fd42:1:2:3:4:5:6:7/64,fd42:1:2:3::/64", "::1/128,::1/128", "2001:DB8::0:1/32,2001:db8::/32",
        "1:0:0:2:0:0:0:3/128,1:0:0:2::3/128", "fd42::ffff:1/120,fd42::ffff:0/120"
    })
    void spells_its_network(String text, String network) {
        assertThat(Cidr.of(text).orElseThrow().network()).isEqualTo(network);
    }

    @Test
    void counts_from_both_ends() {
        Cidr cidr = Cidr.of("10.1.2.1/24").orElseThrow();
        assertThat(Cidr.text(cidr.at(2))).isEqualTo("10.1.2.2");
        assertThat(Cidr.text(cidr.at(-2))).isEqualTo("10.1.2.254");
        Cidr six = Cidr.of("fd42::1/64").orElseThrow();
        assertThat(Cidr.text(six.at(2))).isEqualTo("fd42::2");
        assertThat(Cidr.text(six.at(-1))).isEqualTo("fd42::ffff:ffff:ffff:ffff");
        assertThat(Cidr.text(Cidr.of("255.255.255.0/24").orElseThrow().at(-1))).isEqualTo("255.255.255.255");
    }

    @Test
    void overlaps_when_one_holds_the_other() {
        Cidr wide = Cidr.of("10.0.0.0/8").orElseThrow();
        Cidr narrow = Cidr.of("10.1.2.1/24").orElseThrow();
        assertThat(wide.overlaps(narrow)).isTrue();
        assertThat(narrow.overlaps(wide)).isTrue();
        assertThat(narrow.overlaps(Cidr.of("10.1.3.1/24").orElseThrow())).isFalse();
        assertThat(narrow.overlaps(Cidr.of("::/0").orElseThrow())).isFalse();
    }
}
