package berth.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdMapTest {
    private static final IdMap PLAIN = new IdMap(1_000_000, 65_536);

    @Test
    void a_raw_range_takes_its_ids_out_of_the_plain_one() {
        IdMap map = PLAIN.with(IdMap.readRaw("both 1000 1000"));
        assertThat(map.users())
                .containsExactly(
                        new IdMap.Entry(true, true, 0, 1_000_000, 1000),
                        new IdMap.Entry(true, true, 1000, 1000, 1),
                        new IdMap.Entry(true, true, 1001, 1_001_001, 64_535));
        assertThat(map.groups()).isEqualTo(map.users());
        assertThat(map.size()).isEqualTo(65_536);
    }

    @Test
    void a_range_of_users_leaves_the_groups_alone() {
        IdMap map = PLAIN.with(IdMap.readRaw("uid 500-501 0-1\n\ngid 7 65535\n"));
        assertThat(map.users())
                .containsExactly(
                        new IdMap.Entry(true, false, 0, 500, 2), new IdMap.Entry(true, false, 2, 1_000_002, 65_534));
        assertThat(map.groups())
                .containsExactly(
                        new IdMap.Entry(false, true, 0, 1_000_000, 65_535), new IdMap.Entry(false, true, 65_535, 7, 1));
        assertThat(map.base()).isEqualTo(500);
    }

    @Test
    void ids_beyond_the_plain_range_are_added() {
        assertThat(PLAIN.with(IdMap.readRaw("both 70000 70000")).users())
                .containsExactly(
                        new IdMap.Entry(true, true, 0, 1_000_000, 65_536),
                        new IdMap.Entry(true, true, 70_000, 70_000, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "both 1000",
                "both 1000 1000 1000",
                "user 1 1",
                "both 1-3 1-2",
                "both 3-1 3-1",
                "both -1 1",
                "both x 1",
                "both 4294967295 1"
            })
    void a_bad_line_is_refused_with_its_text(String line) {
        assertThatThrownBy(() -> IdMap.readRaw(line))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Invalid raw.idmap line \"" + line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"both 1000 1\nboth 1000 2", "both 1000 5\nboth 1001 5", "uid 1000005 70000"})
    void no_id_has_two_names(String raw) {
        assertThatThrownBy(() -> PLAIN.with(IdMap.readRaw(raw)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is in two ranges");
    }

    @Test
    void the_keys_show_it_as_lxd_does() {
        assertThat(PLAIN.json())
                .isEqualTo("[{\"Isuid\":true,\"Isgid\":false,\"Hostid\":1000000,\"Nsid\":0,\"Maprange\":65536},"
                        + "{\"Isuid\":false,\"Isgid\":true,\"Hostid\":1000000,\"Nsid\":0,\"Maprange\":65536}]");
        assertThat(PLAIN.key()).isEqualTo("1000000-65536");
        assertThat(List.of(
                        PLAIN.with(IdMap.readRaw("both 7 7")).key(),
                        PLAIN.with(IdMap.readRaw("uid 7 7")).key()))
                .doesNotHaveDuplicates();
    }
}
