package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Standard error is the command's own, and nobody else's. */
class WithoutAttachersWordsTest {
    private static final String THEIRS = "lxc-attach: c1: ../src/lxc/attach.c: 1841 No such file or directory\n";

    private static String read(String said, boolean notStarted) throws IOException {
        var in = new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8));
        try (var filtered = new WithoutAttachersWords(in, () -> notStarted)) {
            return new String(filtered.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void drops_what_the_attacher_says_of_a_command_that_could_not_start() throws IOException {
        assertThat(read(THEIRS, true)).isEmpty();
    }

    @Test
    void passes_on_what_a_command_says_even_if_it_sounds_like_the_attacher() throws IOException {
        assertThat(read(THEIRS, false)).isEqualTo(THEIRS);
        assertThat(read("lxc-att", true)).isEqualTo("lxc-att");
        assertThat(read("", true)).isEmpty();
        String much = THEIRS.repeat(200);
        assertThat(read(much, false)).isEqualTo(much);
        assertThat(read("oops\n" + THEIRS, false)).isEqualTo("oops\n" + THEIRS);
    }
}
