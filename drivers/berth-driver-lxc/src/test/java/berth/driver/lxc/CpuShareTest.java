package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuShareTest {
    private final CpuShare share = new CpuShare(CpuShare.parse("0-3"));

    @Test
    void a_count_takes_the_least_used() {
        assertThat(share.give("a", "2")).isEqualTo("0,1");
        assertThat(share.give("b", "2")).isEqualTo("2,3");
        assertThat(share.give("c", "1")).isEqualTo("0");
        share.release("a");
        assertThat(share.give("d", "1")).isEqualTo("1");
    }

    @Test
    void a_set_is_taken_as_it_is() {
        assertThat(share.give("a", "1-1")).isEqualTo("1");
        assertThat(share.give("a", "0,2-3")).isEqualTo("0,2,3");
    }

    @Test
    void no_limit_and_too_large_a_count_give_all() {
        assertThat(share.give("a", null)).isEqualTo("0,1,2,3");
        assertThat(share.give("a", "99")).isEqualTo("0,1,2,3");
    }

    @Test
    void sets_that_are_none_are_refused() {
        for (String bad : List.of("x", "3-1", "0-99999", "7-8", "1,,2", "0-4294967295", "0")) {
            assertThatThrownBy(() -> share.give("a", bad)).isInstanceOf(Refused.class);
        }
    }
}
