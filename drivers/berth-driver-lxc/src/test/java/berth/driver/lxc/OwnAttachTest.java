package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.Program;
import berth.host.process.MemoryFile;
import berth.host.process.ProcessStat;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.spi.Execution.Outcome;
import berth.spi.Life;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands taken inside by our own program, which must make no difference but in time. */
@Tag("host")
final class OwnAttachTest extends CommandsInsideContract {
    /** All that a process can see of itself, but for what differs from run to run. */
    private static final String SELF = """
            grep -Ev '^(Pid|Tgid|NSpid|NStgid|PPid|FDSize|Vm.*|Rss.*|SigQ|.*_ctxt_switches):' /proc/self/status
            cat /proc/self/limits /proc/self/cgroup /proc/self/mountinfo /proc/self/oom_score_adj /proc/self/uid_map
            cat /proc/self/gid_map /proc/self/timerslack_ns /proc/self/attr/current 2>&1
            cut -d' ' -f 5-8,18-19,38,40-41 /proc/self/stat
            for name in cgroup ipc mnt net pid user uts time; do readlink /proc/self/ns/$name; done
            ls -l /proc/self/fd | sed 's/.* //; s/:.*//'
            pwd; env | grep -v '^SHLVL=\\|^OLDPWD=' | sort; umask; id; uname -m
            """;

    private MemoryFile program;

    /** Compiled for this test, whatever may lie in the build's directory. */
    @Override
    Optional<MemoryFile> own(Path directory) throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("tools/assemble-native"))) {
            root = root.getParent();
        }
        Path built = directory.resolve("native");
        Program.of(root.resolve("tools/assemble-native").toString(), built.toString())
                .must();
        program = MemoryFile.sealedProgram("attach", Files.readAllBytes(built.resolve("berth-attach")));
        return Optional.of(program);
    }

    @AfterAll
    void close() {
        program.close();
    }

    private String self(LxcDriver driver, long user, String directory) throws Exception {
        var environment = Map.of("PATH", "/bin:/sbin", "WORD", "two words=\n");
        var setup =
                new ExecSetup(List.of("sh", "-c", SELF), environment, user, user == 0 ? 0 : 77, directory, false, 0, 0);
        try (Execution execution = driver.exec(handle, setup)) {
            execution.input().close();
            String out = new String(execution.output().readAllBytes(), StandardCharsets.UTF_8);
            execution.await();
            return out;
        }
    }

    @Test
    void a_command_sees_of_itself_just_what_it_sees_under_lxc_attach() throws Exception {
        LxcDriver lxc = driver(Optional.empty());
        for (long user : new long[] {0, 1000}) {
            for (String directory : List.of("/", "/root", "/srv/only here", "/not/there", "")) {
                String seen = self(driver, user, directory);
                assertThat(seen).isEqualTo(self(lxc, user, directory)).contains("Seccomp:\t2\n", "0::/.lxc\n");
            }
        }
    }

    @Test
    void a_command_that_cannot_be_started_ends_as_under_lxc_attach() {
        LxcDriver lxc = driver(Optional.empty());
        for (String command : List.of("nosuch", "/root", "/etc/plain", "/proc/self/mem", "./nosuch", "")) {
            assertThat(run(command)).as(command).isEqualTo(Said.by(lxc, handle, command));
        }
        // Here LXC only knows that something failed.
        assertThat(run("/etc/plain/x")).isEqualTo(new Said(126, Outcome.NOT_EXECUTABLE, "", ""));
    }

    @Test
    void a_command_may_make_the_system_calls_that_the_guest_may_make() throws Exception {
        try (Execution execution = begin(false, "sleep", "1000")) {
            awaitCommand(execution);
            List<long[]> lxcs = SeccompFilter.of(init().pid());
            List<long[]> ours = SeccompFilter.of(execution.pid());
            assertThat(SeccompFilter.differences(lxcs, ours)).isEmpty();
            execution.signal(9);
            execution.await();
        }
    }

    private static void awaitCommand(Execution execution) throws IOException {
        while (!Files.readString(Path.of("/proc/" + execution.pid() + "/comm")).equals("sleep\n")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void enters_no_process_but_the_one_that_is_meant() throws Exception {
        Life init = init();
        assertThat(entering(init)).isEqualTo(Outcome.RAN);
        assertThat(entering(new Life(init.pid(), init.startTicks() + 1))).isEqualTo(Outcome.FAILED);
        long self = ProcessHandle.current().pid();
        assertThat(entering(new Life(self, ProcessStat.of(self).orElseThrow().startTicks())))
                .isEqualTo(Outcome.FAILED);
    }

    private Life init() {
        return driver.start(setup);
    }

    private Outcome entering(Life life) throws InterruptedException {
        var setup = new ExecSetup(List.of("true"), Map.of("PATH", "/bin"), 0, 0, "/", false, 0, 0);
        var usual = new UsualConf(Guest.MAP.base(), Guest.MAP.base(), Map.of());
        try (Execution execution = LxcExec.start(new OwnAttach(program.path(), life, groups(), usual), setup)) {
            execution.await();
            return execution.outcome();
        }
    }

    private Groups groups() {
        return new Groups(HostFacts.find().cgroups(), "berthtest", handle.key());
    }

    @Test
    void the_guest_sees_no_file_of_the_host_while_commands_come_in() throws Exception {
        String look =
                "while :; do ls -l /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd 2>/dev/null"
                        + " | grep -o -e 'memfd.*' -e 'attach.*' -e '-> /tmp.*' -e '/proc/1/exe .*'; done";
        try (Execution watcher = begin(false, "sh", "-c", look)) {
            for (int i = 0; i < 50; i++) {
                assertThat(run("true").code()).isZero();
            }
            watcher.signal(9);
            watcher.await();
            assertThat(new String(watcher.output().readAllBytes(), StandardCharsets.UTF_8).lines())
                    .isNotEmpty()
                    .allMatch("/proc/1/exe -> /bin/busybox"::equals);
        }
    }

    @Test
    void nobody_can_write_to_the_program() {
        Path copy = Path.of(program.path());
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Files.write(copy, new byte[] {1}, java.nio.file.StandardOpenOption.WRITE))
                .isInstanceOf(IOException.class);
    }
}
