package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.doctor.Doctor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever asks for a running state to be saved hears all that stands in the way. */
class RunningStateTest {
    private final TestHost host = new TestHost().furnished();

    private String refusal(String guest) {
        return host.use()
                .runningState()
                .refusal(host.use().instances().require(PROJECT, name(guest)))
                .problem()
                .text();
    }

    @Test
    void names_what_the_host_lacks_and_what_the_guest_has() {
        host.use().createInstance().createNow(draft("c1"));
        assertThat(refusal("c1"))
                .isEqualTo(
                        "The running state of c1 cannot be saved: it is not running; the driver fake saves no running"
                                + " state; CRIU cannot make network cards again in an unprivileged guest (eth0): take them out"
                                + " first. Nothing was touched; do it without the running state");
        host.use().startInstance().startNow(PROJECT, name("c1"));
        assertThat(refusal("c1")).doesNotContain("it is not running");
    }

    @Test
    void says_nothing_of_cards_of_a_privileged_guest() {
        host.use().createInstance().createNow(draft("c2", Map.of("security.privileged", "true")));
        assertThat(refusal("c2")).doesNotContain("eth0");
    }

    @Test
    void the_doctor_knows_the_hosts_part() {
        assertThat(host.use().doctor().look()).anySatisfy(it -> {
            assertThat(it.about()).isEqualTo("running state");
            assertThat(it.grade()).isEqualTo(Doctor.Grade.ADVICE);
            assertThat(it.text()).contains("saves no running state");
        });
    }
}
