package berth.engine.warning;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.cgroup.Cgroups;
import berth.model.WarningKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLacksTest {
    @TempDir
    Path directory;

    @Test
    void a_host_that_has_all_is_told_nothing() throws Exception {
        Path appArmor = Files.writeString(directory.resolve("apparmor"), "Y\n");
        Path inotify = Files.writeString(directory.resolve("inotify"), "1048576\n");
        assertThat(HostLacks.of(Cgroups.ofThisHost(), appArmor, inotify))
                .extracting(Warnings.Found::kind)
                .doesNotContain(WarningKind.APPARMOR, WarningKind.KERNEL_LIMIT);
    }

    @Test
    void what_is_missing_is_told_with_what_will_not_work() throws Exception {
        Path inotify = Files.writeString(directory.resolve("inotify"), "128\n");
        assertThat(HostLacks.of(Cgroups.ofThisHost(), directory.resolve("none"), inotify))
                .extracting(Warnings.Found::kind)
                .contains(WarningKind.APPARMOR, WarningKind.KERNEL_LIMIT);
    }

    @Test
    void every_kind_that_is_told_here_can_be_settled_here() throws Exception {
        Path inotify = Files.writeString(directory.resolve("inotify"), "128\n");
        assertThat(HostLacks.of(Cgroups.ofThisHost(), directory.resolve("none"), inotify))
                .allMatch(it -> HostLacks.KINDS.contains(it.kind()));
    }
}
