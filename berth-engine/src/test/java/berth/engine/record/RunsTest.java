package berth.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import berth.spi.InMemoryStore;
import berth.steps.Faults;
import berth.steps.Step;
import berth.steps.StepRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that could be neither finished nor taken back, and what becomes of them. */
class RunsTest {
    private record Wanted(String name) {}

    /** Makes something that never works, and can be taken back only once that is possible. */
    private static final class Stubborn implements RunKind<Wanted> {
        private final List<String> there = new ArrayList<>();
        private boolean released;

        @Override
        public String kind() {
            return "make thing";
        }

        @Override
        public Class<Wanted> request() {
            return Wanted.class;
        }

        @Override
        public List<Step> steps(Wanted request) {
            return List.of(
                    Step.of("put it there", () -> there.add(request.name()), this::takeAway),
                    Step.of(
                            "make it work",
                            () -> {
                                throw new IllegalStateException("it does not");
                            },
                            () -> {}));
        }

        private void takeAway() {
            if (!released) {
                throw new IllegalStateException("it is stuck");
            }
            there.clear();
        }
    }

    private final StoreJournal journal = new StoreJournal(new InMemoryStore(), new Codec());
    private final Runs runs = new Runs(new StepRunner(journal, () -> false, Faults.NONE), journal, new Codec());
    private final Stubborn kind = runs.register(new Stubborn());

    @Test
    void carries_out_no_kind_that_the_next_daemon_would_not_know() {
        assertThatThrownBy(() -> runs.run(new Stubborn(), "thing a", new Wanted("a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("make thing is not registered");
        assertThat(runs.kinds()).containsExactly("make thing");
    }

    @Test
    void says_which_step_failed_and_leaves_open_what_cannot_be_taken_back() {
        assertThatThrownBy(() -> runs.run(kind, "thing a", new Wanted("a")))
                .hasMessageContaining("make thing failed at \"make it work\": it does not");
        assertThat(journal.open()).hasSize(1);
    }

    @Test
    void takes_it_back_before_anything_new_is_begun_with_its_subject() {
        assertThatThrownBy(() -> runs.run(kind, "thing a", new Wanted("a"))).isInstanceOf(Refused.class);
        kind.released = true;
        runs.finishOpen("thing b");
        assertThat(kind.there).as("another subject's").containsExactly("a");
        runs.finishOpen("thing a");
        assertThat(kind.there).isEmpty();
        assertThat(journal.open()).isEmpty();
    }

    @Test
    void refuses_with_the_reason_while_it_is_still_stuck() {
        assertThatThrownBy(() -> runs.run(kind, "thing a", new Wanted("a"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> runs.finishOpen("thing a"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(
                        "make thing of thing a failed before and still cannot be taken back: it is stuck");
        assertThat(journal.open()).hasSize(1);
    }
}
