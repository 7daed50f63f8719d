package berth.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.steps.Faults;
import berth.steps.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsFromEnvironmentTest {
    private final Run run = new Run(UUID.randomUUID(), "create instance", "instance default/web1", "{}");

    @Test
    void does_nothing_unless_asked() {
        assertThat(FaultsFromEnvironment.of(Map.of())).isSameAs(Faults.NONE);
    }

    @Test
    void writes_down_every_step_that_begins(@TempDir Path directory) throws Exception {
        var file = directory.resolve("trace");
        var faults = FaultsFromEnvironment.of(Map.of("BERTH_STEP_TRACE", file.toString()));
        faults.before(run, "claim the name");
        faults.after(run, "claim the name");
        faults.before(run, "create the root volume");
        assertThat(Files.readString(file))
                .isEqualTo("create instance\tclaim the name\ncreate instance\tcreate the root volume\n");
    }

    @Test
    void dies_at_the_named_step_and_no_other() {
        var deaths = new AtomicInteger();
        var faults = FaultsFromEnvironment.of(
                Map.of("BERTH_FAULT", "halt,after,create instance,claim the name, then go on"),
                deaths::incrementAndGet);
        faults.before(run, "claim the name, then go on");
        faults.after(run, "claim the name");
        assertThat(deaths).hasValue(0);
        faults.after(run, "claim the name, then go on");
        assertThat(deaths).hasValue(1);
    }

    @Test
    void fails_a_step_once_and_says_which() {
        var faults = FaultsFromEnvironment.of(Map.of("BERTH_FAULT", "fail,before,create instance,claim the name"));
        assertThatThrownBy(() -> faults.before(run, "claim the name")).hasMessageContaining("\"claim the name\"");
        faults.before(run, "claim the name");
    }

    @Test
    void strikes_once_as_a_file_orders_while_it_runs(@TempDir Path directory) throws Exception {
        var file = directory.resolve("fault");
        var faults = FaultsFromEnvironment.of(Map.of("BERTH_FAULT", "@" + file));
        faults.before(run, "claim the name");
        Files.writeString(file, "fail,after,create instance,claim the name");
        faults.before(run, "claim the name");
        assertThatThrownBy(() -> faults.after(run, "claim the name")).hasMessageContaining("\"claim the name\"");
        assertThat(directory.resolve("fault.struck")).exists();
        faults.after(run, "claim the name");
    }

    @Test
    void holds_a_step_until_it_is_let_go(@TempDir Path directory) throws Exception {
        var file = directory.resolve("fault");
        var struck = directory.resolve("fault.struck");
        var faults = FaultsFromEnvironment.of(Map.of("BERTH_FAULT", "@" + file));
        Files.writeString(file, "hold,before,create instance,claim the name");
        var held = Thread.ofVirtual().start(() -> faults.before(run, "claim the name"));
        while (!Files.exists(struck)) {
            Thread.onSpinWait();
        }
        assertThat(held.isAlive()).isTrue();
        Files.delete(struck);
        held.join();
    }

    @Test
    void refuses_a_fault_it_cannot_read() {
        assertThatThrownBy(() -> FaultsFromEnvironment.of(Map.of("BERTH_FAULT", "halt,sometimes,x,y")))
                .hasMessageContaining("halt|fail|delay:MS,before|after");
        assertThatThrownBy(() -> FaultsFromEnvironment.of(Map.of("BERTH_FAULT", "explode,before,x,y")))
                .hasMessageContaining("explode");
    }
}
