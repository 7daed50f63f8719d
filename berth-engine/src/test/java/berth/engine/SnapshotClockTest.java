package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.instance.SnapshotClock;
import berth.model.Snapshot;
import berth.steps.Faults;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Snapshots in time, whatever the clock does (reliability R9). */
class SnapshotClockTest {
    private final TestHost host = new TestHost().furnished();
    private final Hands hands = new Hands();
    private SnapshotClock clock = clock();

    /** A clock that is set by hand, and one that only runs. */
    private static final class Hands extends Clock {
        Instant now = Instant.now().plus(Duration.ofDays(1)).truncatedTo(java.time.temporal.ChronoUnit.DAYS);
        long nanos;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        void pass(Duration time) {
            now = now.plus(time);
            nanos += time.toNanos();
        }
    }

    private SnapshotClock clock() {
        var use = host.use();
        return new SnapshotClock(
                use.shelves(), use.instances(), use.snapshots(), hands, () -> hands.nanos, Runnable::run);
    }

    private void instance(Map<String, String> config) {
        host.use().createInstance().createNow(draft("c1", config));
        clock.look();
    }

    private void running(Map<String, String> config) {
        instance(config);
        host.use().startInstance().startNow(PROJECT, name("c1"));
    }

    private List<String> names() {
        var use = host.use();
        return use.snapshots().list(use.instances().require(PROJECT, name("c1"))).stream()
                .map(Snapshot::name)
                .toList();
    }

    private void minutes(int count) {
        for (int i = 0; i < count; i++) {
            hands.pass(Duration.ofMinutes(1));
            clock.look();
        }
    }

    @Test
    void are_taken_once_each_time_they_are_due() {
        running(Map.of("snapshots.schedule", "@hourly"));
        minutes(59);
        assertThat(names()).isEmpty();
        minutes(62);
        assertThat(names()).containsExactly("snap0", "snap1");
    }

    @Test
    void are_taken_of_a_stopped_one_only_if_it_is_wanted() {
        instance(Map.of("snapshots.schedule", "@hourly"));
        minutes(61);
        assertThat(names()).isEmpty();
        host.use()
                .createInstance()
                .createNow(draft(
                        "c2",
                        Map.of(
                                "snapshots.schedule",
                                "@hourly",
                                "snapshots.schedule.stopped",
                                "true",
                                "snapshots.pattern",
                                "auto%d")));
        minutes(61);
        var use = host.use();
        assertThat(use.snapshots().list(use.instances().require(PROJECT, name("c2"))))
                .extracting(Snapshot::name)
                .containsExactly("auto0");
    }

    @Test
    void what_came_due_while_no_daemon_ran_is_taken_once() {
        running(Map.of("snapshots.schedule", "@hourly"));
        minutes(61);
        host.restart(Faults.NONE);
        hands.pass(Duration.ofHours(5));
        clock = clock();
        clock.look();
        clock.look();
        assertThat(names()).containsExactly("snap0", "snap1");
    }

    @Test
    void a_clock_that_jumps_ahead_makes_one_and_deletes_none_for_an_hour() {
        running(Map.of("snapshots.schedule", "@daily"));
        host.use().snapshots().takeNow(PROJECT, name("c1"), "kept", hands.now.plus(Duration.ofDays(30)));
        hands.now = hands.now.plus(Duration.ofDays(3650));
        minutes(3);
        assertThat(names()).containsExactly("kept", "snap0");
        minutes(61);
        assertThat(names()).containsExactly("snap0");
    }

    @Test
    void a_clock_that_jumps_back_repeats_at_most_one() {
        running(Map.of("snapshots.schedule", "@hourly"));
        minutes(61);
        hands.now = hands.now.minus(Duration.ofHours(1));
        minutes(3);
        assertThat(names()).containsExactly("snap0");
        minutes(60);
        assertThat(names()).containsExactly("snap0", "snap1");
        hands.now = hands.now.minus(Duration.ofDays(3650));
        minutes(59);
        assertThat(names()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void go_when_their_time_is_over_and_not_before() {
        instance(Map.of());
        var snapshots = host.use().snapshots();
        snapshots.takeNow(PROJECT, name("c1"), "soon", hands.now.plus(Duration.ofMinutes(10)));
        snapshots.takeNow(PROJECT, name("c1"), "never", Instant.EPOCH);
        minutes(9);
        assertThat(names()).containsExactly("soon", "never");
        minutes(2);
        assertThat(names()).containsExactly("never");
    }

    @Test
    void get_the_default_expiry_unless_it_was_said_that_they_stay() {
        instance(Map.of("snapshots.expiry", "1H"));
        var snapshots = host.use().snapshots();
        snapshots.takeNow(PROJECT, name("c1"), "default", null);
        snapshots.takeNow(PROJECT, name("c1"), "stays", Instant.EPOCH);
        var all = snapshots.list(host.use().instances().require(PROJECT, name("c1")));
        assertThat(all.get(0).expiresAt()).isAfter(Instant.now().plus(Duration.ofMinutes(50)));
        assertThat(all.get(1).expiresAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void are_taken_after_each_start_if_the_schedule_says_so() {
        instance(Map.of("snapshots.schedule", "@startup", "snapshots.pattern", "up%d"));
        host.use().startInstance().afterStart(clock::started);
        host.use().startInstance().startNow(PROJECT, name("c1"));
        assertThat(names()).containsExactly("up0");
    }
}
