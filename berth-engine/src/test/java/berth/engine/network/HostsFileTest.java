package berth.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.engine.network.HostsFile.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {
    private static final String OWN = "127.0.0.1 localhost\n# mine\n10.0.0.9\tdb  DB.example # the old one\n";
    private static final List<Line> LINES = List.of(
            new Line("10.1.0.2", List.of("web", "web.lxd", "web.containers")),
            new Line("10.1.0.3", List.of("db", "db.lxd")));

    private final HostsFile file = new HostsFile(Path.of("/etc/hosts"), "/var/lib/berth");

    @Test
    void takes_no_name_that_somebody_else_has_given() {
        assertThat(file.with(OWN, LINES))
                .startsWith(OWN)
                .contains("\n10.1.0.2 web web.lxd web.containers\n10.1.0.3 db.lxd\n# END berth /var/lib/berth\n");
    }

    @Test
    void leaves_every_other_line_as_it_is_and_takes_its_own_away_again() {
        String with = file.with(OWN, LINES);
        assertThat(file.with(with, LINES)).isEqualTo(with);
        assertThat(file.with(with + "10.0.0.8 later\n", List.of())).isEqualTo(OWN + "10.0.0.8 later\n");
        assertThat(file.with(with, List.of())).isEqualTo(OWN);
        String other = new HostsFile(Path.of("/etc/hosts"), "/srv/berth").with(with, LINES);
        assertThat(file.with(other, List.of())).doesNotContain("/var/lib");
        assertThat(file.with("no line end", List.of())).isEqualTo("no line end");
    }

    @Test
    void does_not_guess_where_its_lines_end() {
        String broken = file.with(OWN, LINES).replace("# END berth /var/lib/berth\n", "10.0.0.1 important\n");
        assertThat(file.with(broken, List.of())).isEqualTo(broken);
    }

    @Test
    void keeps_the_file_s_mode_and_refuses_what_is_no_file(@TempDir Path directory) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), OWN);
        Files.setPosixFilePermissions(hosts, PosixFilePermissions.fromString("rw-r-----"));
        var real = new HostsFile(hosts, "x");
        real.check();
        real.put(LINES);
        assertThat(hosts).content().contains("web.containers");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hosts)))
                .isEqualTo("rw-r-----");
        Path link = Files.createSymbolicLink(directory.resolve("link"), hosts);
        assertThatThrownBy(() -> new HostsFile(link, "x").check()).hasMessageContaining("is a link");
        assertThatThrownBy(() -> new HostsFile(directory, "x").check())
                .hasMessageContaining("is not the absolute path");
    }
}
