package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.FakeNix;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guests whose root is empty and whose system is a thing of the host's Nix store. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SystemGuestsTest {
    private static final String SITE = """
            berth: 1
            site: nix
            pools: { p: { driver: dir } }
            networks: { br0: { config: { ipv4.address: 10.83.0.1/24, ipv6.address: none } } }
            instances:
              web: { %s, memory: 64MiB }
            """;
    private static final String BY_PROFILE = SITE.formatted("path: /nix/var/nix/profiles/web");

    private static String berth(Daemon daemon, String... words) {
        var run = daemon.command("berth", words);
        return run.out() + run.err();
    }

    private static String site(Daemon daemon, String text) throws Exception {
        return Files.writeString(daemon.host().directory().resolve("site.yaml"), text)
                .toString();
    }

    private static String current(Daemon daemon) {
        return daemon.inside("web", "readlink /run/current-system").strip();
    }

    private static long pid(Daemon daemon) {
        return daemon.api().get("/1.0/instances/web/state").at("/pid").asLong();
    }

    /** The links that keep systems from being collected, by what they lead to. */
    private static List<String> roots(Daemon daemon) throws Exception {
        Path state = daemon.nix().real("/nix/var/nix");
        try (Stream<Path> all = Files.walk(state)) {
            return all.filter(it -> it.toString().contains("/berth/") && Files.isSymbolicLink(it))
                    .map(it -> {
                        try {
                            return it.getFileName() + " " + Files.readSymbolicLink(it);
                        } catch (java.io.IOException gone) {
                            throw new java.io.UncheckedIOException(gone);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

    /** As a plan shows it. */
    private static String brief(String system) {
        return system.substring("/nix/store/".length()).replaceFirst("^(.{8}).{24}", "$1");
    }

    @Test
    void run_it_go_over_to_the_next_while_they_run_and_back_when_that_fails() throws Exception {
        try (Daemon daemon = Daemon.start("system-guests")) {
            FakeNix nix = daemon.nix();
            String one = nix.system("one");
            nix.profile("web", one);
            Files.createDirectories(nix.real("/nix/var/nix/db"));
            Files.writeString(nix.real("/nix/var/nix/db/schema"), "10");
            Files.createDirectories(nix.real("/nix/var/nix/daemon-socket"));
            String site = site(daemon, BY_PROFILE);

            assertThat(berth(daemon, "plan", site)).contains("CREATE    system " + one);
            assertThat(berth(daemon, "apply", site)).contains("instance:web", "ready", "done.   generation 1");
            assertThat(daemon.inside("web", "cat /proc/1/cmdline")).contains(one + "/init");
            assertThat(current(daemon)).isEqualTo(one);
            assertThat(daemon.inside("web", "ls -d /etc/os-release /etc/machine-id /var/lib"))
                    .hasLineCount(3);
            assertThat(berth(daemon, "exec", "web", "--", "touch", "/nix/store/x"))
                    .contains("Read-only file system");
            assertThat(daemon.inside("web", "hostname; cat /nix/var/nix/db/schema; ls -d /nix/var/nix/daemon-socket"))
                    .isEqualTo("web\n10/nix/var/nix/daemon-socket\n");
            assertThat(daemon.inside("web", "ln -s " + one + " /nix/var/nix/gcroots/mine && echo made"))
                    .contains("made");
            assertThat(daemon.inside("web", "ln -s " + one + " /nix/var/nix/profiles/mine && echo made"))
                    .contains("made");
            assertThat(roots(daemon))
                    .containsExactly(
                            "mine " + one,
                            "mine " + one,
                            "running " + one,
                            "system system-1-link",
                            "system-1-link " + one);
            assertThat(berth(daemon, "plan", site)).contains("no changes");

            long first = pid(daemon);
            String two = nix.system("two");
            nix.profile("web", two);
            assertThat(berth(daemon, "plan", site)).contains("RELOAD", brief(one) + " -> " + brief(two), "A1");
            assertThat(berth(daemon, "apply", site)).contains("done.   generation 2");
            assertThat(current(daemon)).isEqualTo(two);
            assertThat(pid(daemon)).isEqualTo(first);
            assertThat(roots(daemon)).contains("running " + two, "system system-2-link", "system-1-link " + one);

            String bad = nix.system("bad", "echo 'web.service failed' >&2; exit 4");
            nix.profile("web", bad);
            assertThat(berth(daemon, "apply", site))
                    .contains("ended with 4: web.service failed", "its system is what it was: " + two);
            assertThat(current(daemon)).isEqualTo(two);
            assertThat(daemon.inside("web", "cat /var/log/systems"))
                    .isEqualTo(
                            "booted " + one + "\nswitched " + two + "\nswitched " + bad + "\nswitched " + two + "\n");
            assertThat(roots(daemon)).contains("running " + two, "system system-2-link");
            assertThat(berth(daemon, "plan", site)).contains("RELOAD", brief(two) + " -> " + brief(bad));

            assertThat(berth(daemon, "rollback", "1", "--site", "nix")).contains("done.   generation 4");
            assertThat(current(daemon)).isEqualTo(one);
            assertThat(pid(daemon)).isEqualTo(first);
            assertThat(berth(daemon, "drift", "nix")).doesNotContain("user.berth.system");

            nix.profile("web", two);
            assertThat(berth(daemon, "apply", site)).contains("done.   generation 5");
            daemon.inside("web", "busybox reboot -f");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(daemon.inside("web", "cat /proc/1/cmdline"))
                            .contains(two + "/init"));
        }
    }

    @Test
    void are_restarted_or_held_when_that_is_asked_for_and_leave_nothing_behind() throws Exception {
        try (Daemon daemon = Daemon.start("system-kinds")) {
            Ground.image(daemon);
            FakeNix nix = daemon.nix();
            String one = nix.system("one");
            String two = nix.system("two");
            assertThat(berth(daemon, "apply", site(daemon, BY_PROFILE)))
                    .contains("site.yaml:6:10  instances.web.path: /nix/var/nix/profiles/web leads to nothing");
            String byPath = SITE.formatted("path: %s, userns: no");
            assertThat(berth(daemon, "apply", site(daemon, byPath.formatted(one))))
                    .contains("done.   generation 1");
            long first = pid(daemon);
            String other = site(daemon, byPath.formatted(two));
            String held = site(daemon, byPath.formatted(two + ", activation.strategy: none"));
            assertThat(berth(daemon, "plan", held)).contains("held: activation.strategy is none");
            other = site(daemon, byPath.formatted(two));
            assertThat(berth(daemon, "apply", other, "--restart")).contains("done.   generation 2");
            assertThat(pid(daemon)).isNotEqualTo(first);
            assertThat(daemon.inside("web", "cat /proc/1/cmdline")).contains(two + "/init");

            berth(daemon, "config", "set", "web", "user.berth.system=" + one, "--override");
            assertThat(berth(daemon, "status", "nix")).contains("pending until its next start: user.berth.system");
            berth(daemon, "restart", "web", "--force");
            assertThat(berth(daemon, "status", "nix")).doesNotContain("pending");
            assertThat(current(daemon)).isEqualTo(one);
            daemon.inside("web", "echo kept > /var/lib/mine");

            String image = site(daemon, SITE.formatted("image: bb"));
            assertThat(berth(daemon, "plan", image)).contains("REPLACE", "A34: another kind of root");
            assertThat(berth(daemon, "apply", image)).contains("done.   generation 3");
            assertThat(daemon.inside("web", "cat /proc/1/cmdline")).contains("/sbin/init");
            assertThat(berth(daemon, "status", "nix")).contains("web-before-3", "retired: it left the file");
            assertThat(berth(daemon, "file", "pull", "web-before-3/var/lib/mine", "-"))
                    .contains("kept");
            assertThat(roots(daemon)).contains("system system-3-link");
            assertThat(berth(daemon, "purge", "instance:web-before-3", "--yes")).contains("1 deleted");
            assertThat(roots(daemon)).isEmpty();
        }
    }
}
