package berth.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.Program;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PidFdTest {
    @Test
    void sees_the_end_of_a_process_as_it_comes() throws Exception {
        Process sleeper = Program.of("sleep", "60").start();
        try (PidFd process = PidFd.open(sleeper.pid()).orElseThrow()) {
            assertThat(process.ended()).isFalse();
            assertThat(process.awaitEnd(Duration.ofMillis(20))).isFalse();
            assertThat(process.signal(0)).isTrue();
            assertThat(process.signal(PidFd.SIGTERM)).isTrue();
            assertThat(process.awaitEnd(Duration.ofSeconds(10))).isTrue();
            sleeper.waitFor();
            assertThat(process.signal(PidFd.SIGTERM)).isFalse();
            assertThat(process.commandLine()).isEmpty();
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void waits_on_a_virtual_thread_too() throws Exception {
        Process sleeper = Program.of("sleep", "60").start();
        try (PidFd process = PidFd.open(sleeper.pid()).orElseThrow()) {
            var ended = new CompletableFuture<Boolean>();
            Thread.startVirtualThread(() -> ended.complete(process.awaitEnd(Duration.ofSeconds(10))));
            process.signal(PidFd.SIGKILL);
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void knows_a_process_by_its_arguments() throws Exception {
        Process sleeper = Program.of("sleep", "60.0").start();
        try (PidFd process = PidFd.open(sleeper.pid()).orElseThrow()) {
            assertThat(process.commandLine()).endsWith("sleep", "60.0");
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void there_is_none_of_a_number_nobody_has() {
        assertThat(PidFd.open(4_194_304)).isEmpty();
        assertThat(PidFd.open(-1)).isEmpty();
    }
}
