package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
    @TempDir
    Path directory;

    private static String output(String line) {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, false, StandardCharsets.UTF_8);
        var terminal =
                new Terminal(new ByteArrayInputStream(new byte[0]), stream, stream, false, false, false, Map.of());
        assertThat(Main.run(List.of(line.split(" ")), terminal)).as(line).isZero();
        stream.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void has_a_command_an_example_and_a_summary_for_every_entry() {
        for (Entry entry : Catalogue.all()) {
            if (!entry.path().equals("help")) {
                assertThat(Catalogue.make(entry)).as(entry.path()).isNotInstanceOf(Help.class);
            }
            assertThat(entry.example()).as(entry.path()).contains("berth " + entry.path());
            assertThat(entry.summary()).as(entry.path()).isNotEmpty().doesNotEndWith(".");
        }
    }

    @Test
    void has_no_name_letter_or_option_twice() {
        var names = new HashSet<String>();
        for (Entry entry : Catalogue.all()) {
            assertThat(names.add(entry.path())).as(entry.path()).isTrue();
            for (String alias : entry.aliases()) {
                String full = entry.group().isEmpty() ? alias : entry.group() + " " + alias;
                assertThat(names.add(full)).as(full).isTrue();
            }
            var flags = new HashSet<String>();
            for (Flag flag : entry.flags()) {
                assertThat(flags.add(flag.name()))
                        .as(entry.path() + " --" + flag.name())
                        .isTrue();
                if (flag.letter() != '\0') {
                    assertThat(flags.add("" + flag.letter()))
                            .as(entry.path() + " -" + flag.letter())
                            .isTrue();
                }
            }
            for (Flag flag : Arguments.GLOBAL) {
                assertThat(flags).as(entry.path()).doesNotContain(flag.name());
                assertThat(flag.letter() == '\0' || !flags.contains("" + flag.letter()))
                        .as(entry.path())
                        .isTrue();
            }
        }
    }

    @Test
    void finds_every_command_and_alias_and_helps_with_it() throws Usage {
        for (Entry entry : Catalogue.all()) {
            assertThat(Catalogue.find(List.of(entry.path().split(" "))).entry().path())
                    .isEqualTo(entry.path());
            for (String alias : entry.aliases()) {
                String full = (entry.group() + " " + alias).strip();
                assertThat(Catalogue.find(List.of(full.split(" "))).entry().path())
                        .as(full)
                        .isEqualTo(entry.path());
            }
            assertThat(output(entry.path() + " --help"))
                    .contains("Usage: berth " + entry.path())
                    .contains("Examples\n  berth");
        }
    }

    @Test
    void knows_a_group_with_a_first_choice_from_its_own_commands() throws Usage {
        assertThat(Catalogue.find(List.of("import", "web1.tar.gz", "web2"))
                        .entry()
                        .path())
                .isEqualTo("import backup");
        assertThat(Catalogue.find(List.of("import", "backup", "web1.tar.gz")).rest())
                .containsExactly("web1.tar.gz");
        assertThat(Catalogue.find(List.of("import", "lxd")).entry().path()).isEqualTo("import lxd");
    }

    @Test
    void mentions_every_command_in_the_help_of_its_group() {
        for (Entry entry : Catalogue.all()) {
            if (!entry.group().isEmpty()) {
                assertThat(output(entry.group())).as(entry.path()).contains("\n  " + entry.verb() + " ");
            } else {
                assertThat(output("help")).as(entry.path()).contains("\n  " + entry.verb() + " ");
            }
        }
    }

    @Test
    void writes_a_completion_that_bash_understands_and_that_completes() throws Exception {
        Path script = Files.writeString(directory.resolve("berth.bash"), output("completion bash"));
        assertThat(bash(script, "network li")).contains("list", "list-leases");
        assertThat(bash(script, "config device ")).contains("add", "override");
        assertThat(bash(script, "list --for")).containsExactly("--format=");
        assertThat(bash(script, "completion z")).containsExactly("zsh");
        assertThat(bash(script, "la")).containsExactly("launch");
    }

    private static List<String> bash(Path script, String line) throws IOException, InterruptedException {
        String program = "source \"$1\"; shift; COMP_WORDS=(berth \"$@\"); COMP_CWORD=$#;"
                + " compopt() { :; }; _berth; printf '%s\\n' \"${COMPREPLY[@]}\"";
        var command = new java.util.ArrayList<>(List.of("bash", "-c", program, "bash", script.toString()));
        command.addAll(List.of(line.split(" ", -1)));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said.strip().lines().toList();
    }

    @Test
    void knows_every_option_and_command_in_every_shell() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            String script = output("completion " + shell);
            for (Entry entry : Catalogue.all()) {
                assertThat(script).as(shell).contains(entry.verb());
                for (Flag flag : entry.flags()) {
                    assertThat(script).as(shell + " " + entry.path()).contains(flag.name());
                }
            }
        }
    }

    @Test
    void is_what_the_page_in_docs_says() throws IOException {
        Path page = Path.of("..", "docs", "cli.md");
        if (System.getenv("BERTH_WRITE_DOCS") != null) {
            Files.writeString(page, Page.text());
        }
        assertThat(Files.readString(page))
                .as("docs/cli.md is made from the table: BERTH_WRITE_DOCS=1 mvn -o -q -B -pl berth-cli -am test"
                        + " -Dtest=CatalogueTest -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(Page.text());
    }
}
