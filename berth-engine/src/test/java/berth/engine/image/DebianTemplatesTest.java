package berth.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.template.Template;
import berth.model.wanted.GuestFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianTemplatesTest {
    private static final String SEED = "/var/lib/cloud/seed/nocloud-net/";

    @TempDir
    Path directory;

    private static ImageRecipe recipe(GuestFile... files) {
        return new ImageRecipe(Distribution.of("debian/12"), List.of(), List.of(files));
    }

    private String rendered(String target, Map<String, String> config) throws Exception {
        var templates = DebianTemplates.of(true, recipe());
        Path written = directory.resolve("templates");
        if (!Files.exists(written)) {
            templates.write(written);
        }
        String file = templates.described().get(target).template();
        return Template.of(file, Files.readString(written.resolve(file)))
                .render(Map.of("container", Map.of("name", "c1")), config::getOrDefault);
    }

    @Test
    void name_a_guest() throws Exception {
        assertThat(rendered("/etc/hostname", Map.of())).isEqualTo("c1\n");
        assertThat(rendered("/etc/hosts", Map.of())).startsWith("127.0.0.1 localhost\n127.0.1.1 c1\n");
    }

    @Test
    void seed_cloud_init_where_it_is_and_only_there() throws Exception {
        assertThat(DebianTemplates.of(false, recipe()).described()).containsOnlyKeys("/etc/hostname", "/etc/hosts");
        assertThat(rendered(SEED + "user-data", Map.of())).isEqualTo("#cloud-config\n{}\n");
        assertThat(rendered(SEED + "user-data", Map.of("user.user-data", "#cloud-config\na: 1")))
                .isEqualTo("#cloud-config\na: 1\n");
        assertThat(rendered(SEED + "vendor-data", Map.of("user.vendor-data", "old", "cloud-init.vendor-data", "new")))
                .isEqualTo("new\n");
        assertThat(rendered(SEED + "network-config", Map.of())).isEqualTo("config: disabled\n");
        assertThat(rendered(
                        SEED + "meta-data", Map.of("volatile.cloud-init.instance-id", "7", "user.meta-data", "x: 1")))
                .isEqualTo("instance-id: 7\nlocal-hostname: c1\nx: 1\n");
    }

    @Test
    void leave_alone_what_the_recipe_puts_there_itself() {
        var hosts = new GuestFile("/etc/hosts", new GuestFile.Content.Text("mine"), 0644, 0, 0);
        assertThat(DebianTemplates.of(false, recipe(hosts)).described()).containsOnlyKeys("/etc/hostname");
    }
}
