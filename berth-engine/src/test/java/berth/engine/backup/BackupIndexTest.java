package berth.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.record.Codec;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupIndexTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

    private static String ofLxd() {
        try (var in = BackupIndexTest.class.getResourceAsStream("/backup/index-of-lxd.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    void reads_what_lxd_writes() {
        BackupIndex index = BackupIndex.read(ofLxd());
        assertThat(index.name()).isEqualTo("c1");
        assertThat(index.kind()).isEqualTo(Kind.CONTAINER);
        assertThat(index.optimized()).isFalse();
        assertThat(index.content().profiles()).containsExactly(new ProfileName("default"));
        assertThat(index.content().config()).containsEntry("image.release", "1");
        assertThat(index.snapshots()).singleElement().satisfies(it -> {
            assertThat(it.name()).isEqualTo("s0");
            assertThat(it.createdAt()).isEqualTo(Instant.parse("2026-12-01T01:38:40.855813908Z"));
            assertThat(it.expiresAt()).isEqualTo(Instant.EPOCH);
        });
    }

    @Test
    void reads_what_it_writes_whatever_the_texts_are() {
        var instance = new Instance(
                UUID.randomUUID(),
                new ProjectName("default"),
                new InstanceName("c1"),
                Kind.CONTAINER,
                "x86_64",
                true,
                "no: yes\n- \"#\" \u2028",
                List.of(new ProfileName("default")),
                Settings.copyOf(Map.of("user.a", "yes", "user.b", "012", "user.c", "~", "user.d", "2026-01-01")),
                Settings.devices(Map.of("root", Map.of("type", "disk", "path", "/", "pool", "p1"))),
                THEN,
                Instant.EPOCH,
                new PoolName("p1"),
                null);
        var snapshot = new Snapshot(instance.id(), "s0", THEN, THEN.plusSeconds(1), instance);
        var pool = new Pool(new PoolName("p1"), "dir", "", Settings.copyOf(Map.of("source", "/x")), null);
        BackupIndex index =
                BackupIndex.read(BackupIndex.write(new Codec(), instance, List.of(), pool, "dir", List.of(snapshot)));
        assertThat(index.content().config()).isEqualTo(instance.config());
        assertThat(index.content().devices()).isEqualTo(instance.devices());
        assertThat(index.content().description()).isEqualTo(instance.description());
        assertThat(index.content().ephemeral()).isTrue();
        assertThat(index.snapshots()).singleElement().satisfies(it -> {
            assertThat(it.createdAt()).isEqualTo(THEN);
            assertThat(it.expiresAt()).isEqualTo(THEN.plusSeconds(1));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  - expires_at: 0001-01-01T00:00:00Z|  - expires_at: soon|no time",
                "    name: s0|    name: ../s0|no name of a snapshot",
                "    name: s0|    name: s1|nothing is said of the snapshot",
                "- s0|- s0#|nothing is said of the snapshot",
                "type: container|type: custom|no backup of an instance",
                "    devices: {}|    devices: []|config.container.devices is no map",
                "  container:|  box:|config.container is no map",
            })
    void refuses_what_is_wrong_and_names_it(String before, String after, String why) {
        String text = ofLxd();
        assertThat(text).contains(before);
        String changed = text.replaceFirst(java.util.regex.Pattern.quote(before), after);
        assertThatThrownBy(() -> BackupIndex.read(changed))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(why);
    }

    @Test
    void refuses_a_bomb_and_what_is_no_index() {
        assertThatThrownBy(() -> BackupIndex.read("x: ".repeat(600_000))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> BackupIndex.read("- a")).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> BackupIndex.read("a: &a [*a]")).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> BackupIndex.read("")).isInstanceOf(Refused.class);
    }
}
