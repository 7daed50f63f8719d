package berth.model;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code docs/instance-options.md} is the table of keys, in words. */
class InstanceOptionsPageTest {
    private static final Map<String, String> STATES = Map.of(
            "yes", "yes",
            "kept", "kept, no effect yet",
            "refused", "refused when on",
            "vm", "machines only");

    private record Row(String key, String type, String fallback, String live, String kinds, String what, String state) {
        String chapter() {
            return key.substring(0, key.indexOf('.'));
        }

        String line() {
            return "| `" + key + "` | " + type + " | " + cell(fallback) + " | " + liveHere() + " | " + cell(what)
                    + " | " + STATES.get(state) + " |\n";
        }

        private String liveHere() {
            return state.equals("yes") ? live : "-";
        }

        private static String cell(String text) {
            return text.replace("|", "\\|").replace("{{", "`{{").replace("}}", "}}`");
        }
    }

    @Test
    void is_what_the_table_says() throws IOException {
        Path page = Path.of("..", "docs", "instance-options.md");
        String text = page(rows());
        if (System.getenv("BERTH_WRITE_DOCS") != null) {
            Files.writeString(page, text);
        }
        assertThat(Files.readString(page))
                .as("docs/instance-options.md is made from instance-options.tsv: BERTH_WRITE_DOCS=1 mvn -o -q -B"
                        + " -pl berth-model test -Dtest=InstanceOptionsPageTest")
                .isEqualTo(text);
    }

    @Test
    void says_of_every_key_how_far_it_is() throws IOException {
        assertThat(rows()).hasSameSizeAs(InstanceOptions.all()).allSatisfy(row -> {
            assertThat(STATES).as(row.key()).containsKey(row.state());
            assertThat(row.state().equals("vm"))
                    .as(row.key())
                    .isEqualTo(row.kinds().startsWith("vm"));
        });
    }

    private static String page(List<Row> rows) {
        var text = new StringBuilder("""
                # Keys of an instance

                Made from `instance-options.tsv` of berth-model; do not edit (InstanceOptionsPageTest says how to make it anew).
                The keys, their types and their meaning are those of LXD 5.0. A key that is not here is refused. Set them with
                `berth config set NAME KEY=VALUE`, in profiles, or under `config:` of a site's file.

                - **live**: whether a change takes effect on a running container at once; else at its next start.
                - **here**: how far Berth is. *Kept*: checked, stored and shown, but nothing acts on it yet. *Refused when on*: a
                  start with it is refused. *Machines only*: for virtual machines, which are not there yet.

                `volatile.*` is what Berth notes down itself. Besides these there are `volatile.DEVICE.hwaddr` and its like.
                """);
        Map<String, List<Row>> chapters = rows.stream().collect(groupingBy(Row::chapter, TreeMap::new, toList()));
        chapters.forEach((chapter, its) -> {
            text.append("\n## ").append(chapter).append(".*\n\n");
            text.append("| key | type | default | live | what it does | here |\n|---|---|---|---|---|---|\n");
            its.forEach(row -> text.append(row.line()));
        });
        return text.append("\nShown here: S0-63, S4-69.\n").toString();
    }

    private static List<Row> rows() throws IOException {
        try (InputStream in = InstanceOptions.class.getResourceAsStream("instance-options.tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split("\t", -1))
                    .map(it -> new Row(it[0], it[1], it[2], it[3], it[4], it[5], it[6]))
                    .toList();
        }
    }
}
