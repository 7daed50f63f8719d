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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadMetricsTest {
    private final TestHost host = new TestHost().furnished();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may turn over
    private final ReadMetrics metrics = new ReadMetrics(
            host.use().shelves(),
            new Drivers(Map.of(Kind.CONTAINER, host.instances), Map.of("fake", host.storage), Map.of()),
            host.use().instances(),
            nanos::get);

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
        assertThat(metrics.all(null)).isNotSameAs(first).isEqualTo(first);
        nanos.addAndGet(ReadMetrics.KEPT.toNanos());
        assertThat(metrics.all(null)).isNotSameAs(first);
        assertThat(host.instances.looks).hasValue(2);
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
