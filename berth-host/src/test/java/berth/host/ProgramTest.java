package berth.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that misbehave (R10). */
@Timeout(30)
class ProgramTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void kills_one_that_takes_too_long_and_says_which() {
        assertThatThrownBy(() -> Program.of("sleep", "1000").within(SHORT).run())
                .isInstanceOf(Program.Failed.class)
                .hasMessage("sleep 1000 took longer than 1 s and was killed");
    }

    @Test
    void is_not_held_up_by_one_that_never_reads_what_it_is_given() {
        var deaf = Program.of("sleep", "1000").reading("x".repeat(1 << 20)).within(SHORT);
        assertThatThrownBy(deaf::run).hasMessageContaining("took longer than 1 s");
    }

    @Test
    void hands_over_all_of_what_it_is_to_read() {
        assertThat(Program.of("wc", "-c")
                        .reading("x".repeat(1 << 20))
                        .must()
                        .out()
                        .strip())
                .isEqualTo(String.valueOf(1 << 20));
    }

    @Test
    void says_what_one_said_that_failed() {
        assertThatThrownBy(() -> Program.of("ls", "/there/is/no/such").must())
                .hasMessageContaining("ls /there/is/no/such exited with 2")
                .hasMessageContaining("No such file");
    }

    @Test
    void says_which_one_is_not_there() {
        assertThatThrownBy(() -> Program.of("no-such-program").run())
                .isInstanceOf(Program.Failed.class)
                .hasMessageContaining("cannot run no-such-program");
    }
}
