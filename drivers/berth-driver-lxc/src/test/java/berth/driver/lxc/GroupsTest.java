package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GroupsTest {
    @Test
    void tell_whose_process_it_is_by_the_first_part_of_the_path() {
        assertThat(Groups.owner("berth", List.of("/berth.payload.web1/system.slice/x", "/")))
                .contains("web1");
        assertThat(Groups.owner("berth", List.of("/berth.payload.web1/berth.payload.web2")))
                .contains("web1");
    }

    @Test
    void tell_nothing_where_hierarchies_disagree_or_name_nobody_of_ours() {
        assertThat(Groups.owner("berth", List.of("/berth.payload.web1", "/berth.payload.web2")))
                .isEmpty();
        assertThat(Groups.owner("berth", List.of("/user.slice/berth.payload.web1")))
                .isEmpty();
        assertThat(Groups.owner("berth", List.of("/berth-12345678.payload.web1")))
                .isEmpty();
        assertThat(Groups.owner("berth", List.of())).isEmpty();
    }
}
