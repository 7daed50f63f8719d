package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class UnlimitedTest {
    @Test
    void a_host_with_all_controllers_ignores_no_key() {
        assertThat(Unlimited.keys(Set.of("memory", "cpu", "cpuset", "pids", "io", "hugetlb")::contains))
                .isEmpty();
        assertThat(Unlimited.keys(Set.of("memory", "cpu", "cpuset", "pids", "blkio", "hugetlb")::contains))
                .isEmpty();
    }

    @Test
    void each_controller_that_is_missing_is_the_reason_for_its_keys() {
        assertThat(Unlimited.keys(Set.of("cpu", "cpuset", "io", "hugetlb")::contains))
                .containsEntry("limits.memory", "its control groups have no controller memory")
                .containsEntry("limits.processes", "its control groups have no controller pids")
                .doesNotContainKeys("limits.cpu", "limits.disk.priority");
    }

    @Test
    void a_host_with_none_ignores_every_limit() {
        assertThat(Unlimited.keys(Set.<String>of()::contains))
                .containsKeys(
                        "limits.cpu",
                        "limits.cpu.allowance",
                        "limits.disk.priority",
                        "limits.hugepages.2MB",
                        "limits.memory.swap",
                        "limits.processes");
    }
}
