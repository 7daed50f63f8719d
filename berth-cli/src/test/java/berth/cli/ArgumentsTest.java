package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static Arguments parse(String line) throws Usage {
        var found = Catalogue.find(List.of(line.split(" ")));
        return Arguments.parse(found.entry(), found.rest());
    }

    @Test
    void takes_options_in_every_spelling_and_anywhere() throws Usage {
        for (String line : List.of(
                "list -f csv web",
                "list web --format csv",
                "list --format=csv web",
                "ls -fcsv web",
                "list -f=csv web")) {
            var arguments = parse(line);
            assertThat(arguments.find("format")).as(line).isEqualTo("csv");
            assertThat(arguments.positionals()).as(line).containsExactly("web");
        }
    }

    @Test
    void collects_what_may_be_repeated_and_keeps_the_last_of_what_may_not() throws Usage {
        assertThat(parse("launch i n -c a=1 --config b=2").all("config")).containsExactly("a=1", "b=2");
        assertThat(parse("list -f csv -f json").find("format")).isEqualTo("json");
    }

    @Test
    void takes_letters_together_and_switches_off_again() throws Usage {
        assertThat(parse("delete -fi web").has("interactive")).isTrue();
        assertThat(parse("delete --force=false web").has("force")).isFalse();
    }

    @Test
    void leaves_the_options_of_the_inner_command_alone() throws Usage {
        var arguments = parse("exec web --env A=b -T ls -l --color --help");
        assertThat(arguments.positionals()).containsExactly("web", "ls", "-l", "--color", "--help");
        assertThat(arguments.all("env")).containsExactly("A=b");
        assertThat(arguments.has("force-noninteractive")).isTrue();
        assertThat(arguments.has("help")).isFalse();
        assertThat(parse("exec web -- -t -- x").positionals()).containsExactly("web", "-t", "--", "x");
    }

    @Test
    void takes_global_options_before_the_command_too() throws Usage {
        var arguments = parse("--project p --quiet config device add web d disk");
        assertThat(arguments.entry().path()).isEqualTo("config device add");
        assertThat(arguments.find("project")).isEqualTo("p");
        assertThat(arguments.has("quiet")).isTrue();
    }

    @Test
    void treats_a_dash_alone_as_a_word() throws Usage {
        assertThat(parse("config set web k -").positionals()).containsExactly("web", "k", "-");
    }

    @Test
    void proposes_what_was_meant() {
        assertThatThrownBy(() -> parse("lst")).hasMessageContaining("Did you mean berth list?");
        assertThatThrownBy(() -> parse("network craete lan"))
                .hasMessageContaining("Did you mean berth network create?");
        assertThatThrownBy(() -> parse("config divice add")).hasMessageContaining("Did you mean berth config device?");
        assertThatThrownBy(() -> parse("list --fromat csv")).hasMessageContaining("Did you mean --format?");
        assertThatThrownBy(() -> parse("frobnicate")).hasMessageNotContaining("Did you mean");
    }

    @Test
    void refuses_too_few_and_too_many_arguments_and_missing_values() {
        assertThatThrownBy(() -> parse("network delete"))
                .hasMessageContaining("too few")
                .hasMessageContaining("<network>");
        assertThatThrownBy(() -> parse("version now")).hasMessageContaining("too many");
        assertThatThrownBy(() -> parse("list --format")).hasMessageContaining("--format needs a value");
        assertThatThrownBy(() -> parse("list -Z")).hasMessageContaining("unknown option -Z");
        assertThatThrownBy(() -> parse("delete --force=maybe web")).hasMessageContaining("switch");
    }

    @Test
    void does_not_count_arguments_when_help_is_asked_for() throws Usage {
        assertThat(parse("network delete --help").has("help")).isTrue();
    }

    @Test
    void shows_a_groups_help_for_its_name_alone() throws Usage {
        assertThat(parse("config device").entry().path()).isEqualTo("config device");
    }
}
