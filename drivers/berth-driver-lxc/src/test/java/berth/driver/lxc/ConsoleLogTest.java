package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir
    Path directory;

    @Test
    void is_the_newest_of_both_files_and_never_more_than_its_limit() throws IOException {
        var log = new ConsoleLog(directory);
        assertThat(log.newest()).isEmpty();
        Files.writeString(directory.resolve("console.log.1"), "a".repeat(ConsoleLog.MOST));
        Files.writeString(directory.resolve("console.log"), "new");

        assertThat(log.newest()).hasSize(ConsoleLog.MOST).asString().endsWith("aanew");
        log.clear();
        assertThat(log.newest()).isEmpty();
        assertThat(directory.resolve("console.log")).exists();
    }

    @Test
    void of_one_that_never_ran_is_empty() {
        var log = new ConsoleLog(directory.resolve("none"));
        assertThat(log.newest()).isEmpty();
        log.clear();
    }

    @Test
    void is_not_read_and_not_emptied_through_a_link() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "of the host");
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Files.createSymbolicLink(logs.resolve("console.log"), secret);
        var log = new ConsoleLog(logs);

        assertThatThrownBy(log::newest).isInstanceOf(Errno.class);
        assertThatThrownBy(log::clear).isInstanceOf(Errno.class);
        assertThat(secret).hasContent("of the host");
    }
}
