package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.client.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class YamlTest {
    private static final List<String> TEXTS = List.of(
            "",
            "plain",
            "two words",
            "true",
            "No",
            "null",
            "~",
            "12",
            "1.5",
            "1e3",
            "0x1f",
            "0o7",
            "12:30:45",
            "2026-11-22",
            "-",
            "- a",
            "-x",
            "a: b",
            "a:b",
            "a #b",
            "a#b",
            "#a",
            "'q'",
            "\"q\"",
            "{a}",
            "[a]",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\na",
            " a\nb",
            "a \nb",
            "a\n\nb",
            "\ttab",
            "tab\tin",
            "trail ",
            " lead",
            "ü€",
            "\ud83d\ude00",
            "\u0007",
            "\u0085",
            "\u2028",
            "\ufeff",
            "10.0.0.1",
            "fd42::1/64",
            "00:16:3e:e9:83:63",
            "+1",
            ".5",
            ".",
            "..",
            "...",
            "---",
            "--- a",
            "a:",
            ":a",
            "?",
            "? a",
            "=",
            "<<",
            "back\\slash",
            "it's",
            "y",
            "on",
            "\r\n",
            "x\r\ny",
            "a\n b\nc",
            "|",
            ">",
            "|-\n a");

    @Test
    void is_read_back_by_another_reader_whatever_it_holds() {
        var random = new Random(7);
        var load = new Load(LoadSettings.builder().build());
        for (int i = 0; i < 2000; i++) {
            Json value = any(random, 4);
            String yaml = Yaml.write(value);
            assertThat(load.loadFromString(yaml)).as(yaml).isEqualTo(plain(value));
        }
    }

    private static Json any(Random random, int depth) {
        switch (random.nextInt(depth > 0 ? 6 : 3)) {
            case 0, 1:
                return Json.of(TEXTS.get(random.nextInt(TEXTS.size())));
            case 2:
                return random.nextBoolean()
                        ? Json.of(random.nextInt(100))
                        : random.nextBoolean() ? Json.of(true) : Json.nothing();
            case 3:
                var items = new ArrayList<Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(any(random, depth - 1));
                }
                return new Json.Arr(items);
            default:
                var fields = new LinkedHashMap<String, Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    fields.put(TEXTS.get(random.nextInt(TEXTS.size())), any(random, depth - 1));
                }
                return new Json.Obj(fields);
        }
    }

    private static Object plain(Json value) {
        if (value instanceof Json.Obj obj) {
            var map = new LinkedHashMap<String, Object>();
            obj.values().forEach((key, field) -> map.put(key, plain(field)));
            return map;
        }
        if (value instanceof Json.Arr arr) {
            var list = new ArrayList<Object>();
            arr.values().forEach(item -> list.add(plain(item)));
            return list;
        }
        if (value instanceof Json.Num) {
            return (int) value.number();
        }
        return value instanceof Json.Bool ? (Object) value.truth() : value.isNull() ? null : value.text();
    }

    @Test
    void looks_as_lxc_writes_it() {
        Json value = Json.object()
                .with("config", Json.of(Map.of("limits.cpu", "2")))
                .with("devices", Json.object())
                .with("profiles", Json.of(List.of("default", "web")))
                .with("description", "")
                .with("stateful", Json.of(false));
        assertThat(Yaml.write(value)).isEqualTo("""
                config:
                  limits.cpu: "2"
                devices: {}
                profiles:
                - default
                - web
                description: ""
                stateful: false
                """);
        assertThat(Yaml.write(new Json.Arr(List.of(value.without("devices").without("config")))))
                .startsWith("- profiles:\n  - default\n");
    }

    @Test
    void takes_every_scalar_of_a_configuration_as_it_was_typed() throws Exception {
        Json typed = YamlText.read(
                "config:\n  a: 010\n  b: 1.10\n  c: true\n  d:\n  e: 1_000\nephemeral: true\ndevices: {}\n");
        assertThat(typed.line())
                .isEqualTo("{\"config\":{\"a\":\"010\",\"b\":\"1.10\",\"c\":\"true\",\"d\":\"\",\"e\":\"1_000\"},"
                        + "\"ephemeral\":true,\"devices\":{}}");
        assertThat(YamlText.read("config:\n").line()).isEqualTo("{\"config\":{}}");
        assertThat(YamlText.read("# nothing\n").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1\na: 2", "{", "a: b: c", "\tx: 1", "? [a]\n: b", "a: &x [*x]"})
    void refuses_what_is_wrong_in_plain_words(String text) {
        assertThatThrownBy(() -> YamlText.read(text)).isInstanceOf(Usage.class).hasMessageContaining("YAML");
    }

    @Test
    void does_not_blow_up() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ",").repeat(9)).append("]\n");
        }
        assertThatThrownBy(() -> YamlText.read(bomb.toString())).isInstanceOf(Usage.class);
        assertThatThrownBy(() -> YamlText.read("[".repeat(100_000))).isInstanceOf(Usage.class);
    }
}
