package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.process.ProcessStat;
import berth.spi.Life;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HaltSignalTest {
    private static Life life(Process process) {
        return new Life(
                process.pid(), ProcessStat.of(process.pid()).orElseThrow().startTicks());
    }

    @Test
    void a_process_that_has_just_begun_is_not_asked_before_it_listens() throws Exception {
        Process late =
                new ProcessBuilder("sh", "-c", "sleep 0.5; trap 'exit 7' PWR; while :; do sleep 0.05; done").start();
        try {
            assertThat(HaltSignal.of(life(late))).isEqualTo(HaltSignal.SIGPWR);
            new ProcessBuilder("sh", "-c", "kill -PWR " + late.pid()).start().waitFor();
            assertThat(late.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(late.exitValue()).isEqualTo(7);
        } finally {
            late.destroyForcibly();
        }
    }

    @Test
    void one_that_never_listens_or_has_ended_is_asked_all_the_same() throws Exception {
        Process deaf = new ProcessBuilder("sleep", "60").start();
        Life life = life(deaf);
        assertThat(HaltSignal.of(life)).isEqualTo(HaltSignal.SIGPWR);
        deaf.destroyForcibly().waitFor();
        assertThat(HaltSignal.of(life)).isEqualTo(HaltSignal.SIGPWR);
    }
}
