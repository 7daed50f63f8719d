package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.instance.UpdateInstance;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.ProfileName;
import berth.model.Refused;
import berth.model.Settings;
import berth.steps.Faults;
import berth.steps.Run;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two guests, {@code c1} and {@code c2}, on one network; changes of cards that would give both the same address. */
@Timeout(60)
class FixedAddressesTest {
    private static final Map<String, String> CARD =
            Map.of("type", "nic", "network", "br0", "name", "eth0", "ipv4.address", "10.1.2.3");
    private final TestHost host = new TestHost().furnished();

    @BeforeEach
    void make_two_guests() {
        host.use()
                .networks()
                .update(
                        new NetworkName("br0"),
                        it -> new Network(
                                it.name(),
                                it.type(),
                                "",
                                Settings.copyOf(Map.of("ipv4.address", "10.1.2.1/24")),
                                null));
        host.use().createInstance().createNow(draft("c1"));
        host.use().createInstance().createNow(draft("c2"));
    }

    private void give(String name) {
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name(name),
                        _ -> new UpdateInstance.Wanted("", null, null, null, Settings.devices(Map.of("eth0", CARD))),
                        null);
    }

    @Test
    void the_second_of_two_changes_at_the_same_time_is_refused() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        host.restart(new Faults() {
            @Override
            public void before(Run run, String step) {
                if (run.kind().equals("update instance") && run.subject().endsWith("/c1")) {
                    begun.countDown();
                    await(goOn);
                }
            }

            @Override
            public void after(Run run, String step) {}
        });
        var first = new FutureTask<>(() -> {
            give("c1");
            return true;
        });
        Thread.ofVirtual().start(first);
        await(begun);
        assertThatThrownBy(() -> give("c2"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("IP address \"10.1.2.3\" already defined on another NIC");
        goOn.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> give("c2")).isInstanceOf(Refused.class);
        host.use().deleteInstance().deleteNow(PROJECT, name("c1"));
        give("c2"); // what was held is let go
    }

    @Test
    void a_profile_cannot_give_two_guests_one_address() {
        assertThatThrownBy(() -> host.use()
                        .profiles()
                        .update(
                                PROJECT,
                                new ProfileName("default"),
                                before -> TestHost.profile(before, Map.of(), Map.of("eth0", CARD))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("cannot follow")
                .hasMessageContaining("already defined on another NIC");
        host.use().deleteInstance().deleteNow(PROJECT, name("c2"));
        host.use()
                .profiles()
                .update(
                        PROJECT,
                        new ProfileName("default"),
                        before -> TestHost.profile(before, Map.of(), Map.of("eth0", CARD)));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
