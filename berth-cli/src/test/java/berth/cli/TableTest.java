package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Table table() {
        var table = new Table("NAME", "STATE", "IPV4");
        table.add("web10", "RUNNING", "10.0.0.2 (eth0)\n10.1.0.2 (eth1)");
        table.add("web9", "STOPPED", "");
        return table.sorted();
    }

    @Test
    void is_drawn_as_lxc_draws_it() {
        assertThat(table().bordered()).isEqualTo("""
                +-------+---------+-----------------+
                | NAME  |  STATE  |      IPV4       |
                +-------+---------+-----------------+
                | web9  | STOPPED |                 |
                +-------+---------+-----------------+
                | web10 | RUNNING | 10.0.0.2 (eth0) |
                |       |         | 10.1.0.2 (eth1) |
                +-------+---------+-----------------+
                """);
    }

    @Test
    void is_aligned_without_borders_when_compact() {
        assertThat(table().compact().lines().map(String::stripTrailing))
                .containsExactly(
                        "  NAME    STATE        IPV4",
                        "  web9   STOPPED",
                        "  web10  RUNNING  10.0.0.2 (eth0)",
                        "                  10.1.0.2 (eth1)");
    }

    @Test
    void quotes_in_csv_what_would_be_misread() {
        var table = new Table("A", "B", "C", "D", "E");
        table.add("a,b", "say \"x\"", "two\nlines", " blank", "plain 1");
        assertThat(table.csv()).isEqualTo("\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\",plain 1\n");
    }

    @Test
    void has_only_headers_when_there_is_nothing() {
        assertThat(new Table("A").bordered()).isEqualTo("+---+\n| A |\n+---+\n");
        assertThat(new Table("A").csv()).isEmpty();
    }

    @Test
    void counts_columns_as_a_terminal_does() {
        assertThat(Table.width("abc")).isEqualTo(3);
        assertThat(Table.width("日本")).isEqualTo(4);
        assertThat(Table.width("e\u0301")).isEqualTo(1);
        assertThat(Table.width("\ud83d\ude00")).isEqualTo(2);
    }

    @Test
    void shows_no_control_character_of_anyone() {
        var table = new Table("A");
        table.add("\033[2Jx\u0007\u009b");
        assertThat(table.bordered()).contains("\ufffd[2Jx\ufffd\ufffd").doesNotContain("\033");
    }

    @Test
    void sorts_numbers_by_value() {
        var names = new java.util.ArrayList<>(List.of("a10", "a9", "a", "a010", "b1", "a9b"));
        names.sort(Table::naturally);
        assertThat(names).containsExactly("a", "a9", "a9b", "a010", "a10", "b1");
    }
}
