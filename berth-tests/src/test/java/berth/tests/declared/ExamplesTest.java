package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The worked examples in {@code examples/}, applied with systems that a nixpkgs of fakes makes. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExamplesTest {
    private static final Path EXAMPLES = Checkout.root().resolve("examples");

    private static String berth(Daemon daemon, Map<String, String> nix, String program, String... words) {
        var run = daemon.command(nix, program, words);
        return run.out() + run.err();
    }

    private static String current(Daemon daemon, String guest) {
        return daemon.inside(guest, "readlink /run/current-system").strip();
    }

    @Test
    void with_modules_of_nixos_are_built_before_anything_is_touched_and_then_applied() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-build")), "nix-bin is not installed");
        try (Daemon daemon = Daemon.start("examples")) {
            String image = Ground.image(daemon);
            daemon.api().done("POST", "/1.0/storage-pools", "{\"name\":\"default\",\"driver\":\"dir\"}");
            daemon.api().done("POST", "/1.0/images/aliases", "{\"name\":\"debian/12\",\"target\":\"" + image + "\"}");

            String basics = EXAMPLES.resolve("rfc-basics/site.yaml").toString();
            assertThat(berth(daemon, Map.of("NIX_PATH", ""), "berth", "apply", basics))
                    .contains("instances.demo.system-config", "could not be built", "nixpkgs", "Nothing was changed.");
            assertThat(daemon.api().get("/1.0/instances")).isEmpty();

            Map<String, String> nix = daemon.nix().nixpkgs();
            assertThat(berth(daemon, nix, "berth", "apply", "--no-wait", basics))
                    .contains("done.   generation 1");
            assertThat(current(daemon, "demo")).endsWith("-nixos-system-demo");
            assertThat(berth(daemon, nix, "berth", "plan", basics)).contains("no changes");
            assertThat(Path.of(System.getProperty("java.io.tmpdir"))).isDirectoryNotContaining("glob:berth-call-*");
            assertThat(berth(
                            daemon,
                            nix,
                            "berth",
                            "plan",
                            EXAMPLES.resolve("rfc-basics/site.nix").toString()))
                    .contains("no changes");

            daemon.nix().profile("webserver", daemon.nix().system("webserver"));
            assertThat(berth(
                            daemon,
                            nix,
                            "berth",
                            "apply",
                            EXAMPLES.resolve("classic/site.yaml").toString()))
                    .contains("done.   generation 1");
            assertThat(current(daemon, "database")).endsWith("-nixos-system-database");
            assertThat(daemon.api()
                            .get("/1.0/instances/webserver")
                            .path("status")
                            .asString())
                    .isEqualTo("Stopped");
        }
    }

    @Test
    void with_machines_on_two_hosts_are_planned_and_say_what_waits() {
        try (Daemon daemon = Daemon.start("athens")) {
            String site = EXAMPLES.resolve("athens-rome/site.yaml").toString();
            assertThat(berth(daemon, Map.of(), "berth", "plan", site))
                    .contains("site.yaml:4:1  hosts: none of athens, rome is this host", "Nothing can be applied.");
            daemon.host()
                    .run("ip", "addr", "add", "192.168.0.2/32", "dev", "lo")
                    .orFail();
            assertThat(berth(daemon, Map.of(), "berth", "plan", site))
                    .contains("instance:some-athens-guest   kind is vm: this version does not run virtual machines")
                    .contains("pool:guests", "image:baseline", "profile:baseline", "no changes.");
            assertThat(berth(daemon, Map.of(), "berth", "apply", site)).contains("no changes.");
        }
    }

    @Test
    void of_what_lxd_init_asks_is_applied_where_the_daemons_files_are_on_btrfs() throws Exception {
        try (Daemon daemon = Daemon.start("init")) {
            Path disk = daemon.host().directory().resolve("disk");
            Path pools = Files.createDirectories(daemon.directory().resolve("storage-pools"));
            daemon.host().run("truncate", "-s", "1G", disk.toString()).orFail();
            daemon.host().run("mkfs.btrfs", "-q", disk.toString()).orFail();
            daemon.host()
                    .run("mount", "-o", "loop", disk.toString(), pools.toString())
                    .orFail();
            String image = Ground.image(daemon);
            daemon.api().done("POST", "/1.0/images/aliases", "{\"name\":\"debian/12\",\"target\":\"" + image + "\"}");
            for (String spelling : new String[] {"yaml", "json", "nix"}) {
                if (spelling.equals("nix") && !Files.isExecutable(Path.of("/usr/bin/nix-instantiate"))) {
                    continue;
                }
                String site = EXAMPLES.resolve("lxd/site." + spelling).toString();
                assertThat(berth(daemon, Map.of(), "berth", "apply", "--no-wait", site))
                        .contains(spelling.equals("yaml") ? "done.   generation 1" : "no changes.");
            }
            assertThat(daemon.inside("first", "echo here").strip()).isEqualTo("here");
            assertThat(daemon.api()
                            .get("/1.0/storage-pools/default")
                            .path("config")
                            .path("source")
                            .asString())
                    .isEqualTo(pools + "/default");
        }
    }

    @Test
    void with_systemds_own_keys_give_a_guest_its_card_and_units_and_leave_the_hosts_to_the_host() {
        try (Daemon daemon = Daemon.start("macvlan")) {
            String image = Ground.image(daemon);
            daemon.api().done("POST", "/1.0/storage-pools", "{\"name\":\"default\",\"driver\":\"dir\"}");
            daemon.api().done("POST", "/1.0/images/aliases", "{\"name\":\"debian/12\",\"target\":\"" + image + "\"}");
            daemon.host()
                    .run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth1b")
                    .orFail();
            for (String spelling : new String[] {"yaml", "json"}) {
                String site = EXAMPLES.resolve("macvlan/site." + spelling).toString();
                assertThat(berth(daemon, Map.of(), "berth", "apply", "--no-wait", site))
                        .contains(spelling.equals("yaml") ? "done.   generation 1" : "no changes.");
                assertThat(berth(daemon, Map.of(), "berth", "plan", site))
                        .contains("host   systemd.network is of the host's own networkd", "no changes.");
            }
            assertThat(daemon.inside("vlandemo", "cat /etc/systemd/network/10-mv-eth1.network"))
                    .isEqualTo("[Match]\nName=mv-eth1\n[Network]\nAddress=192.168.2.5/24\n");
            assertThat(daemon.inside("vlandemo", "ls /sys/class/net")).contains("mv-eth1");
        }
    }

    @Test
    void of_one_guest_follow_their_file_and_go_back() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-build")), "nix-bin is not installed");
        try (Daemon daemon = Daemon.start("imperative")) {
            daemon.api().done("POST", "/1.0/storage-pools", "{\"name\":\"default\",\"driver\":\"dir\"}");
            Map<String, String> nix = daemon.nix().nixpkgs();
            Path folder = Files.createDirectories(daemon.host().directory().resolve("web"));
            for (String file : new String[] {"web.yaml", "nginx.nix"}) {
                Files.copy(EXAMPLES.resolve("imperative/" + file), folder.resolve(file));
            }
            String web = folder.resolve("web.yaml").toString();
            assertThat(berth(daemon, nix, "nixos-nspawn", "create", "web", web)).contains("done.   generation 1");
            String first = current(daemon, "web");
            assertThat(first).endsWith("-nixos-system-web");
            Files.writeString(folder.resolve("nginx.nix"), "{ services.nginx.enable = true; }");
            assertThat(berth(daemon, nix, "nixos-nspawn", "update", "web", "--config", web, "--reload"))
                    .contains("done.   generation 2");
            assertThat(current(daemon, "web")).isNotEqualTo(first).endsWith("-nixos-system-web");
            assertThat(berth(daemon, Map.of(), "berth", "rollback", "1", "--site", "imperative"))
                    .contains("done.   generation 3");
            assertThat(current(daemon, "web")).isEqualTo(first);
        }
    }
}
