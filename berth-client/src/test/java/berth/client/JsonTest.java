package berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonTest {
    private static final String[] TEXTS = {
        "", "a", "ü\u00a0€", "\"\\/\b\f\n\r\t", "\u0000\u001f\u007f", "\ud83d\ude00", "null", "1", " ", "\u2028\ufeff"
    };

    @Test
    void reads_back_what_it_writes_as_an_other_reader_does() throws Exception {
        var random = new Random(42);
        for (int i = 0; i < 500; i++) {
            Json value = any(random, 4);
            assertThat(Json.parse(value.line())).isEqualTo(value);
            assertThat(Json.parse(value.pretty())).isEqualTo(value);
            assertThat(byJackson(value.line())).isEqualTo(value);
        }
    }

    private static Json any(Random random, int depth) {
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0:
                return Json.of(TEXTS[random.nextInt(TEXTS.length)]);
            case 1:
                return random.nextBoolean() ? Json.of(random.nextLong()) : new Json.Num("-1.5e10");
            case 2:
                return Json.of(random.nextBoolean());
            case 3:
                return Json.nothing();
            case 4:
                var items = new ArrayList<Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(any(random, depth - 1));
                }
                return new Json.Arr(items);
            default:
                var fields = new LinkedHashMap<String, Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    fields.put(TEXTS[random.nextInt(TEXTS.length)], any(random, depth - 1));
                }
                return new Json.Obj(fields);
        }
    }

    private static Json byJackson(String text) {
        try (var parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            Json value = value(parser);
            assertThat(parser.nextToken()).isNull();
            return value;
        }
    }

    private static Json value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var fields = new LinkedHashMap<String, Json>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    fields.put(key, value(parser));
                }
                yield new Json.Obj(fields);
            }
            case START_ARRAY -> {
                var items = new ArrayList<Json>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser));
                }
                yield new Json.Arr(items);
            }
            case VALUE_STRING -> Json.of(parser.getString());
            case VALUE_TRUE -> Json.of(true);
            case VALUE_FALSE -> Json.of(false);
            case VALUE_NULL -> Json.nothing();
            default -> new Json.Num(parser.getString());
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "tru",
                "nul",
                "1 2",
                "[1]]",
                "\"\n\"",
                "NaN",
                "/*x*/1",
                "\"\\",
                "\"\\u00"
            })
    void refuses_what_is_not_json_as_the_other_reader_does(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonSyntax.class)
                .hasMessageContaining("at character");
        assertThatThrownBy(() -> byJackson(text))
                .isInstanceOfAny(JacksonException.class, NullPointerException.class, AssertionError.class);
    }

    @Test
    void does_not_break_on_the_deepest_nesting() {
        assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).hasMessageContaining("deeper than");
    }

    @Test
    void forgives_what_is_missing() throws Exception {
        Json json = Json.parse("{\"a\":{\"b\":7},\"n\":null}");
        assertThat(json.at("a").number("b")).isEqualTo(7);
        assertThat(json.at("x").at("y").text("z")).isEmpty();
        assertThat(json.at("n").isNull()).isTrue();
        assertThat(json.at("a").items()).isEmpty();
        assertThat(json.text("a")).isEmpty();
        assertThat(json.at("a").at("b").fields()).isEmpty();
    }

    @Test
    void keeps_every_digit_and_the_order_of_keys() throws Exception {
        String text = "{\"z\":12345678901234567890.10,\"a\":1}";
        assertThat(Json.parse(text).line()).isEqualTo(text);
        assertThat(Json.parse(text).number("z")).isZero();
    }

    @Test
    void makes_changed_copies_and_leaves_the_original() {
        Json json = Json.object().with("a", "1");
        assertThat(json.with("b", "2").without("a").line()).isEqualTo("{\"b\":\"2\"}");
        assertThat(json.line()).isEqualTo("{\"a\":\"1\"}");
    }

    @Test
    void escapes_a_surrogate_without_its_other_half() {
        assertThat(Json.of("\ud800x").line()).isEqualTo("\"\\ud800x\"");
    }
}
