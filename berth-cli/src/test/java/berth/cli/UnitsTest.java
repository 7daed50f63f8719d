package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.client.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void writes_sizes_with_two_digits() {
        assertThat(Units.binary(0)).isEqualTo("0B");
        assertThat(Units.binary(798_720)).isEqualTo("780.00KiB");
        assertThat(Units.binary(1L << 40)).isEqualTo("1.00TiB");
        assertThat(Units.decimal(530)).isEqualTo("530B");
        assertThat(Units.decimal(3_040_000)).isEqualTo("3.04MB");
        assertThat(Units.two(0.005)).isEqualTo("0.01");
    }

    @Test
    void writes_no_time_for_none() {
        assertThat(Units.minute("0001-01-01T00:00:00Z")).isEmpty();
        assertThat(Units.minute("1970-01-01T00:00:00Z")).isEmpty();
        assertThat(Units.minute("nonsense")).isEmpty();
        assertThat(Units.minute("2026-11-22T00:57:06.638899401Z")).startsWith("2026/11/22 ");
    }

    @Test
    void understands_limits() {
        assertThat(Filter.bytes("2GiB")).isEqualTo(2L << 30);
        assertThat(Filter.bytes("512MB")).isEqualTo(512_000_000);
        assertThat(Filter.bytes("50%")).isZero();
        assertThat(Filter.bytes("")).isZero();
    }

    private static boolean accepted(String instance, String... words) throws Exception {
        return Filter.accepts(Filter.all(List.of(words)), Json.parse(instance));
    }

    @Test
    void filters_by_name_key_and_network() throws Exception {
        String web = "{\"name\":\"web1\",\"status\":\"Running\",\"type\":\"container\",\"expanded_config\":"
                + "{\"user.owner\":\"kim\",\"limits.cpu\":\"4\"},\"state\":{\"network\":{\"eth0\":{\"addresses\":["
                + "{\"family\":\"inet\",\"address\":\"10.0.0.7\"},{\"family\":\"inet6\",\"address\":\"fd42::7\"}]}}}}";
        assertThat(accepted(web, "we")).isTrue();
        assertThat(accepted(web, "eb")).isFalse();
        assertThat(accepted(web, ".*1$")).isTrue();
        assertThat(accepted(web, "status=running", "type=CONTAINER")).isTrue();
        assertThat(accepted(web, "web", "status=stopped")).isFalse();
        assertThat(accepted(web, "u.owner=kim")).isTrue();
        assertThat(accepted(web, "user.owner=k")).isFalse();
        assertThat(accepted(web, "limits.cpu=[45]")).isTrue();
        assertThat(accepted(web, "ipv4=10.0.0.0/24")).isTrue();
        assertThat(accepted(web, "ipv4=10.0.1.0/24")).isFalse();
        assertThat(accepted(web, "ipv6=fd42::/16")).isTrue();
        assertThatThrownBy(() -> accepted(web, "ipv4=10.0.0.0/99")).isInstanceOf(Usage.class);
        assertThatThrownBy(() -> accepted(web, "(")).hasMessageContaining("regular expression");
        assertThatThrownBy(() -> accepted(web, "other:web")).hasMessageContaining("no remote");
    }

    @Test
    void makes_columns_of_letters_and_keys() throws Exception {
        var columns = Column.parse("ns,user.owner:OWNER:2,devices:eth0.parent,4");
        assertThat(columns.stream().map(Column::header))
                .containsExactly("NAME", "STATE", "OWNER", "ETH0.PARENT", "IPV4");
        Json instance =
                Json.parse("{\"name\":\"a\",\"status\":\"Stopped\",\"expanded_config\":{\"user.owner\":\"kim\"},"
                        + "\"expanded_devices\":{\"eth0\":{\"parent\":\"br0\"}},\"state\":null}");
        assertThat(columns.stream().map(it -> it.cell(instance))).containsExactly("a", "STOPPED", "ki", "br0", "");
        assertThatThrownBy(() -> Column.parse("nz")).hasMessageContaining("unknown column \"z\"");
    }
}
