package berth.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageMetadataTest {
    private static final String GOOD = "architecture: amd64\ncreation_date: 1767225600\n";

    @Test
    void is_written_as_it_is_read() {
        var metadata = ImageMetadata.of(GOOD + """
                properties: {release: '1.10', flag: 'on', odd: "a: b # c\\n\\u00e4", empty: ''}
                templates:
                  "/etc/a: b":
                    when: [create, start]
                    create_only: true
                    template: "- x.tpl"
                    properties: {default: 'no'}
                """);
        assertThat(ImageMetadata.of(metadata.yaml())).isEqualTo(metadata);
        assertThat(metadata.yaml()).contains("'1.10'").contains("creation_date: 1767225600\n");
    }

    @Test
    void reads_what_an_image_says_of_itself() {
        var metadata = ImageMetadata.of(GOOD + """
                expiry_date: 1798761600
                properties:
                  os: Debian
                  release: 1.10
                  serial: 20260101
                  flag: on
                templates:
                  /etc/hostname:
                    when: [create, copy]
                    create_only: true
                    template: hostname.tpl
                    properties: {default: none}
                """);
        assertThat(metadata.architecture()).isEqualTo("x86_64");
        assertThat(metadata.createdAt()).isEqualTo(Instant.ofEpochSecond(1767225600));
        assertThat(metadata.expiresAt()).isEqualTo(Instant.ofEpochSecond(1798761600));
        assertThat(metadata.properties())
                .containsEntry("release", "1.10")
                .containsEntry("serial", "20260101")
                .containsEntry("flag", "on");
        var template = metadata.templates().get("/etc/hostname");
        assertThat(template.when()).isEqualTo(List.of("create", "copy"));
        assertThat(template.createOnly()).isTrue();
        assertThat(template.template()).isEqualTo("hostname.tpl");
    }

    @Test
    void needs_no_more_than_architecture_and_date() {
        assertThat(ImageMetadata.of(GOOD).expiresAt()).isEqualTo(Instant.EPOCH);
        assertThat(ImageMetadata.of(GOOD + "properties:\n").properties()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "just text",
                "\0",
                "a: [",
                "architecture: x86_64",
                "creation_date: 5",
                "architecture: vax\ncreation_date: 5",
                "architecture: [x86_64]\ncreation_date: 5",
                "architecture: x86_64\ncreation_date: 0",
                "architecture: x86_64\ncreation_date: -5",
                "architecture: x86_64\ncreation_date: soon",
                "architecture: x86_64\ncreation_date: 99999999999999999999",
                "architecture: x86_64\narchitecture: x86_64\ncreation_date: 5",
                "architecture: x86_64\ncreation_date: 5\nproperties: [a]",
                "architecture: x86_64\ncreation_date: 5\nproperties: {a: {b: c}}",
                "architecture: x86_64\ncreation_date: 5\nproperties: {\"a\\nb\": c}",
                "architecture: x86_64\ncreation_date: 5\nproperties: {[a]: c}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {etc/x: {when: [create], template: a}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: {when: [create], template: ../a}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: {when: [create], template: /a}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: {when: [later], template: a}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: {when: create, template: a}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: {when: [create]}}",
                "architecture: x86_64\ncreation_date: 5\ntemplates: {/etc/x: }",
                "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\narchitecture: *c\ncreation_date: 5",
                "!!java.net.URL [x]",
            })
    void refuses_anything_else_in_one_line(String yaml) {
        assertThatThrownBy(() -> ImageMetadata.of(yaml)).isInstanceOf(Refused.class);
    }

    @Test
    void survives_deep_and_multiplying_yaml() {
        assertThatThrownBy(() -> ImageMetadata.of("[".repeat(100_000))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> ImageMetadata.of("{a: ".repeat(50_000))).isInstanceOf(Refused.class);
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> ImageMetadata.of(bomb.toString())).isInstanceOf(Refused.class);
    }
}
