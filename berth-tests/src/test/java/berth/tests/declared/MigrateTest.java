package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The directories in which NixOS and systemd keep containers. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrateTest {
    private static final int BASE = 20 * 65_536;

    private static String berth(Daemon daemon, String... words) {
        var run = daemon.command("berth", words);
        return run.out() + run.err() + "exit " + run.code();
    }

    private static void owned(Path file, int uid, int gid) throws Exception {
        Files.setAttribute(file, "unix:uid", uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", gid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void are_copied_into_guests_with_their_owners_and_stay_as_they_are() throws Exception {
        try (Daemon daemon = Daemon.start("migrate")) {
            Ground.image(daemon);
            daemon.api().done("POST", "/1.0/storage-pools", "{\"name\":\"default\",\"driver\":\"dir\"}");
            String system = daemon.nix().system("old");
            Path old = Files.createDirectories(daemon.host().directory().resolve("containers/web"));
            Path data = Files.createDirectories(old.resolve("var/lib/postgresql"));
            Files.createDirectories(old.resolve("etc"));
            for (String name : new String[] {"dev", "nix", "proc", "run", "sys", "tmp"}) {
                owned(Files.createDirectories(old.resolve(name)), BASE, BASE);
            }
            Path mine = Files.writeString(data.resolve("mine"), "of 71");
            Path odd = Files.writeString(data.resolve("odd"), "of nobody here");
            Path link = Files.createSymbolicLink(data.resolve("link"), Path.of("./mine"));
            for (Path path : new Path[] {old, old.resolve("var"), old.resolve("var/lib"), old.resolve("etc")}) {
                owned(path, BASE, BASE);
            }
            owned(data, BASE + 71, BASE + 71);
            owned(mine, BASE + 71, BASE + 100);
            owned(link, BASE + 71, BASE + 71);
            owned(odd, 5, BASE + 71);

            String there = old.toString();
            assertThat(berth(daemon, "migrate", there, "--system", system, "--dry-run"))
                    .contains(
                            "web   from " + there,
                            "owners " + BASE + " to " + (BASE + 65_535) + " become 0 to 65535",
                            "1 owner outside of that become 65534",
                            "it runs " + system,
                            "exit 0");
            assertThat(daemon.api().get("/1.0/instances")).isEmpty();
            assertThat(berth(daemon, "migrate", there, "--system", system, "--yes"))
                    .contains("Instance web imported", "the original may go", "exit 0");
            berth(daemon, "start", "web");
            assertThat(daemon.inside(
                            "web",
                            "cd /var/lib/postgresql && stat -c '%n %u:%g' mine odd link && readlink link"
                                    + " && cat mine"))
                    .isEqualTo("mine 71:100\nodd 65534:71\nlink 71:71\n./mine\nof 71");
            assertThat(daemon.inside("web", "readlink /run/current-system").strip())
                    .isEqualTo(system);
            assertThat(Files.getAttribute(mine, "unix:uid")).isEqualTo(BASE + 71);
            assertThat(berth(daemon, "migrate", "nowhere", "--yes"))
                    .contains("there is no directory /var/lib/machines/nowhere", "exit 1");
        }
    }
}
