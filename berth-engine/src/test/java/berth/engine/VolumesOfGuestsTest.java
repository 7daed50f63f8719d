package berth.engine;

import static berth.engine.TestHost.PROJECT;
import static berth.engine.TestHost.draft;
import static berth.engine.TestHost.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.instance.StopInstance;
import berth.engine.instance.UpdateInstance;
import berth.model.PoolName;
import berth.model.Settings;
import berth.model.Volume;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Custom volumes as disks of guests. */
class VolumesOfGuestsTest {
    private final TestHost host = new TestHost().furnished();

    @BeforeEach
    void make_a_guest_and_a_volume() {
        var pool = host.use().pools().require(new PoolName("p1"));
        host.use().volumes().create(pool, PROJECT, "data", "", Settings.copyOf(null));
        host.use().createInstance().createNow(draft("c1"));
    }

    private Volume volume() {
        return host.use().volumes().require(new PoolName("p1"), PROJECT, "data");
    }

    private void give(String volume) {
        var disk = Map.of("type", "disk", "pool", "p1", "source", volume, "path", "/data");
        host.use()
                .updateInstance()
                .updateNow(
                        PROJECT,
                        name("c1"),
                        _ -> new UpdateInstance.Wanted("", null, null, null, Settings.devices(Map.of("d1", disk))),
                        null);
    }

    @Test
    void is_mounted_with_the_guests_ids_when_the_guest_starts() {
        give("data");
        assertThat(host.storage.things()).doesNotContain("mount p1/custom/default_data");
        host.use().startInstance().startNow(PROJECT, name("c1"));
        assertThat(host.storage.things()).contains("mount p1/custom/default_data");
    }

    @Test
    void one_that_is_not_there_is_refused() {
        assertThatThrownBy(() -> give("nope")).hasMessageContaining("Storage volume \"nope\" is not in storage pool");
    }

    @Test
    void cannot_go_while_somebody_has_it() {
        give("data");
        assertThat(host.use().volumes().usedBy(volume())).containsExactly("/1.0/instances/c1");
        assertThatThrownBy(() -> host.use().volumes().delete(volume()))
                .hasMessage("The storage volume is still in use");
        assertThatThrownBy(() -> host.use().volumes().rename(volume(), "other"))
                .hasMessage("Volume is still in use by running instances");
    }

    @Test
    void is_put_back_to_a_snapshot_only_while_nobody_runs_with_it() {
        give("data");
        var snapshots = host.use().volumeSnapshots();
        snapshots.takeNow(volume(), snapshots.draft(volume(), "s1", null));
        host.use().startInstance().startNow(PROJECT, name("c1"));
        assertThatThrownBy(() -> snapshots.restoreNow(volume(), "s1"))
                .hasMessage("Cannot restore custom volume used by running instances");
        host.use().stopInstance().stopNow(PROJECT, name("c1"), new StopInstance.Manner.Force());
        snapshots.restoreNow(volume(), "s1");
        assertThat(host.storage.things()).doesNotContain("mount p1/custom/default_data");
    }
}
