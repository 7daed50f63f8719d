package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MetricsTest extends InFurnishedHouse {
    @BeforeEach
    void begin() throws IOException {
        house.create("sleeping");
        house.start("c1");
    }

    private List<String> lines(String path) throws IOException {
        var answer = house.client.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("text/plain");
        return answer.body().lines().toList();
    }

    @Test
    void tells_of_what_runs_in_the_words_and_the_order_of_the_peer() throws IOException {
        assertThat(lines("/1.0/metrics"))
                .startsWith(
                        "# HELP lxd_cpu_seconds_total The total number of CPU time used in seconds.",
                        "# TYPE lxd_cpu_seconds_total counter",
                        "lxd_cpu_seconds_total{cpu=\"0\",mode=\"system\",name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 0.052",
                        "lxd_cpu_seconds_total{cpu=\"0\",mode=\"user\",name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 0.012",
                        "# HELP lxd_disk_read_bytes_total The total number of bytes read.",
                        "# TYPE lxd_disk_read_bytes_total counter",
                        "lxd_disk_read_bytes_total{device=\"vda\",name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 4096")
                .contains(
                        "# TYPE lxd_memory_Active_bytes gauge",
                        "lxd_memory_Active_bytes{name=\"c1\",project=\"default\",type=\"container\"} 159744",
                        "lxd_memory_MemTotal_bytes{name=\"c1\",project=\"default\",type=\"container\"} 1.34217728e+08",
                        "lxd_memory_MemFree_bytes{name=\"c1\",project=\"default\",type=\"container\"} 1.3361152e+08",
                        "lxd_memory_MemAvailable_bytes{name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 1.33771264e+08",
                        "lxd_network_receive_bytes_total{device=\"eth0\",name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 4564",
                        "lxd_network_transmit_drop_total{device=\"eth0\",name=\"c1\",project=\"default\",type=\"container\"}"
                                + " 4")
                .endsWith("lxd_procs_total{name=\"c1\",project=\"default\",type=\"container\"} 3", "# EOF");
    }

    @Test
    void says_nothing_of_what_the_kernel_does_not_tell_and_of_what_does_not_run() throws IOException {
        assertThat(lines("/1.0/metrics")).noneMatch(it -> it.contains("Hugepages") || it.contains("sleeping"));
    }

    @Test
    void a_family_stands_once_however_many_run() throws IOException {
        house.start("sleeping");
        var lines = lines("/1.0/metrics");
        assertThat(lines.stream().filter(it -> it.startsWith("# TYPE "))).doesNotHaveDuplicates();
        assertThat(lines.stream().filter(it -> it.startsWith("lxd_procs_total")))
                .hasSize(2);
    }

    @Test
    void can_be_asked_for_one_project() throws IOException {
        assertThat(lines("/1.0/metrics?project=default")).hasSizeGreaterThan(50);
        assertThat(lines("/1.0/metrics?project=other")).containsExactly("# EOF");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.052, 0.052",
        "999999, 999999",
        "1000000, 1e+06",
        "24683030176, 2.4683030176e+10",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "-2500000, -2.5e+06"
    })
    void writes_numbers_as_go_does(double number, String text) {
        assertThat(OpenMetrics.number(number)).isEqualTo(text);
    }

    @Test
    void a_label_cannot_break_out_of_its_quotes() {
        assertThat(OpenMetrics.labels(new TreeMap<>(Map.of("path", "/a\"} 1\n\\"))))
                .isEqualTo("{path=\"/a\\\"} 1\\n\\\\\"}");
    }
}
