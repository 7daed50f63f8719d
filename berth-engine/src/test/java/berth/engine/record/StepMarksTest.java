package berth.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.spi.InMemoryStore;
import berth.steps.Faults;
import berth.steps.Run;
import berth.steps.Step;
import berth.steps.StepRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a power cut may forget of a run, and what the next daemon makes of the rest. */
class StepMarksTest {
    private final InMemoryStore store = new InMemoryStore();
    private final List<String> deeds = new ArrayList<>();
    private String powerEndsIn = "";
    private String failsIn = "";

    private static final class PowerCut extends Error {}

    @Test
    void begins_again_where_it_last_was_for_certain() {
        cutIn("c", List.of(step("a"), step("b"), step("c")));
        resume(List.of(step("a"), step("b"), step("c")));
        assertThat(deeds).containsExactly("a", "b", "c", "a", "b", "c");
        assertThat(store.list("/journal/")).isEmpty();
    }

    @Test
    void never_forgets_that_a_marked_step_began() {
        cutIn("c", List.of(step("a"), marked("b"), step("c")));
        resume(List.of(step("a"), marked("b"), step("c")));
        assertThat(deeds).containsExactly("a", "b", "c", "b", "c");
    }

    @Test
    void never_forgets_that_there_is_no_way_back() {
        cutIn("d", List.of(step("a"), forward("b"), forward("c"), step("d")));
        failsIn = "b";
        resume(List.of(step("a"), forward("b"), forward("c"), step("d")));
        assertThat(deeds).containsExactly("a", "b", "c", "d", "b");
        assertThat(store.list("/journal/")).hasSize(1);
        failsIn = "";
        resume(List.of(step("a"), forward("b"), forward("c"), step("d")));
        assertThat(deeds).endsWith("b", "c", "d");
        assertThat(store.list("/journal/")).isEmpty();
    }

    @Test
    void takes_back_whatever_may_have_begun_and_not_what_cannot() {
        cutIn("c", List.of(step("a"), step("b"), step("c"), marked("d")));
        failsIn = "a";
        resume(List.of(step("a"), step("b"), step("c"), marked("d")));
        assertThat(deeds).containsExactly("a", "b", "c", "a", "-c", "-b", "-a");
        assertThat(store.list("/journal/")).isEmpty();
    }

    private void cutIn(String step, List<Step> steps) {
        powerEndsIn = step;
        var journal = new StoreJournal(store, new Codec());
        assertThatThrownBy(() -> new StepRunner(journal, () -> false, Faults.NONE)
                        .run(new Run(UUID.randomUUID(), "kind", "subject", "{}"), steps))
                .isInstanceOf(PowerCut.class);
        powerEndsIn = "";
        store.cutPower();
    }

    private void resume(List<Step> steps) {
        var journal = new StoreJournal(store, new Codec());
        var runner = new StepRunner(journal, () -> false, Faults.NONE);
        for (var open : journal.open()) {
            if (failsIn.isEmpty()) {
                runner.resume(open, steps);
            } else {
                assertThatThrownBy(() -> runner.resume(open, steps)).hasMessage("fails");
            }
        }
    }

    private Step step(String name) {
        return Step.of(name, () -> work(name), () -> deeds.add("-" + name));
    }

    private Step marked(String name) {
        return Step.marked(name, () -> work(name), () -> deeds.add("-" + name));
    }

    private Step forward(String name) {
        return Step.forward(name, () -> work(name));
    }

    private void work(String name) {
        deeds.add(name);
        if (name.equals(powerEndsIn)) {
            throw new PowerCut();
        }
        if (name.equals(failsIn)) {
            throw new IllegalStateException("fails");
        }
    }
}
