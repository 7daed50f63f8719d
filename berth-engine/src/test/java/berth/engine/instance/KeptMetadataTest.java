package berth.engine.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.driver.VolumeContent;
import berth.model.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptMetadataTest {
    @TempDir
    Path directory;

    private Path volume() throws IOException {
        Path volume = directory.resolve("volume");
        Files.createDirectories(volume.resolve("templates/etc/deep"));
        Files.writeString(volume.resolve("metadata.yaml"), "architecture: x86_64\ncreation_date: 1\n");
        Files.writeString(volume.resolve("templates/hostname.tpl"), "a");
        Files.writeString(volume.resolve("templates/etc/hosts.tpl"), "b");
        Files.writeString(volume.resolve("templates/etc/deep/x"), "c");
        Files.createSymbolicLink(volume.resolve("templates/shadow"), Path.of("/etc/shadow"));
        return volume;
    }

    @Test
    void knows_templates_in_folders_and_follows_no_link() throws IOException {
        var kept = new KeptMetadata(volume());
        assertThat(kept.templates()).containsExactlyInAnyOrder("hostname.tpl", "etc/hosts.tpl", "etc/deep/x");
        assertThat(kept.template("etc/deep/x")).asString().isEqualTo("c");
        for (String none : new String[] {"shadow", "etc", "etc/../hostname.tpl", "../metadata.yaml"}) {
            assertThatThrownBy(() -> kept.template(none)).as(none).isInstanceOf(Refused.class);
        }
    }

    @Test
    void is_copied_with_all_folders() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        VolumeContent.copyAbout(volume(), copy);
        assertThat(new KeptMetadata(copy).templates())
                .containsExactlyInAnyOrder("hostname.tpl", "etc/hosts.tpl", "etc/deep/x");
        assertThat(copy.resolve("templates/etc/deep/x")).hasContent("c");
        assertThat(copy.resolve("templates/shadow")).doesNotExist();
        assertThat(new KeptMetadata(copy).metadata()).isPresent();
    }

    @Test
    void tells_what_changed_although_it_was_read_before() throws IOException {
        Path volume = volume();
        var kept = new KeptMetadata(volume);
        assertThat(kept.metadata().orElseThrow().architecture()).isEqualTo("x86_64");
        assertThat(kept.metadata().orElseThrow()).isSameAs(kept.metadata().orElseThrow());
        Files.writeString(volume.resolve("metadata.yaml"), "architecture: aarch64\ncreation_date: 1\n");
        assertThat(kept.metadata().orElseThrow().architecture()).isEqualTo("aarch64");
    }
}
