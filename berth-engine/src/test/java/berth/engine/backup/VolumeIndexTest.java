package berth.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.record.Codec;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.model.PoolName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Volume;
import berth.model.VolumeKind;
import berth.model.VolumeSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeIndexTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final String MAP =
            "[{\"Isuid\":true,\"Isgid\":false,\"Hostid\":100000,\"Nsid\":0,\"Maprange\":10000001},"
                    + "{\"Isuid\":false,\"Isgid\":true,\"Hostid\":200000,\"Nsid\":0,\"Maprange\":7}]";
    /** As Debian's LXD 5.0.2 wrote it. */
    private static final String OF_LXD = """
            name: data
            backend: dir
            pool: p
            snapshots:
            - s0
            optimized: false
            optimized_header: false
            type: custom
            config:
              volume:
                config:
                  volatile.idmap.last: '%s'
                description: ""
                name: data
                type: custom
                used_by: []
                location: none
                content_type: filesystem
                project: default
                created_at: 0001-01-01T00:00:00Z
              volume_snapshots:
              - description: ""
                expires_at: 0001-01-01T00:00:00Z
                name: s0
                config:
                  volatile.idmap.last: '%s'
                content_type: filesystem
                created_at: 0001-01-01T00:00:00Z
            """.formatted(MAP, MAP);

    @Test
    void reads_what_lxd_writes() {
        VolumeIndex index = VolumeIndex.read(OF_LXD);
        assertThat(index.name()).isEqualTo("data");
        assertThat(index.contentType()).isEqualTo("filesystem");
        assertThat(index.optimized()).isFalse();
        assertThat(index.config()).containsEntry("volatile.idmap.last", MAP);
        assertThat(index.snapshots()).singleElement().satisfies(it -> {
            assertThat(it.name()).isEqualTo("s0");
            assertThat(it.expiresAt()).isEqualTo(Instant.EPOCH);
        });
    }

    @Test
    void reads_what_it_writes() {
        var snapshot = new VolumeSnapshot("s0", "then", Settings.copyOf(Map.of("user.y", "no")), THEN, Instant.EPOCH);
        var volume = new Volume(
                new PoolName("p1"),
                VolumeKind.CUSTOM,
                new ProjectName("default"),
                "v1",
                "no: yes\n- \"#\"",
                Settings.copyOf(Map.of("user.x", "012", "size", "1GiB")),
                THEN,
                List.of(snapshot),
                null);
        VolumeIndex index = VolumeIndex.read(VolumeIndex.write(new Codec(), volume, "dir", volume.snapshots()));
        assertThat(index.name()).isEqualTo("v1");
        assertThat(index.description()).isEqualTo(volume.description());
        assertThat(index.config()).isEqualTo(volume.config());
        assertThat(index.snapshots()).containsExactly(snapshot);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type: custom|type: container",
                "- s0|- s1",
                "name: s0|name: ../s0",
                "created_at: 0001|created_at: x"
            })
    void refuses_what_may_not_be(String change) {
        String[] parts = change.split("\\|");
        assertThat(OF_LXD).contains(parts[0]);
        assertThatThrownBy(() -> VolumeIndex.read(OF_LXD.replace(parts[0], parts[1])))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("index.yaml");
    }

    @Test
    void knows_which_ids_of_a_host_lxd_wrote_to_the_disk() {
        assertThat(HostIds.read(MAP))
                .isEqualTo(new IdExtents(
                        List.of(new IdExtent(100_000, 0, 10_000_001)), List.of(new IdExtent(200_000, 0, 7))));
        assertThat(HostIds.read("[]")).isEqualTo(IdExtents.SAME);
        assertThat(HostIds.read("")).isEqualTo(IdExtents.SAME);
        for (String bad : List.of("[1]", "x", MAP.replace("100000", "-1"), MAP.replaceFirst("true", "false"))) {
            assertThatThrownBy(() -> HostIds.check(bad)).as(bad).isInstanceOf(Refused.class);
        }
    }
}
