package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.done;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.driver.Drivers;
import berth.engine.instance.ReadMetrics;
import berth.engine.instance.StopInstance;
import berth.model.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadMetricsTest {
    private final TestHost host = new TestHost().furnished();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may turn over
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final ReadMetrics metrics = new ReadMetrics(
            host.use().shelves(),
            new Drivers(Map.of(Kind.CONTAINER, host.instances), Map.of("fake", host.storage), Map.of()),
            host.use().instances(),
            nanos::get,
            (pause, work) -> {
                assertThat(waiting).isEmpty();
                assertThat(pause).isEqualTo(ReadMetrics.EVERY);
                waiting.add(work);
            });

    @BeforeEach
    void two_guests_of_which_one_runs() {
        for (String each : List.of("c1", "c2")) {
            host.use().createInstance().createNow(draft(each));
        }
        start("c1");
    }

    private void start(String text) {
        host.use().startInstance().startNow(PROJECT, name(text));
    }

    private List<String> seen() {
        return metrics.all(null).stream().map(it -> it.instance().name().text()).toList();
    }

    /** What is to be done later is done now, and nobody waits for it. */
    private void later() {
        nanos.addAndGet(ReadMetrics.EVERY.toNanos());
        waiting.remove().run();
    }

    @Test
    void reads_beside_those_who_ask_so_that_none_of_them_waits() {
        seen();
        for (int round = 2; round < 10; round++) {
            later();
            assertThat(host.instances.looks).hasValue(round);
            assertThat(seen()).containsExactly("c1");
            assertThat(host.instances.looks).as("asked from memory").hasValue(round);
        }
    }

    @Test
    void reads_no_longer_than_somebody_asks_and_begins_again_with_the_next() {
        assertThat(waiting).as("nobody asked").isEmpty();
        var shown = new ArrayList<List<ReadMetrics.Measured>>();
        metrics.show(shown::add);
        seen();
        for (long rounds = ReadMetrics.FOLLOWED.dividedBy(ReadMetrics.EVERY); rounds > 1; rounds--) {
            later();
        }
        int before = host.instances.looks.get();
        later();
        assertThat(waiting).isEmpty();
        assertThat(host.instances.looks).hasValue(before);
        assertThat(shown.getLast()).as("nothing is to be kept").isEmpty();
        seen();
        assertThat(host.instances.looks).as("nothing was kept").hasValue(before + 1);
        assertThat(waiting).hasSize(1);
    }

    @Test
    void shows_what_it_read_before_it_is_asked() {
        var shown = new ArrayList<List<ReadMetrics.Measured>>();
        metrics.show(shown::add);
        seen();
        assertThat(shown).isEmpty();
        later();
        assertThat(shown).hasSize(1);
        assertThat(metrics.all(null)).isSameAs(shown.getFirst());
    }

    @Test
    void a_reading_that_fails_leaves_it_to_the_next_who_asks() {
        metrics.show(_ -> {
            throw new IllegalStateException("as a test");
        });
        seen();
        later();
        assertThat(waiting).isEmpty();
        assertThat(seen()).containsExactly("c1");
        assertThat(waiting).hasSize(1);
    }

    @Test
    void many_are_read_by_all_processors() {
        var names = new ArrayList<String>(List.of("c1"));
        for (int i = 10; i < 80; i++) {
            host.use().createInstance().createNow(draft("c" + i));
            start("c" + i);
            names.add("c" + i);
        }
        assertThat(seen()).containsExactlyElementsOf(names);
        assertThat(host.instances.looks).hasValue(71);
    }

    @Test
    void keeps_numbers_for_some_seconds_and_looks_again_then() {
        assertThat(seen()).containsExactly("c1");
        nanos.addAndGet(ReadMetrics.KEPT.toNanos() - 1);
        assertThat(seen()).containsExactly("c1");
        assertThat(host.instances.looks).hasValue(1);
        nanos.incrementAndGet();
        assertThat(seen()).containsExactly("c1");
        assertThat(host.instances.looks).hasValue(2);
    }

    @Test
    void tells_the_same_until_something_is_new() {
        var first = metrics.all(null);
        assertThat(metrics.all(null)).isSameAs(first);
        assertThat(metrics.all(PROJECT)).isNotSameAs(first).isEqualTo(first);
        done(host.use().renameInstance().rename(PROJECT, name("c2"), name("c3")));
        assertThat(metrics.all(null)).isSameAs(first);
        nanos.addAndGet(ReadMetrics.KEPT.toNanos());
        assertThat(metrics.all(null)).as("read anew, and nothing is new").isSameAs(first);
        assertThat(host.instances.looks).hasValue(2);
        start("c3");
        assertThat(metrics.all(null)).hasSize(2);
    }

    @Test
    void always_knows_which_guests_run() {
        assertThat(seen()).containsExactly("c1");
        start("c2");
        assertThat(seen()).containsExactly("c1", "c2");
        host.use().stopInstance().stopNow(PROJECT, name("c1"), new StopInstance.Manner.Force());
        assertThat(seen()).containsExactly("c2");
        start("c1");
        assertThat(seen()).containsExactly("c1", "c2");
        assertThat(host.instances.looks).as("a new run has numbers of its own").hasValue(3);
    }
}
