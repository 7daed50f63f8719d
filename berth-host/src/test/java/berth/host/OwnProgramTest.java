package berth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The programs of our own and where they are looked for. */
@Isolated("changes a property")
final class OwnProgramTest {
    @Test
    void is_found_in_the_directory_that_the_property_names_if_it_can_be_run(@TempDir Path directory)
            throws IOException {
        String before = System.getProperty("berth.native");
        System.setProperty("berth.native", directory.toString());
        try {
            Path program = Files.writeString(directory.resolve("berth-test"), "");
            assertThat(OwnProgram.find("berth-test")).isEmpty();
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(OwnProgram.find("berth-test")).contains(program);
            assertThat(OwnProgram.find("berth-other")).isEmpty();
        } finally {
            if (before == null) {
                System.clearProperty("berth.native");
            } else {
                System.setProperty("berth.native", before);
            }
        }
    }
}
