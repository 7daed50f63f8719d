package berth.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.rest.http.HttpRefused;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final Map<String, Object> WEB = Map.of(
            "name",
            "web-1",
            "status",
            "Running",
            "ephemeral",
            false,
            "status_code",
            103,
            "config",
            Map.of("user.role", "Front End", "limits.cpu", "2"),
            "devices",
            Map.of("eth0", Map.of("nictype", "bridged")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name eq web-1",
                "name eq WEB-1",
                "name eq web.*",
                "name eq ^web",
                "name ne db",
                "not name eq db",
                "status eq running",
                "status_code eq 103",
                "ephemeral eq false",
                "config.user.role eq \"front end\"",
                "config.limits.cpu eq 2",
                "devices.eth0.nictype eq bridged",
                "name eq db or status eq running",
                "name eq web-1 and status eq running",
                "name bogus web-1",
                "nothing eq \"\"",
                "name eq db and status eq stopped or name eq web-1",
                "name eq web-1 or name eq db and status eq running"
            })
    void lets_through(String filter) {
        assertThat(Filter.of(filter).passes(WEB)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name eq web",
                "name eq eb-1",
                "name ne web-1",
                "not name eq web-1",
                "name eq web-1 and status eq stopped",
                "nothing eq x",
                "name eq [web",
                "status_code eq 10.*"
            })
    void keeps_out(String filter) {
        assertThat(Filter.of(filter).passes(WEB)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"not", "name", "name eq", "name eq \"x", "name eq x y", "name eq x and", "name eq x xor y eq z"})
    void refuses(String filter) {
        assertThatThrownBy(() -> Filter.of(filter))
                .isInstanceOf(HttpRefused.class)
                .hasMessageStartingWith("Invalid filter: ");
    }

    @Test
    void is_not_held_up_by_an_expression_that_backtracks_without_end() {
        var victim = Map.of("name", "a".repeat(60) + "!");
        for (String evil : new String[] {"(a+)+", "(a|a)*b", "(.*a){25}", "(".repeat(2000) + "a"}) {
            long begun = System.nanoTime();
            try {
                Filter.of("name eq " + evil).passes(victim);
            } catch (HttpRefused refused) {
                assertThat(refused.status()).isEqualTo(400);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        }
    }
}
