package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Origin;
import org.junit.jupiter.api.Test;

/** One value of a file is changed, and not a character besides. */
class FileEditTest {
    private static Origin at(int line, int column) {
        return new Origin("f", line, column);
    }

    @Test
    void sets_a_value_on_a_line_of_its_own_and_keeps_the_comment() {
        assertThat(FileEdit.set("a:\n  memory: 2GiB   # why\nb: 1\n", at(2, 3), "4GiB"))
                .startsWith("a:\n  memory: 4GiB   # why\nb: 1\n");
    }

    @Test
    void sets_a_value_in_a_line_of_several() {
        assertThat(FileEdit.set("a: { x: 1, memory: 2GiB, z: [ 1 ] }\n", at(1, 12), "4GiB"))
                .contains("a: { x: 1, memory: 4GiB, z: [ 1 ] }\n");
    }

    @Test
    void sets_a_quoted_value_and_quotes_what_needs_it() {
        assertThat(FileEdit.set("user.a: \"x # y\"\n", at(1, 1), "no: really")).startsWith("user.a: \"no: really\"\n");
        assertThat(FileEdit.set("user.a: 'it''s'\n", at(1, 1), "b")).startsWith("user.a: b\n");
    }

    @Test
    void takes_a_key_away() {
        assertThat(FileEdit.without("a:\n  x: 1\n  y: 2 # two\n  z: 3\n", at(3, 3)))
                .contains("a:\n  x: 1\n  z: 3\n");
        assertThat(FileEdit.without("a: { x: 1, y: 2, z: 3 }\n", at(1, 12))).contains("a: { x: 1, z: 3 }\n");
        assertThat(FileEdit.without("a: { x: 1, y: 2 }\n", at(1, 12))).contains("a: { x: 1 }\n");
    }

    @Test
    void has_nothing_to_offer_for_a_value_of_many_lines_or_a_place_that_is_not_there() {
        assertThat(FileEdit.set("a: |\n  text\n", at(1, 1), "b")).isEmpty();
        assertThat(FileEdit.set("a: [ 1,\n 2 ]\n", at(1, 1), "b")).isEmpty();
        assertThat(FileEdit.set("a: 1\n", at(7, 3), "b")).isEmpty();
        assertThat(FileEdit.set("a: 1\n", at(1, 30), "b")).isEmpty();
    }
}
