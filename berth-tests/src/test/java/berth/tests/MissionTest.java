package berth.tests;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/mission.md} names every requirement, and what it names exists. */
class MissionTest {
    private static final Map<String, Integer> SEEDS =
            new TreeMap<>(Map.of("S0", 63, "S1", 68, "S2", 108, "S3", 83, "S4", 83));

    private static final Pattern ROW = Pattern.compile("\\| (S\\d-\\d+)\\S*(?: \\S+)* \\| .* \\| ([^|]*) \\|");
    private static final Pattern NAMED = Pattern.compile("`([^`]+)`");

    private final Path page = Checkout.root().resolve("docs/mission.md");

    @Test
    void names_every_requirement_once() {
        var expected = SEEDS.entrySet().stream()
                .flatMap(seed -> IntStream.rangeClosed(1, seed.getValue()).mapToObj(it -> seed.getKey() + "-" + it))
                .toList();
        assertThat(expected).hasSize(405);
        assertThat(rows().map(it -> it.group(1)).toList()).containsExactlyElementsOf(expected);
    }

    @Test
    void says_for_each_what_shows_it() {
        assertThat(rows().filter(it -> !it.group(2).equals("not yet")
                                && !NAMED.matcher(it.group(2)).find())
                        .map(Matcher::group)
                        .toList())
                .as("rows that say neither \"not yet\" nor name a `Test`, `Test.method` or `docs/page.md`")
                .isEmpty();
    }

    @Test
    void names_only_tests_and_pages_that_exist() {
        Map<String, String> tests = Checkout.sources().stream()
                .filter(it -> it.toString().contains("/src/test/"))
                .collect(Collectors.toMap(
                        it -> it.getFileName().toString().replace(".java", ""),
                        Checkout::read,
                        (one, other) -> one + other));
        List<String> missing = new ArrayList<>();
        rows().forEach(row -> NAMED.matcher(row.group(2))
                .results()
                .map(it -> it.group(1))
                .forEach(named -> {
                    if (!exists(named, tests)) {
                        missing.add(row.group(1) + ": " + named);
                    }
                }));
        assertThat(missing).as("named in docs/mission.md, not found").isEmpty();
    }

    private static boolean exists(String named, Map<String, String> tests) {
        if (named.contains("/") || named.endsWith(".md")) {
            return Files.exists(Checkout.root().resolve(named.replaceFirst("#.*", "")));
        }
        String[] parts = named.split("\\.", 2);
        String source = tests.get(parts[0]);
        return source != null && (parts.length == 1 || source.contains(" " + parts[1] + "("));
    }

    private Stream<Matcher> rows() {
        return Checkout.read(page).lines().map(ROW::matcher).filter(Matcher::matches);
    }
}
