package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.process.MemoryFile;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.spi.Execution.Outcome;
import berth.spi.Handle;
import berth.spi.InstanceSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands inside a real container, on a host of their own, whatever program takes them there. */
@org.junit.jupiter.api.Timeout(value = 20, threadMode = org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CommandsInsideContract {
    final Handle handle = new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("exec1"));
    LxcDriver driver;
    InstanceSetup setup;
    private Path directory;

    /** The program under test; empty for LXC's. */
    abstract Optional<MemoryFile> own(Path directory) throws IOException;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Guest.makeBridge();
        this.directory = directory;
        driver = driver(own(directory));
        setup = new Guest(directory).setup(handle);
        driver.start(setup);
    }

    @AfterAll
    void stop() {
        driver.kill(handle);
        driver.forget(handle);
        Guest.removeBridge();
    }

    /** Another driver of the same containers. */
    final LxcDriver driver(Optional<MemoryFile> own) {
        return new LxcDriver(directory.resolve("lxc"), directory.resolve("logs"), "berthtest", null, own);
    }

    final Said run(String... command) {
        return Said.by(driver, handle, command);
    }

    final Execution begin(boolean terminal, String... command) {
        return driver.exec(
                handle,
                new ExecSetup(
                        List.of(command), Map.of("PATH", "/bin:/sbin", "TERM", "xterm"), 0, 0, "/", terminal, 80, 25));
    }

    @Test
    void keeps_output_errors_and_exit_code_apart() {
        assertThat(run("sh", "-c", "echo out; echo err >&2; exit 7"))
                .isEqualTo(new Said(7, Outcome.RAN, "out\n", "err\n"));
    }

    @Test
    void tells_a_missing_command_from_one_that_exits_alike() {
        assertThat(run("nosuch").code()).isEqualTo(127);
        assertThat(run("nosuch").outcome()).isEqualTo(Outcome.COMMAND_NOT_FOUND);
        assertThat(run("/root").code()).isEqualTo(126);
        assertThat(run("/root").outcome()).isEqualTo(Outcome.NOT_EXECUTABLE);
        assertThat(run("sh", "-c", "exit 127")).isEqualTo(new Said(127, Outcome.RAN, "", ""));
        assertThat(run("sh", "-c", "exit 126")).isEqualTo(new Said(126, Outcome.RAN, "", ""));
    }

    @Test
    void says_by_its_outcome_alone_that_a_command_cannot_be_started() {
        assertThat(run("nosuch")).isEqualTo(new Said(127, Outcome.COMMAND_NOT_FOUND, "", ""));
    }

    @Test
    void passes_on_only_the_environment_that_was_given() {
        assertThat(run("env").out().lines())
                .containsExactlyInAnyOrder("PATH=/bin:/sbin", "HOME=/root", "container=lxc");
    }

    @Test
    void runs_as_the_user_and_group_that_were_given() {
        var setup = new ExecSetup(List.of("id"), Map.of("PATH", "/bin"), 1000, 1001, "/", false, 0, 0);
        try (Execution execution = driver.exec(handle, setup)) {
            assertThat(new String(execution.output().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("uid=1000 gid=1001\n");
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    void starts_in_the_directory_that_was_given_if_there_is_one() {
        var none = new byte[0];
        assertThat(Said.by(driver, handle, "/root", none, "pwd").out()).isEqualTo("/root\n");
        assertThat(Said.by(driver, handle, "/srv/only here", none, "pwd").out()).isEqualTo("/srv/only here\n");
        assertThat(Said.by(driver, handle, "/not/there; $(x)", none, "pwd"))
                .isEqualTo(new Said(0, Outcome.RAN, "/\n", ""));
        assertThat(Said.by(driver, handle, "/usr/share", none, "pwd").out()).isEqualTo("/\n");
    }

    @Test
    void hands_on_input_byte_by_byte_up_to_its_end() {
        byte[] input = new byte[3_000_000];
        new java.util.Random(1).nextBytes(input);

        String sum = Said.by(driver, handle, "/", input, "sha256sum").out().substring(0, 64);

        assertThat(sum).isEqualTo(sha256(input));
    }

    @Test
    void hands_on_output_byte_by_byte_to_a_slow_reader() throws Exception {
        try (Execution execution = begin(false, "sh", "-c", "head -c 2000000 /dev/zero; echo end")) {
            Thread.sleep(300);
            byte[] all = execution.output().readAllBytes();
            assertThat(all).hasSize(2_000_004).endsWith('e', 'n', 'd', '\n');
            assertThat(execution.await()).isZero();
        }
    }

    @Test
    void signals_reach_the_command_and_show_in_the_exit_code() throws Exception {
        for (int signal : new int[] {9, 15, 2, 1}) {
            try (Execution execution = begin(false, "sleep", "1000")) {
                execution.signal(signal);
                assertThat(execution.await()).isEqualTo(128 + signal);
            }
        }
        assertThat(run("sh", "-c", "pidof sleep | wc -w").out()).isEqualTo("1\n");
    }

    @Test
    void a_command_may_catch_its_signal() throws Exception {
        try (Execution execution =
                begin(false, "sh", "-c", "trap 'echo caught; exit 3' TERM; echo set; sleep 1000 & wait")) {
            assertThat(execution.output().readNBytes(4)).isEqualTo("set\n".getBytes(StandardCharsets.UTF_8));
            execution.signal(15);
            assertThat(new String(execution.output().readNBytes(7), StandardCharsets.UTF_8))
                    .isEqualTo("caught\n");
            assertThat(execution.await()).isEqualTo(3);
        }
        run("pkill", "-f", "sleep 1000");
    }

    @Test
    void a_terminal_has_its_size_and_hears_of_a_new_one() throws Exception {
        try (Execution execution = begin(
                true,
                "sh",
                "-c",
                "test -t 0 && stty size; trap 'stty size; exit 5' WINCH; echo set; while :; do sleep 0.05; done")) {
            assertThat(until(execution, "set\r\n")).isEqualTo("25 80\r\nset\r\n");
            execution.resize(120, 40);
            assertThat(until(execution, "40 120\r\n")).isEqualTo("40 120\r\n");
            assertThat(execution.await()).isEqualTo(5);
            assertThat(execution.output().read()).isEqualTo(-1);
        }
    }

    @Test
    void keys_of_a_terminal_become_signals_inside() throws Exception {
        try (Execution execution = begin(
                true, "sh", "-c", "trap 'echo interrupted; exit 4' INT; echo set; while :; do sleep 0.05; done")) {
            until(execution, "set\r\n");
            execution.input().write(3);
            assertThat(until(execution, "interrupted\r\n")).contains("interrupted");
            assertThat(execution.await()).isEqualTo(4);
        }
    }

    @Test
    void a_terminal_loses_nothing_at_the_end() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Execution execution = begin(true, "seq", "1", "2000")) {
                String all = new String(execution.output().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(all).endsWith("\r\n2000\r\n");
                assertThat(all.lines()).hasSize(2000);
                assertThat(execution.await()).isZero();
            }
        }
    }

    @Test
    void many_at_once_are_all_right() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = Stream.iterate(1, it -> it + 1)
                    .limit(40)
                    .map(i -> threads.submit(() -> run("sh", "-c", "echo " + i + "; exit " + i)))
                    .toList();
            for (int i = 1; i <= 40; i++) {
                assertThat(all.get(i - 1).get()).isEqualTo(new Said(i, Outcome.RAN, i + "\n", ""));
            }
        }
    }

    @Test
    void leaves_no_descriptors_and_no_zombies() throws Exception {
        run("true");
        long before = descriptors();

        for (int i = 0; i < 20; i++) {
            run("true");
            try (Execution execution = begin(true, "true")) {
                execution.await();
            }
        }

        assertThat(descriptors()).isEqualTo(before);
        assertThat(ProcessHandle.current().children())
                .allMatch(ProcessHandle::isAlive)
                .isEmpty();
        assertThat(run("ls", "/proc/self/fd").out().split("\n")).hasSizeLessThanOrEqualTo(5);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static String until(Execution execution, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int c = execution.output().read();
            if (c < 0) {
                break;
            }
            text.append((char) c);
        }
        return text.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
