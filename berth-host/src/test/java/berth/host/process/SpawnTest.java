package berth.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SpawnTest {
    private static String all(java.io.InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void hands_on_streams_environment_directory_and_exit_code() throws Exception {
        try (Spawned child = Spawn.of(List.of("/bin/sh", "-c", "cat; echo $A; pwd; echo err >&2; exit 3"))
                .environment(Map.of("A", "b"))
                .in(Path.of("/proc"))
                .start()) {
            child.input().write("in\n".getBytes(StandardCharsets.UTF_8));
            child.input().close();
            assertThat(all(child.output())).isEqualTo("in\nb\n/proc\n");
            assertThat(all(child.errors())).isEqualTo("err\n");
            assertThat(child.await()).isEqualTo(3);
        }
    }

    @Test
    void a_terminal_is_the_controlling_one_and_has_its_size() throws Exception {
        try (Spawned child = Spawn.of(List.of("/bin/sh", "-c", "stty size; : < /dev/tty && echo mine"))
                .environment(Map.of("PATH", "/bin:/usr/bin"))
                .terminal(90, 33)
                .start()) {
            assertThat(all(child.output())).isEqualTo("33 90\r\nmine\r\n");
            assertThat(child.await()).isZero();
        }
    }

    @Test
    @SuppressWarnings("try")
    void nothing_of_ours_but_the_three_streams_is_inherited_and_no_signal_is_ignored() throws Exception {
        try (var open = java.nio.channels.FileChannel.open(Path.of("/dev/null"));
                Spawned child = Spawn.of(List.of("/bin/ls", "/proc/self/fd")).start()) {
            assertThat(all(child.output())).isEqualTo("0\n1\n2\n3\n");
        }
        try (Spawned child =
                Spawn.of(List.of("/bin/grep", "Sig[IB]", "/proc/self/status")).start()) {
            // Signals 32 and 33 are libc's own: it leaves them ignored.
            assertThat(all(child.output())).matches("SigBlk:\t0000000000000000\nSigIgn:\t0000000[01][08]0000000\n");
        }
    }

    @Test
    void a_program_that_is_not_there_is_an_error_at_once() {
        assertThatThrownBy(() -> Spawn.of(List.of("/no/such")).start())
                .isInstanceOf(Errno.class)
                .hasMessageContaining("/no/such");
    }

    @Test
    void a_signal_shows_in_the_code() throws Exception {
        try (Spawned child = Spawn.of(List.of("/bin/sleep", "100")).start()) {
            assertThat(child.await(Duration.ofMillis(20))).isEmpty();
            child.signal(9);
            assertThat(child.await()).isEqualTo(137);
            assertThat(child.signal(9)).isFalse();
        }
    }

    @Test
    void closing_wakes_the_reader() throws Exception {
        Spawned child = Spawn.of(List.of("/bin/sleep", "100")).start();
        var woken = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                child.output().read();
            } catch (IOException closed) {
                woken.countDown();
            }
        });
        Thread.sleep(50);
        child.close();
        assertThat(woken.await(5, TimeUnit.SECONDS)).isTrue();
        child.signal(9);
        child.await();
    }

    @Test
    void the_end_of_a_stranger_is_heard_of() throws Exception {
        try (Spawned child = Spawn.of(List.of("/bin/sleep", "100")).start()) {
            long ticks = ProcessStat.of(child.pid()).orElseThrow().startTicks();
            assertThat(PidFd.open(child.pid(), ticks + 1)).isEmpty();
            try (PidFd held = PidFd.open(child.pid(), ticks).orElseThrow()) {
                var ended = new CountDownLatch(1);
                held.onExit(ended::countDown);
                held.signal(9);
                assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void reads_a_stat_line_whatever_the_command_is_called() {
        assertThat(ProcessStat.parse(7, "7 (a) Z (b)) S 3 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4242 0"))
                .contains(new ProcessStat(7, 'S', 3, 4242, 0));
        assertThat(ProcessStat.parse(7, "nonsense")).isEmpty();
    }
}
