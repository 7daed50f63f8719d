package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages tell users to write is read without a word. */
class DocumentedSpecTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    static Stream<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("../docs/spec.md")))
                .results()
                .map(it -> it.group(1));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void an_example_of_the_page_is_right(String block) {
        String whole = block.contains("berth: 1")
                ? block
                : "berth: 1\nsite: page\npools: { default: { driver: dir } }\n" + block;
        Parsed parsed = SpecReader.read(List.of(new SourceFile("/srv/page.yaml", whole)));
        assertThat(parsed.errors().stream().map(Finding::line)).isEmpty();
        assertThat(parsed.warnings()).isEmpty();
    }
}
