package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.cgroup.Cgroups;
import berth.model.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LimitsTest {
    @TempDir
    private Path top;

    private Cgroups unified;

    @BeforeEach
    void a_host_with_control_groups_of_version_2_only() throws IOException {
        Files.writeString(top.resolve("cgroup.controllers"), "cpuset cpu io memory hugetlb pids\n");
        Files.createDirectory(top.resolve("some.slice"));
        Files.writeString(top.resolve("some.slice/io.weight"), "default 100\n");
        unified = Cgroups.parse(List.of("30 20 0:26 / " + top + " rw - cgroup2 cgroup2 rw"));
    }

    private List<String> files(Map<String, String> config) {
        return Limits.of(unified, config, "0-1").stream()
                .peek(it -> assertThat(it.unified()).isTrue())
                .map(it -> it.file() + "=" + it.value())
                .toList();
    }

    @Test
    void without_keys_nothing_is_limited() {
        assertThat(files(Map.of()))
                .containsExactlyInAnyOrder(
                        "memory.high=max",
                        "memory.max=max",
                        "memory.swap.max=max",
                        "cpu.weight=25",
                        "cpu.max=max 100000",
                        "cpuset.cpus=0-1",
                        "pids.max=max");
    }

    @Test
    void every_limit_has_its_file() {
        assertThat(files(Map.of(
                        "limits.memory", "256MiB",
                        "limits.memory.swap", "false",
                        "limits.cpu.allowance", "25ms/100ms",
                        "limits.cpu.priority", "5",
                        "limits.processes", "200",
                        "limits.disk.priority", "7",
                        "limits.hugepages.2MB", "4MiB")))
                .contains(
                        "memory.max=268435456",
                        "memory.high=max",
                        "memory.swap.max=0",
                        "cpu.weight=20",
                        "cpu.max=25000 100000",
                        "pids.max=200",
                        "io.weight=700",
                        "hugetlb.2MB.max=4194304");
    }

    @Test
    void a_guest_s_share_of_the_processors_is_a_quarter_of_a_service_s_unless_it_is_said() {
        assertThat(files(Map.of("limits.cpu.allowance", "50%"))).contains("cpu.weight=12");
        assertThat(files(Map.of("limits.cpu.allowance", "400%"))).contains("cpu.weight=100");
        assertThat(files(Map.of("limits.cpu.priority", "0"))).contains("cpu.weight=15");
        assertThat(files(Map.of("limits.cpu.allowance", "1%", "limits.cpu.priority", "0")))
                .contains("cpu.weight=1");
    }

    @Test
    void a_soft_limit_of_memory_throttles_and_does_not_kill() {
        assertThat(files(Map.of("limits.memory", "256MiB", "limits.memory.enforce", "soft")))
                .contains("memory.high=268435456", "memory.max=max");
    }

    @Test
    void an_image_that_needs_version_1_is_refused() {
        assertThatThrownBy(() -> HostDemands.check(unified, Map.of("image.requirements.cgroup", "v1")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("has only version 2");
    }

    @Test
    void what_would_have_no_effect_is_refused() {
        for (var key : List.of("nvidia.runtime", "limits.network.priority")) {
            assertThatThrownBy(() -> HostDemands.check(unified, Map.of(key, key.startsWith("limits") ? "7" : "true")))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining(key);
        }
        HostDemands.check(unified, Map.of("nvidia.runtime", "false", "limits.network.priority", "0"));
    }

    @Test
    void a_module_that_is_no_name_is_not_loaded() {
        assertThatThrownBy(() -> HostDemands.loadModules(Map.of("linux.kernel_modules", "-r,x")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no name of a kernel module");
    }
}
