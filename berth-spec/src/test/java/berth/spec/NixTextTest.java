package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Finding;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line made of a file in Nix, as it comes over the wire: anybody's text. */
class NixTextTest {
    private static final String GOOD = "{\"file\":\"/srv/berth.nix\",\"nix\":1,\"value\":[\"s\",{\"berth\":[1,3,0,1],"
            + "\"instances\":[3,3,0,[\"s\",{\"a\":[3,3,0,[\"s\",{\"image\":[3,15,0,\"web\"],"
            + "\"memory\":[9,2,\"/srv/more.nix\",[\"o\",50,\"1GiB\"]],\"network\":[4,1,0,\"none\"],"
            + "\"ephemeral\":[5,1,0,[\"x\"]]}]]}]],\"site\":[2,3,0,\"x\"]}]}";

    private static Parsed read(String text) {
        return SpecReader.read(List.of(new SourceFile("berth.nix", "/srv", text)));
    }

    @Test
    void keeps_the_file_line_and_column_of_each_value() {
        Parsed parsed = read(GOOD);
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.spec().origins().get("instances.a.config.limits.memory"))
                .hasToString("more.nix:9:2");
        assertThat(parsed.spec().instances().firstEntry().getValue().origin()).hasToString("berth.nix:3:3");
    }

    @Test
    void puts_together_what_merge_puts_together() {
        Parsed parsed = read("{\"file\":\"/srv/berth.nix\",\"nix\":1,\"value\":[\"m\",[\"s\",{\"berth\":[1,1,0,1],"
                + "\"images\":[1,1,0,[\"s\",{\"a\":[1,1,0,[\"s\",{\"source\":[1,1,0,\"x\"]}]]}]]}],"
                + "[\"s\",{\"site\":[1,1,0,\"x\"],"
                + "\"images\":[1,1,0,[\"s\",{\"b\":[1,1,0,[\"s\",{\"source\":[1,1,0,\"y\"]}]]}]]}]]}");
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.spec().images()).containsOnlyKeys("a", "b");
    }

    @Test
    void says_where_nix_is_evaluated_when_it_gets_nix() {
        assertThat(read("{ berth = 1; }").errors().stream().map(Finding::line))
                .contains(
                        "berth.nix:1:1  Nix is evaluated where the file is, by the command line: berth plan -f berth.nix");
    }

    @Test
    void has_no_value_for_what_needs_nixpkgs() {
        Parsed parsed = read(GOOD.replace("\"web\"", "[\"e\"]"));
        assertThat(parsed.errors().stream().map(Finding::line))
                .contains(
                        "berth.nix:3:15  instances.a.image: a single value is wanted here, not something that cannot be"
                                + " known without nixpkgs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"file\":\"",
                "{\"file\":\"/x\"}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":[\"q\"]}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":[\"s\",{\"a\":[1,1,0]}]}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":[\"s\",{\"a\":[x,1,0,1]}]}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":\"\\q\"}",
                "{\"file\":\"/x\",\"nix\":1,\"value\":1}x",
            })
    void answers_malformed_text_with_an_error_and_no_exception(String text) {
        assertThat(read(text).errors())
                .isNotEmpty()
                .allSatisfy(it -> assertThat(it.line()).startsWith("berth.nix:"));
    }

    @Test
    void stops_what_is_too_deep() {
        assertThat(read("{\"file\":\"/x\",\"nix\":1,\"value\":" + "[\"l\",".repeat(100_000))
                        .errors())
                .anySatisfy(it -> assertThat(it.text()).contains("nested more than 64 deep"));
    }

    @Test
    void answers_whatever_a_text_has_become_on_its_way() {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            var broken = new StringBuilder(GOOD);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(broken.length());
                if (random.nextBoolean()) {
                    broken.deleteCharAt(at);
                } else {
                    broken.insert(at, "[]{}\",:\\0a".charAt(random.nextInt(10)));
                }
            }
            assertThat(read(broken.toString()).errors())
                    .allSatisfy(it -> assertThat(it.line()).doesNotContain("\n"));
        }
    }
}
