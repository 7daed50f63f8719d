package berth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs of the host say of themselves. */
class ToolVersionTest {
    @TempDir
    Path directory;

    @Test
    void asks_a_program_once() throws IOException {
        Path asked = directory.resolve("asked");
        var version = new ToolVersion(
                program("echo x >>" + asked + "; echo tool v$# $1").toString());

        assertThat(version.said()).isEqualTo("tool v1 --version");
        assertThat(version.said()).isEqualTo("tool v1 --version");
        assertThat(Files.readString(asked)).isEqualTo("x\n");
    }

    @Test
    void finds_one_that_was_installed_after_the_first_question() throws IOException {
        var version = new ToolVersion(directory.resolve("tool").toString());
        assertThat(version.said()).isEmpty();

        program("echo tool v2");

        assertThat(version.said()).isEqualTo("tool v2");
    }

    private Path program(String script) throws IOException {
        Path tool = directory.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
