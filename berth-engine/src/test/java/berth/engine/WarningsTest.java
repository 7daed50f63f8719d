package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.warning.Warnings;
import berth.model.NetworkName;
import berth.model.Refused;
import berth.model.Warning;
import berth.model.Warning.State;
import berth.model.WarningKind;
import berth.steps.Faults;
import berth.steps.Run;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WarningsTest {
    private final TestHost host = new TestHost().furnished();

    private Warnings warnings() {
        return host.use().warnings();
    }

    private Warning only() {
        assertThat(warnings().list(null)).hasSize(1);
        return warnings().list(null).getFirst();
    }

    @Test
    void a_pool_that_does_not_open_is_warned_of_until_it_does() {
        host.storage.broken = true;
        host.restart(Faults.NONE);
        assertThat(only().kind()).isEqualTo(WarningKind.POOL);
        assertThat(only().about()).isEqualTo("/1.0/storage-pools/p1");
        assertThat(only().message()).contains("told to fail");
        host.engine.makeRound();
        assertThat(only().count()).as("seen again by the rounds").isEqualTo(2);
        host.storage.broken = false;
        host.engine.makeRound();
        assertThat(only().state()).isEqualTo(State.RESOLVED);
    }

    @Test
    void a_network_that_does_not_come_up_is_brought_up_by_the_rounds() {
        host.networks.broken = true;
        host.restart(Faults.NONE);
        assertThat(only().kind()).isEqualTo(WarningKind.NETWORK);
        host.networks.delete(TestHost.network("br0"));
        host.networks.broken = false;
        host.engine.makeRound();
        assertThat(only().state()).isEqualTo(State.RESOLVED);
        assertThat(host.networks.isUp(TestHost.network("br0"))).isTrue();
    }

    @Test
    void warnings_outlive_the_daemon_and_are_counted() {
        host.storage.broken = true;
        host.restart(Faults.NONE);
        var first = only();
        host.restart(Faults.NONE);
        assertThat(only().id()).isEqualTo(first.id());
        assertThat(only().count()).isEqualTo(2);
        assertThat(only().firstSeen()).isEqualTo(first.firstSeen());
    }

    @Test
    void an_instance_that_cannot_be_started_at_boot_is_warned_of_until_it_starts() throws InterruptedException {
        host.use().createInstance().createNow(draft("c1", Map.of("boot.autostart", "true")));
        host.instances.startFails = true;
        host.bootId = "boot 2";
        host.restart(Faults.NONE);
        assertThat(only().kind()).isEqualTo(WarningKind.AUTOSTART);
        assertThat(only().project()).isEqualTo("default");
        assertThat(only().about()).isEqualTo("/1.0/instances/c1");
        host.instances.startFails = false;
        host.use().startInstance().startNow(PROJECT, name("c1"));
        await(() -> only().state() == State.RESOLVED);
    }

    @Test
    void a_run_that_fails_again_is_warned_of_until_it_is_finished() {
        host.restart(failing("take it down"));
        assertThatThrownBy(() -> host.use().networks().delete(new NetworkName("br0")))
                .isInstanceOf(Refused.class);
        host.restart(failing("take it down"));
        assertThat(only().kind()).isEqualTo(WarningKind.UNFINISHED);
        assertThat(only().message()).contains("delete network of network br0", "tried again");
        host.restart(Faults.NONE);
        assertThat(only().state()).isEqualTo(State.RESOLVED);
    }

    private Faults failing(String which) {
        host.use()
                .profiles()
                .update(
                        PROJECT,
                        new berth.model.ProfileName("default"),
                        it -> new berth.model.Profile(
                                it.project(),
                                it.name(),
                                it.description(),
                                it.config(),
                                berth.model.Settings.devices(null),
                                null));
        return new Faults() {
            @Override
            public void before(Run run, String step) {
                if (step.equals(which)) {
                    throw new IllegalStateException("broken on purpose");
                }
            }

            @Override
            public void after(Run run, String step) {}
        };
    }

    @Test
    void with_an_object_go_its_warnings() throws InterruptedException {
        warnings().raise(WarningKind.NETWORK, PROJECT, "/1.0/networks/br1", "down");
        host.use().networks().create(TestHost.network("br1"));
        host.use().networks().delete(new NetworkName("br1"));
        await(() -> only().state() == State.RESOLVED);
    }

    @Test
    void what_was_acknowledged_stays_so_and_what_was_over_is_new_again() {
        warnings().raise(WarningKind.POOL, null, "/1.0/storage-pools/p9", "one");
        String id = only().id().toString();
        warnings().mark(id, State.ACKNOWLEDGED);
        warnings().raise(WarningKind.POOL, null, "/1.0/storage-pools/p9", "two");
        assertThat(only().state()).isEqualTo(State.ACKNOWLEDGED);
        warnings().settle(WarningKind.POOL, "/1.0/storage-pools/p9");
        warnings().raise(WarningKind.POOL, null, "/1.0/storage-pools/p9", "three");
        assertThat(only().state()).isEqualTo(State.NEW);
        assertThat(only().count()).isEqualTo(3);
        assertThat(only().message()).isEqualTo("three");
        warnings().delete(id);
        assertThat(warnings().list(null)).isEmpty();
    }

    @Test
    void of_the_host_only_what_is_found_now_stays_open() {
        var kinds = Set.of(WarningKind.APPARMOR, WarningKind.PROCESSES);
        warnings().only(kinds, List.of(new Warnings.Found(WarningKind.APPARMOR, "", "none")));
        warnings().only(kinds, List.of(new Warnings.Found(WarningKind.PROCESSES, "", "none")));
        assertThat(warnings().isOpen(WarningKind.APPARMOR, "")).isFalse();
        assertThat(warnings().isOpen(WarningKind.PROCESSES, "")).isTrue();
    }

    @Test
    void a_clock_that_was_set_is_noticed_and_one_that_runs_is_not() {
        var now = new AtomicLong(1_000_000);
        var passed = new AtomicLong();
        var clock = new Moving(now);
        var rounds = new Rounds(
                host.engine.ground().shelves(),
                host.use().pools(),
                host.use().networks(),
                host.use().backups(),
                host.use().volumeBackups(),
                host.engine.ground().runs(),
                warnings(),
                clock,
                passed::get);
        now.addAndGet(60_000);
        passed.addAndGet(60_000_000_000L);
        rounds.make();
        assertThat(warnings().list(null)).isEmpty();
        now.addAndGet(-3_540_000);
        passed.addAndGet(60_000_000_000L);
        rounds.make();
        assertThat(only().kind()).isEqualTo(WarningKind.CLOCK);
        assertThat(only().message()).contains("back by 3600 s");
    }

    @Test
    void what_has_been_over_for_a_day_is_forgotten() {
        var now = new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
        var warnings = new Warnings(
                host.engine.ground().shelves(), host.engine.ground().events(), new Moving(now));
        warnings.raise(WarningKind.POOL, null, "a", "one");
        warnings.raise(WarningKind.POOL, null, "b", "two");
        warnings.settle(WarningKind.POOL, "a");
        now.addAndGet(Duration.ofHours(23).toMillis());
        warnings.tidy();
        assertThat(warnings.list(null)).hasSize(2);
        now.addAndGet(Duration.ofHours(2).toMillis());
        warnings.tidy();
        assertThat(warnings.list(null)).extracting(Warning::about).containsExactly("b");
    }

    /** A clock that is set by hand. */
    private static final class Moving extends Clock {
        private final AtomicLong millis;

        Moving(AtomicLong millis) {
            this.millis = millis;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.get());
        }
    }

    /** Warnings are settled by a thread of its own: the next event after it tells nothing of it, so it is looked at. */
    private static void await(java.util.function.BooleanSupplier done) throws InterruptedException {
        var never = new CountDownLatch(1);
        while (!done.getAsBoolean()) {
            never.await(1, TimeUnit.MILLISECONDS);
        }
    }
}
