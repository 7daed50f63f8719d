package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** R24: what is written reads back as it was meant, or is refused. */
final class LxcConfTest {
    @Property(tries = 5_000)
    void any_value_reads_back_or_is_refused(@ForAll String value) {
        var conf = new LxcConf();
        try {
            conf.add("lxc.environment", "A=" + value).add("lxc.uts.name", value);
        } catch (Refused refused) {
            assertThat(value).containsPattern("[\n\r\0]");
        }
        assertThat(LxcConf.parse(conf.text())).isEqualTo(conf.entries());
    }

    @Test
    void nasty_values_read_back() {
        for (String value :
                List.of(" a ", "\"", "\"a\"", "'", "'a'", "\"a'", "# a", "a = b", "\ta\u000b", "é\u2028x", "")) {
            var conf = new LxcConf().add("lxc.uts.name", value);
            assertThat(LxcConf.parse(conf.text())).isEqualTo(conf.entries());
        }
    }

    @Test
    void line_breaks_are_refused_in_keys_and_values() {
        for (String bad : List.of("a\nlxc.hook.start = /x", "a\rb", "a\0b", "\n")) {
            assertThatThrownBy(() -> new LxcConf().add("lxc.uts.name", bad)).isInstanceOf(Refused.class);
            assertThatThrownBy(() -> new LxcConf().add("lxc.prlimit." + bad, "1"))
                    .isInstanceOf(Refused.class);
        }
        assertThatThrownBy(() -> new LxcConf().add("lxc.sysctl.a = b", "1")).isInstanceOf(Refused.class);
    }

    @Test
    void blanks_in_mount_paths_are_escaped() {
        var conf = new LxcConf().mount("/a b\\c", "/d\te", "none", "bind");
        assertThat(conf.entries().get(0).value()).isEqualTo("/a\\040b\\134c d\\011e none bind 0 0");
    }

    @Test
    void raw_lines_that_would_take_over_are_refused() {
        for (String bad : List.of(
                "lxc.net.0.link = x",
                "lxc.net = ",
                "lxc.prlimit.nofile = 1",
                "lxc.log.file = /x",
                "lxc.cgroup.dir.container = x",
                "lxc.include = /x",
                "nonsense")) {
            assertThatThrownBy(() -> RawLxc.addTo(new LxcConf(), bad)).isInstanceOf(Refused.class);
        }
        var conf = new LxcConf();
        RawLxc.addTo(conf, "# note\n\nlxc.net.0.ipv4.address = 10.0.0.2/24\nlxc.cap.drop=sys_admin\n");
        assertThat(conf.entries())
                .containsExactly(
                        new LxcConf.Entry("lxc.net.0.ipv4.address", "10.0.0.2/24"),
                        new LxcConf.Entry("lxc.cap.drop", "sys_admin"));
    }

    @Test
    void telling_lines_of_a_log_are_the_errors_without_their_echoes() {
        String log = """
                lxc-start c1 20261122011023.458 WARN     conf - ../src/lxc/conf.c:lxc_map_ids:3628 - newuidmap binary is missing
                lxc-start c1 20261122011023.458 ERROR    cgfsng - ../src/lxc/cgroups/cgfsng.c:check:955 - Invalid argument - both must be set
                lxc-start c1 20261122011023.458 ERROR    lxccontainer - ../src/lxc/lxccontainer.c:wait_on:878 - Received container state "ABORTING" instead of "RUNNING"
                """;
        assertThat(LogLines.telling(log)).isEqualTo("Invalid argument - both must be set");
    }
}
