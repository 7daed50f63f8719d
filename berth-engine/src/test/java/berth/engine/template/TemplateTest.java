package berth.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static final Map<String, Object> VALUES = Map.of(
            "trigger",
            "create",
            "container",
            Map.of("name", "c1"),
            "config",
            new TreeMap<>(Map.of("user.foo", "hello")),
            "devices",
            Map.of("eth0", Map.of("network", "br0")),
            "properties",
            new TreeMap<>(Map.of("a", "b", "n", "5")));

    private static String rendered(String text) {
        return Template.of("x.tpl", text)
                .render(VALUES, (key, otherwise) -> key.equals("user.foo") ? "hello" : otherwise);
    }

    /** Each of these was rendered by LXD 5.0.2, with those values. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{{ 1.5 }} {{ 3 }} {{ true }} {{ nope }} {{ nope.a.b }} {{ config.nope }}=>1.500000 3 True   ",
                "{{ 1 + 2 * 3 }} {{ 7 / 2 }} {{ 7 % 4 }} {{ 2 ^ 3 }} {{ -3 }} {{ 7.0 / 2 }}=>7 3 3 8.000000 -3 3.500000",
                "{{ \"a\" + \"b\" }}=>0",
                "{{ 'single' }}=>single",
                "{{ 1 == 1 }} {{ 1 == \"1\" }} {{ properties.n == 5 }} {{ properties.n > 3 }}=>True False False True",
                "{{ \"b\" > \"a\" }}=>False",
                "{% if \"a\" in \"cat\" %}y{% endif %}{% if \"user.foo\" in config %}k{% endif %}=>yk",
                "{% if not nope %}n{% endif %}{% if properties.a != \"b\" or true and false %}o{% else %}e{% endif %}=>ne",
                "{% for k, v in properties %}{{ forloop.Counter }}/{{ forloop.Counter0 }}/{{ forloop.Revcounter }}/{{"
                        + " forloop.Revcounter0 }}/{{ forloop.First }}/{{ forloop.Last }} {{ k }}={{ v }};{% endfor"
                        + " %}=>1/0/2/1/True/False a=b;2/1/1/0/False/True n=5;",
                "{% for k in properties reversed sorted %}{{ k }};{% endfor %}=>n;a;",
                "{% for k in nope %}x{% empty %}E{% endfor %}=>E",
                "{% for c in \"abc\" %}{{ c }}-{% endfor %}=>a-b-c-",
                "{% set x = \"v\" %}{{ x }}{% with y=\"w\" %}{{ y }}{% endwith %}=>vw",
                "{% with \"w\" as y %}{{ y }}{% endwith %}=>w",
                "a  {%- if true -%}  b  {%- endif %} c=>ab c",
                "a {{- \"x\" -}} b=>axb",
                "{{ \"ab cd\"|title }} {{ \"ab\"|capfirst }} {{ \"\"|default:\"d\" }} {{ nope|default_if_none:\"d\" }}"
                        + "=>Ab Cd Ab d d",
                "{{ \"abc\"|length }} {{ \"abc\"|first }} {{ \"abc\"|last }} {{ \"a,b\"|split:\",\"|join:\"-\" }}=>3 a c a-b",
                "{{ \"1\"|add:2 }} {{ 1|add:2 }} {{ \"a\"|add:\"b\" }} {{ \"5\"|integer }} {{ \"5.5\"|float }}=>12 3 ab 5"
                        + " 5.500000",
                "{{ true|yesno:\"a,b\" }} {{ \"a b c\"|wordcount }} {{ 4|divisibleby:2 }} {{ \"<a>\"|escape }} {{ \"<a>\""
                        + " }}=>a 3 True &lt;a&gt; <a>",
                "{{ config_get(\"user.foo\", \"d\")|upper }} {{ config_get(\"user.zz\", properties.a) }}=>HELLO b",
                "{{ config_get(\"user.zz\", 5) }}{{ config_get(\"user.zz\", nope) }}=>5",
                "{% ifequal properties.a \"b\" %}q{% else %}z{% endifequal %}{% ifnotequal 1 2 %}nq{% endifnotequal %}=>qnq",
                "{% firstof nope properties.a %}=>b",
                "{% if config.user.foo %}x{% endif %}{{ devices.eth0.network }}{{ devices.eth0.nope }}=>br0",
                "{{ container.name }}{{ container.Name }}=>c1",
                "{% verbatim %}{{ x }}{% endverbatim %}=>{{ x }}",
                "{{ not true }} {{ !true }} {{ true && false }} {{ true || false }}=>False False False True",
                "{# a #}b{% comment %} {{ c }} {% endcomment %}d=>bd"
            })
    void writes_what_lxd_writes(String text, String wanted) {
        assertThat(rendered(text)).isEqualTo(wanted);
    }

    @Test
    void keeps_lines_as_they_are() {
        assertThat(rendered("{% if true %}\na\n{% elif nope %}b{% else %}c{% endif %}\n"))
                .isEqualTo("\na\n\n");
        assertThat(rendered("127.0.1.1 {{ container.name }}\n")).isEqualTo("127.0.1.1 c1\n");
        assertThat(rendered("{ % {")).isEqualTo("{ % {");
        assertThat(rendered("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ x",
                "{% if true %}",
                "{% endif %}",
                "{{ }}",
                "{{ a b }}",
                "{{ config[\"user.foo\"] }}",
                "{{ config_get(\"user.foo\") }}",
                "{{ open(\"/etc/passwd\") }}",
                "{% if \"a\" not in \"cat\" %}x{% endif %}",
                "{{ \"a\"|replace:\"b\" }}",
                "{{ \"a\"|trim }}",
                "{% include \"/etc/passwd\" %}",
                "{% import \"/etc/passwd\" x %}",
                "{% ssi \"/etc/passwd\" %}",
                "{% nope %}",
                "{% %}",
                "{{ 1 / 0 }}",
                "{{ 99999999999999999999 }}",
                "{% for x in y %}{% endif %}",
                "{% verbatim %}",
                "{% comment %}"
            })
    void refuses_what_it_does_not_know_and_says_where(String text) {
        assertThatThrownBy(() -> rendered("\n" + text))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("Template x.tpl, line 2: ");
    }

    @Test
    void does_not_work_for_ever_nor_write_without_end_nor_overflow() {
        String loops = "{% for a in \"0123456789\" %}".repeat(9) + "x" + "{% endfor %}".repeat(9);
        assertThatThrownBy(() -> rendered(loops)).hasMessageContaining("too much work");
        String doubling = "{% set x = \"0123456789\" %}" + "{% set x = x|add:x %}".repeat(40) + "{{ x }}";
        assertThatThrownBy(() -> rendered(doubling)).hasMessageContaining("too much work");
        String large = "{% for a in \"0123456789\" %}" + "x".repeat(200_000) + "{% endfor %}";
        assertThatThrownBy(() -> rendered(large)).hasMessageContaining("larger than 1 MiB");
        for (String deep : new String[] {
            "{{ " + "(".repeat(100_000) + " }}",
            "{{ " + "not ".repeat(100_000) + "x }}",
            "{{ " + "2^".repeat(100_000) + "2 }}",
            "{{ \"a\"" + "|add:(\"a\"".repeat(100_000) + " }}",
            "{% if x %}".repeat(100_000),
            "{% if x %}" + "{% elif x %}".repeat(80_000) + "{% endif %}"
        }) {
            assertThatThrownBy(() -> rendered(deep)).hasMessageContaining("nested too deeply");
        }
    }
}
