package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.model.wanted.Finding;
import berth.spec.NormalText;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import berth.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worked examples, each in YAML, JSON and Nix. */
class ThreeSpellingsTest {
    private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();

    private static Parsed read(Path file) {
        try {
            String folder = file.getParent().toString();
            String text = Nix.isNix(file) ? new Nix(Map.of()).read(file) : Files.readString(file);
            boolean guest = file.getFileName().toString().startsWith("web.");
            return SpecReader.read(
                    List.of(new SourceFile(file.getFileName().toString(), folder, text, guest ? "web" : "")),
                    guest ? "imperative" : "");
        } catch (IOException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static List<String> mistakes(Parsed parsed) {
        return parsed.mistakes().stream().map(Finding::line).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rfc-basics/site",
                "macvlan/site",
                "imperative/web",
                "classic/site",
                "athens-rome/site",
                "lxd/site",
            })
    void ask_for_the_same_in_yaml_json_and_nix(String example) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-instantiate")), "nix-bin is not installed");
        Parsed yaml = read(EXAMPLES.resolve(example + ".yaml"));
        assertThat(mistakes(yaml)).isEmpty();
        for (String spelling : List.of(".json", ".nix")) {
            Parsed other = read(EXAMPLES.resolve(example + spelling));
            assertThat(mistakes(other)).as(spelling).isEmpty();
            assertThat(NormalText.of(other.spec())).as(spelling).isEqualTo(NormalText.of(yaml.spec()));
            assertThat(NormalText.digest(other.spec())).isEqualTo(NormalText.digest(yaml.spec()));
        }
        String normal = NormalText.of(yaml.spec());
        Parsed again = SpecReader.read(List.of(new SourceFile("normal.yaml", normal)));
        assertThat(mistakes(again)).isEmpty();
        assertThat(NormalText.of(again.spec())).isEqualTo(normal);
    }

    @Test
    void keep_the_place_of_each_value_in_nix_too() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-instantiate")), "nix-bin is not installed");
        Parsed parsed = read(EXAMPLES.resolve("rfc-basics/site.nix"));
        assertThat(parsed.spec().origins().get("instances.demo.system-config")).hasToString("site.nix:10:9");
    }
}
