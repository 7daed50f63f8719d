package berth.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupsTest {
    @TempDir
    Path directory;

    @Test
    void a_hybrid_has_its_controllers_on_v1_and_kills_by_v2() {
        Cgroups host = Cgroups.parse(List.of(
                "30 23 0:26 / /c/memory rw,relatime - cgroup cgroup rw,memory",
                "31 23 0:27 / /c/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
                "32 23 0:28 / /c/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd",
                "33 23 0:29 / /c/unified rw,relatime - cgroup2 cgroup2 rw",
                "34 23 0:30 / /c rw - tmpfs tmpfs rw"));

        assertThat(host.layout()).isEqualTo("hybrid");
        assertThat(host.has("memory")).isTrue();
        assertThat(host.isUnified("memory")).isFalse();
        assertThat(host.root("cpuacct")).contains(Path.of("/c/cpu,cpuacct"));
        assertThat(host.unified()).contains(Path.of("/c/unified"));
        assertThat(host.roots()).hasSize(4);
        assertThat(host.has("io")).isFalse();
    }

    @Test
    void a_pure_v2_has_what_its_root_says() throws Exception {
        Files.writeString(directory.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        Cgroups host = Cgroups.parse(List.of("33 23 0:29 / " + directory + " rw - cgroup2 cgroup2 rw"));

        assertThat(host.layout()).isEqualTo("unified");
        assertThat(host.isUnified("memory")).isTrue();
        assertThat(host.roots()).containsExactly(directory);

        Path group = Files.createDirectories(directory.resolve("g"));
        Files.writeString(group.resolve("memory.current"), "4096\n");
        Files.writeString(group.resolve("cpu.stat"), "usage_usec 7\nuser_usec 1\n");
        assertThat(host.group("g").counters()).isEqualTo(new Cgroup.Counters(7000, 4096, -1, -1, -1, -1));
    }
}
