package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DetachKeyTest {
    private final DetachKey key = new DetachKey();

    private String passed(String typed) {
        byte[] bytes = typed.getBytes(StandardCharsets.UTF_8);
        return new String(key.passOn(bytes, bytes.length), StandardCharsets.UTF_8);
    }

    @Test
    void passes_everything_on_up_to_ctrl_a_q_and_nothing_after_it() {
        assertThat(passed("ls\r")).isEqualTo("ls\r");
        assertThat(key.typed()).isFalse();
        assertThat(passed("exit\001qmore")).isEqualTo("exit");
        assertThat(key.typed()).isTrue();
        assertThat(passed("later")).isEmpty();
    }

    @Test
    void is_found_when_its_keys_come_apart() {
        assertThat(passed("\001")).isEmpty();
        assertThat(key.typed()).isFalse();
        assertThat(passed("q")).isEmpty();
        assertThat(key.typed()).isTrue();
    }

    @Test
    void gives_ctrl_a_to_the_guest_before_any_other_key() {
        assertThat(passed("\001x\001\001y")).isEqualTo("\001x\001\001y");
        assertThat(key.typed()).isFalse();
    }
}
