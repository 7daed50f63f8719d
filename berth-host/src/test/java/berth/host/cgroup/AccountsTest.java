package berth.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees of files as the kernel writes them; a device number that no machine has keeps its number for a name. */
final class AccountsTest {
    @TempDir
    Path directory;

    private void file(String path, String text) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Accounts legacy() {
        return Cgroups.parse(List.of(
                        "30 23 0:26 / " + directory + "/memory rw - cgroup cgroup rw,memory",
                        "31 23 0:27 / " + directory + "/cpuacct rw - cgroup cgroup rw,cpuacct",
                        "32 23 0:28 / " + directory + "/blkio rw - cgroup cgroup rw,blkio"))
                .group("g")
                .accounts();
    }

    private Accounts unified() throws IOException {
        file("cgroup.controllers", "cpuset cpu io memory pids\n");
        return Cgroups.parse(List.of("33 23 0:29 / " + directory + " rw - cgroup2 cgroup2 rw"))
                .group("g")
                .accounts();
    }

    @Test
    void a_v1_group_tells_each_processor() throws IOException {
        file("cpuacct/g/cpuacct.usage_all", "cpu user system\n0 12000000 52000000\n1 16000000 12000000\n");
        assertThat(legacy().processors())
                .containsExactly(
                        new Accounts.Processor(0, 12_000_000, 52_000_000),
                        new Accounts.Processor(1, 16_000_000, 12_000_000));
    }

    @Test
    void a_v2_group_tells_the_sum_of_all_processors() throws IOException {
        file("g/cpu.stat", "usage_usec 9\nuser_usec 4\nsystem_usec 5\n");
        assertThat(unified().processors()).containsExactly(new Accounts.Processor(0, 4000, 5000));
    }

    @Test
    void memory_of_v1_counts_the_groups_inside_and_has_the_names_of_v2() throws IOException {
        file("memory/g/memory.stat", "cache 1\nrss 2\ntotal_cache 159744\ntotal_rss 172032\ntotal_swap 4096\n");
        file("memory/g/memory.limit_in_bytes", "9223372036854771712\n");
        file("memory/g/memory.usage_in_bytes", "749568\n");
        file("memory/g/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        var memory = legacy().memory();
        assertThat(memory).containsEntry("file", 159_744L).containsEntry("anon", 172_032L);
        assertThat(legacy().swap(memory)).isEqualTo(4096);
        assertThat(legacy().memoryLimit()).as("no limit").isEqualTo(-1);
        assertThat(legacy().memoryInUse()).isEqualTo(749_568);
        assertThat(legacy().outOfMemoryKills()).isEqualTo(3);
        assertThat(legacy().hugePages()).isEqualTo(new Accounts.HugePages(-1, -1));
    }

    @Test
    void memory_of_v2_comes_from_its_own_files() throws IOException {
        file("g/memory.stat", "anon 172032\nfile 159744\nfile_dirty 7\n");
        file("g/memory.max", "max\n");
        file("g/memory.current", "749568\n");
        file("g/memory.swap.current", "0\n");
        file("g/memory.events", "low 0\noom 1\noom_kill 2\n");
        Accounts accounts = unified();
        assertThat(accounts.memory()).containsEntry("file_dirty", 7L);
        assertThat(accounts.memoryLimit()).isEqualTo(-1);
        assertThat(accounts.memoryInUse()).isEqualTo(749_568);
        assertThat(accounts.swap(accounts.memory())).isZero();
        assertThat(accounts.outOfMemoryKills()).isEqualTo(2);
        file("g/memory.max", "134217728\n");
        assertThat(accounts.memoryLimit()).isEqualTo(134_217_728);
    }

    @Test
    void disks_are_told_alike_by_both_versions() throws IOException {
        file("blkio/g/blkio.throttle.io_service_bytes_recursive", "999:9 Read 4096\n999:9 Write 8192\nTotal 12288\n");
        file("blkio/g/blkio.throttle.io_serviced_recursive", "999:9 Read 1\n999:9 Write 2\n999:9 Sync 3\nTotal 3\n");
        var wanted = List.of(new Accounts.Disk("999:9", 4096, 1, 8192, 2));
        assertThat(legacy().disks()).isEqualTo(wanted);
        file("g/io.stat", "999:9 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n");
        assertThat(unified().disks()).isEqualTo(wanted);
    }

    @Test
    void of_a_group_that_has_gone_nothing_is_known() throws IOException {
        assertThat(unified().processors()).isEmpty();
        assertThat(unified().memory()).isEmpty();
        assertThat(unified().disks()).isEmpty();
        assertThat(unified().memoryInUse()).isEqualTo(-1);
    }
}
