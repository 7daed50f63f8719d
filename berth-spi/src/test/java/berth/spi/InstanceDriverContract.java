package berth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every driver of instances promises, whatever runs them. */
public abstract class InstanceDriverContract {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** An exit that was reported. */
    public record Exit(Handle handle, Life life, boolean rebooting) {}

    protected final BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
    protected final Handle handle =
            new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("contract1"));

    /** The driver under test; the same throughout one test. */
    protected abstract InstanceDriver driver();

    /** A setup of an instance whose init obeys the halt signal. */
    protected abstract InstanceSetup setup(Handle handle);

    @BeforeEach
    void listen() {
        driver().onExit((whose, life, rebooting) -> exits.add(new Exit(whose, life, rebooting)));
    }

    @AfterEach
    void tidy() {
        driver().kill(handle);
        driver().forget(handle);
    }

    protected Exit nextExit() throws InterruptedException {
        Exit exit = exits.poll(10, TimeUnit.SECONDS);
        assertThat(exit).as("an exit within 10 s").isNotNull();
        return exit;
    }

    @Test
    void start_gives_the_life_that_recover_finds() {
        Life life = driver().start(setup(handle));

        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Alive(life, false));
    }

    @Test
    void starting_what_runs_changes_nothing() {
        Life life = driver().start(setup(handle));

        assertThat(driver().start(setup(handle))).isEqualTo(life);
    }

    @Test
    void a_killed_one_is_gone_and_its_end_is_told_once() throws InterruptedException {
        Life life = driver().start(setup(handle));

        driver().kill(handle);

        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Gone());
        assertThat(nextExit()).isEqualTo(new Exit(handle, life, false));
        assertThat(exits.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void killing_what_does_not_run_is_no_error() {
        driver().kill(handle);
        driver().start(setup(handle));
        driver().kill(handle);
        driver().kill(handle);

        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Gone());
    }

    @Test
    void the_halt_signal_ends_it_orderly() throws InterruptedException {
        Life life = driver().start(setup(handle));

        driver().askToStop(handle);

        assertThat(driver().awaitGone(handle, LONG)).isTrue();
        assertThat(nextExit()).isEqualTo(new Exit(handle, life, false));
    }

    @Test
    void waiting_for_the_end_of_what_runs_gives_up_in_time() {
        driver().start(setup(handle));

        assertThat(driver().awaitGone(handle, Duration.ofMillis(50))).isFalse();
    }

    @Test
    void starts_at_once_after_an_end() {
        Life first = driver().start(setup(handle));
        driver().kill(handle);

        Life second = driver().start(setup(handle));

        assertThat(second).isNotEqualTo(first);
        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Alive(second, false));
    }

    @Test
    void a_frozen_one_is_found_frozen_and_goes_on_when_thawed() {
        Life life = driver().start(setup(handle));

        driver().freeze(handle);
        driver().freeze(handle);
        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Alive(life, true));

        driver().thaw(handle);
        driver().thaw(handle);
        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Alive(life, false));
    }

    @Test
    void a_frozen_one_can_be_killed() {
        driver().start(setup(handle));
        driver().freeze(handle);

        driver().kill(handle);

        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Gone());
    }

    @Test
    void what_runs_has_a_pid_in_its_usage() {
        Life life = driver().start(setup(handle));

        assertThat(driver().usage(handle).pid()).isEqualTo(life.pid());
    }

    @Test
    void commands_and_signals_need_a_running_one() {
        assertThatThrownBy(() -> driver().askToStop(handle)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> driver().usage(handle)).isInstanceOf(Refused.class);
    }
}
