package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The old commands nixos-nspawn and nixos-container, on real guests. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NixosShimsTest {
    private Daemon daemon;

    @BeforeAll
    void a_pool_and_an_image() {
        daemon = Daemon.start("shims");
        Ground.image(daemon);
        daemon.api().done("POST", "/1.0/storage-pools", "{\"name\":\"default\",\"driver\":\"dir\"}");
    }

    @AfterAll
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private String run(String program, String... words) {
        var run = daemon.command(program, words);
        return run.out() + run.err() + "exit " + run.code() + "\n";
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(daemon.host().directory().resolve(name), text);
    }

    private long pid(String name) {
        return daemon.api().get("/1.0/instances/" + name + "/state").path("pid").asLong();
    }

    @Test
    void nixos_nspawn_makes_changes_and_removes_a_guest_by_its_file() throws Exception {
        String text = """
                image: bb
                network: none
                memory: 64MiB
                guest.files: { /etc/who: { content: "first" } }
                """;
        Path web = file("web.yaml", text);
        assertThat(run("nixos-nspawn", "create", "web", web.toString())).contains("instance:web", "done.", "exit 0");
        assertThat(run("berth", "exec", "web", "--", "cat", "/etc/who")).startsWith("first");
        assertThat(run("nixos-nspawn", "create", "web", web.toString())).contains("web is there already", "exit 1");
        assertThat(run("nixos-nspawn", "list")).contains("web", "Running", web.toString());
        long before = pid("web");

        Files.writeString(web, text.replace("first", "second").replace("64MiB", "80MiB"));
        assertThat(run("nixos-nspawn", "update", "web", "--config", web.toString(), "--reload"))
                .contains("done.", "exit 0");
        assertThat(pid("web")).isEqualTo(before);
        assertThat(run("berth", "exec", "web", "--", "cat", "/etc/who")).startsWith("second");
        assertThat(run("nixos-nspawn", "list-generations", "web"))
                .contains("(current)")
                .satisfies(it -> assertThat(it.lines().filter(line -> line.contains(web.toString())))
                        .hasSize(2));

        assertThat(run("nixos-nspawn", "rollback", "web")).contains("done.", "exit 0");
        assertThat(run("berth", "config", "get", "web", "limits.memory")).startsWith("64MiB");
        assertThat(run("nixos-nspawn", "update", "web", "--config", web.toString(), "--restart"))
                .contains("done.", "exit 0");
        assertThat(pid("web")).isNotEqualTo(before);
        assertThat(run("berth", "config", "set", "web", "limits.memory=1GiB"))
                .contains("is declared in site imperative (" + web + ":1)");

        Files.writeString(web, text.replace("memory", "memroy"));
        assertThat(run("nixos-nspawn", "update", "web", "--config", web.toString()))
                .contains(web + ":3:1  instances.web.memroy: unknown key. Did you mean memory?", "exit 1");

        run("berth", "stop", "web", "--force");
        assertThat(run("nixos-nspawn", "autostart", "--dry-run")).contains("would be started: web");
        assertThat(run("nixos-nspawn", "autostart")).contains("started: web");
        assertThat(pid("web")).isPositive();
        run("berth", "exec", "web", "--", "sh", "-c", "echo kept > /root/mine");
        assertThat(run("nixos-nspawn", "remove", "web")).contains("web is stopped and kept with its data", "exit 0");
        Files.writeString(web, text);
        assertThat(run("nixos-nspawn", "create", "web", web.toString())).contains("exit 0");
        assertThat(run("berth", "exec", "web", "--", "cat", "/root/mine")).startsWith("kept");
        assertThat(run("nixos-nspawn", "remove", "web", "--delete-state")).contains("web is deleted.", "exit 0");
        assertThat(daemon.door().ask("GET", "/1.0/instances/web").status()).isEqualTo(404);
        assertThat(run("nixos-nspawn", "remove", "web")).contains("web is not one of these guests", "exit 1");
    }

    @Test
    void nixos_nspawn_takes_a_file_in_nix() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-instantiate")), "nix-bin is not installed");
        Files.createDirectories(daemon.host().directory().resolve("nix"));
        Path web = file("nix/web.nix", "{ image = \"bb\"; network = \"none\"; memory = \"64MiB\"; }");
        assertThat(run("nixos-nspawn", "create", "nixed", web.toString())).contains("done.", "exit 0");
        Path own = file("nix/own.nix", "{ image = \"bb\"; network = { }; }");
        assertThat(run("nixos-nspawn", "create", "own", own.toString())).contains("network:ve-own", "done.", "exit 0");
        assertThat(run("nixos-nspawn", "remove", "own", "--delete-state")).contains("own is deleted.", "exit 0");
        assertThat(daemon.door().ask("GET", "/1.0/networks/ve-own").status()).isEqualTo(404);
        Path rfc = file("nix/rfc.nix", "{ network = \"none\"; system-config = { pkgs, ... }: { }; }");
        assertThat(run("nixos-nspawn", "create", "rfc", rfc.toString()))
                .contains(
                        "instances.rfc.system-config (nix:" + rfc,
                        "could not be built",
                        "Nothing was changed.",
                        "exit 1");
        assertThat(run("nixos-nspawn", "remove", "nixed", "--delete-state")).contains("exit 0");
    }

    @Test
    void berth_itself_makes_changes_and_removes_a_guest_by_its_file() throws Exception {
        Path one = file("one.yaml", "image: bb\nnetwork: none\nmemory: 64MiB\n");
        assertThat(run("berth", "create", "one", one.toString())).contains("instance:one", "done.", "exit 0");
        assertThat(run("berth", "create", "one", one.toString()))
                .contains("one is there already; to change it: berth update one " + one, "exit 1");
        assertThat(run("berth", "create", "two", one.toString(), "-c", "limits.cpu=1"))
                .contains("--config does not go with a file", "exit 1");
        Files.writeString(one, "image: bb\nnetwork: none\nmemory: 65MiB\n");
        assertThat(run("berth", "update", "one", one.toString())).contains("done.", "exit 0");
        assertThat(run("berth", "config", "get", "one", "limits.memory")).startsWith("65MiB");
        assertThat(run("berth", "update", "none", one.toString()))
                .contains("none is not one of these guests", "exit 1");
        assertThat(run("berth", "remove", "one")).contains("one is stopped and kept with its data", "exit 0");
        assertThat(run("berth", "create", "one", one.toString())).contains("done.", "exit 0");
        assertThat(run("berth", "remove", "one", "--delete-state")).contains("one is deleted.", "exit 0");
    }

    @Test
    void guests_that_are_made_at_the_same_time_do_not_take_each_others_place() throws Exception {
        Path small = file("small.yaml", "image: bb\nnetwork: none\n");
        try (var at = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Callable<String>>();
            for (String name : List.of("p1", "p2", "p3")) {
                all.add(() -> run("nixos-nspawn", "create", name, small.toString()));
            }
            for (var each : at.invokeAll(all)) {
                assertThat(each.get()).contains("exit 0");
            }
        }
        assertThat(run("nixos-nspawn", "list")).contains("p1", "p2", "p3").doesNotContain("Stopped");
        for (String name : List.of("p1", "p2", "p3")) {
            assertThat(run("nixos-nspawn", "remove", name, "--delete-state")).contains("exit 0");
        }
    }

    @Test
    void nixos_container_knows_its_old_verbs_and_hands_out_addresses() throws Exception {
        assertThat(run("nixos-container", "create", "db", "--image", "bb", "--port", "tcp:8081:80"))
                .contains("host IP is 10.233.1.1, container IP is 10.233.1.2", "exit 0");
        assertThat(run("nixos-container", "status", "db")).startsWith("down\n");
        Path quiet = file("script", "#!/bin/sh\n"); // nothing in this image is to ask for addresses
        run("berth", "file", "push", "--mode=0755", quiet.toString(), "db/etc/udhcpc/script");
        assertThat(run("nixos-container", "start", "db")).contains("exit 0");
        assertThat(run("nixos-container", "status", "db")).startsWith("up\n");
        assertThat(run("nixos-container", "show-ip", "db")).startsWith("10.233.1.2\n");
        daemon.host().run("busybox", "ping", "-c", "1", "-W", "2", "10.233.1.2").orFail();
        assertThat(run("nixos-container", "run", "db", "--", "echo", "-n", "inside"))
                .startsWith("inside");
        assertThat(run("nixos-container", "create", "db", "--image", "bb", "--ensure-unique-name", "--auto-start"))
                .contains("host IP is 10.233.2.1, container IP is 10.233.2.2", "db-0\n", "exit 0");
        assertThat(run("nixos-container", "status", "db-0")).startsWith("up\n");
        assertThat(run("nixos-container", "list")).contains("db\ndb-0\n");
        long before = pid("db");
        assertThat(run("nixos-container", "update", "db")).contains("no changes.", "exit 0");
        assertThat(run("nixos-container", "restart", "db")).contains("exit 0");
        assertThat(pid("db")).isNotEqualTo(before);
        assertThat(run("nixos-container", "terminate", "db")).contains("exit 0");
        assertThat(run("nixos-container", "status", "db")).startsWith("down\n");
        assertThat(run("nixos-container", "show-host-key", "db-0")).contains("db-0 has no SSH host key", "exit 1");
        assertThat(run("nixos-container", "create", "a-name-too-long", "--image", "bb"))
                .contains("is too long: at most 11 characters", "exit 1");
        assertThat(run("nixos-container", "create", "x", "--system-path", "/nix/x"))
                .contains("instances.x.path: /nix/x leads to nothing", "exit 1");
        for (String name : List.of("db", "db-0")) {
            assertThat(run("nixos-container", "destroy", name))
                    .contains(name + " is stopped and kept with its data", "exit 0");
        }
        assertThat(run("nixos-container", "status", "db")).startsWith("down\n");
        assertThat(run("berth", "purge", "--site", "imperative", "--yes")).contains("2 deleted.");
        assertThat(run("nixos-container", "status", "db")).startsWith("gone\n");
    }
}
