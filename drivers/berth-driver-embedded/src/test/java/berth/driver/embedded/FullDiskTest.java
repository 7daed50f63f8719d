package berth.driver.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.model.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 2 MiB that is really full. */
@Tag("host")
class FullDiskTest {
    @TempDir
    Path directory = Path.of("");

    @AfterEach
    void unmount() throws Exception {
        // Lazily: the native library may have been unpacked into it and is in use to the end.
        run("umount", "-l", directory.toString());
    }

    @Test
    void is_said_in_plain_words_loses_nothing_and_passes() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=2m", "none", directory.toString()) == 0, "needs root");
        Path file = directory.resolve("berth.db");
        Path ballast = directory.resolve("ballast");
        try (var store = new EmbeddedStore(file)) {
            store.commit(Map.of(), Map.of("a", "1"));
            fill(ballast);
            int done = 1;
            String refusal = "";
            while (refusal.isEmpty()) {
                try {
                    store.commit(Map.of(), Map.of("a", "x".repeat(20_000) + ++done));
                } catch (Refused full) {
                    done--;
                    refusal = full.problem().text();
                }
            }
            assertThat(refusal).contains("no space is left on its file system", "Nothing was changed");
            assertThat(store.revision()).isEqualTo(done);
            assertThatThrownBy(() -> store.backup(directory.resolve("copy.db"))).isInstanceOf(Refused.class);
            assertThat(directory.resolve("copy.db")).doesNotExist();
            Files.delete(ballast);
            assertThat(store.commit(Map.of(), Map.of("b", "2"))).contains(done + 1L);
        }
        try (var store = new EmbeddedStore(file)) {
            assertThat(store.find("b").orElseThrow().text()).isEqualTo("2");
        }
    }

    private static void fill(Path ballast) throws Exception {
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (java.io.IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static int run(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
