package berth.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.host.HostOfItsOwn.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients written for LXD drive the daemon as they are: Debian's {@code lxc}, python3-pylxd, Ansible's modules (S0-5). */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {
    private Daemon daemon;

    @BeforeAll
    void prepare_with_lxc_itself() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc")), "the package lxd-client is not installed");
        daemon = Daemon.start("clients");
        Path image = Ground.archive(daemon.host());
        lxc("storage", "create", "default", "dir").orFail();
        lxc("network", "create", "br0", "ipv4.address=10.77.0.1/24", "ipv6.address=none")
                .orFail();
        lxc("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default")
                .orFail();
        lxc("profile", "device", "add", "default", "eth0", "nic", "network=br0", "name=eth0")
                .orFail();
        lxc("image", "import", image.toString(), "--alias", "bb").orFail();
    }

    @AfterAll
    void nothing_is_left_on_the_machine() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void lxc_launches_lists_and_deletes() {
        lxc("launch", "bb", "a1").orFail();
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(
                                lxc("list", "--format", "csv", "-c", "ns4").out())
                        .contains("a1,RUNNING,10.77.0."));
        assertThat(lxc("info", "a1").orFail().out()).contains("Status: RUNNING").contains("eth0:");
        lxc("delete", "-f", "a1").orFail();
        assertThat(lxc("list", "--format", "csv").orFail().out()).doesNotContain("a1");
    }

    @Test
    void lxc_runs_commands_with_their_exit_codes_and_outputs() {
        lxc("launch", "bb", "a2").orFail();
        assertThat(lxc("exec", "a2", "--", "id", "-u").orFail().out()).isEqualTo("0\n");
        assertThat(lxc("exec", "a2", "--", "sh", "-c", "exit 7").code()).isEqualTo(7);
        var both = lxc("exec", "a2", "--", "sh", "-c", "echo out; echo err >&2");
        assertThat(both.out()).isEqualTo("out\n");
        assertThat(both.err()).isEqualTo("err\n");
        assertThat(lxc("exec", "a2", "--env", "A=b c", "--cwd", "/tmp", "--", "sh", "-c", "echo $A $(pwd)")
                        .orFail()
                        .out())
                .isEqualTo("b c /tmp\n");
        assertThat(lxc("exec", "a2", "--", "/nope").code()).isEqualTo(127);
        lxc("delete", "-f", "a2").orFail();
    }

    @Test
    void lxc_changes_configuration() {
        lxc("init", "bb", "a3", "-c", "user.color=blue").orFail();
        assertThat(lxc("config", "get", "a3", "user.color").orFail().out()).isEqualTo("blue\n");
        lxc("config", "set", "a3", "limits.memory", "64MiB").orFail();
        lxc("config", "unset", "a3", "user.color").orFail();
        assertThat(lxc("config", "show", "a3").orFail().out())
                .contains("limits.memory: 64MiB")
                .doesNotContain("color");
        lxc("config", "device", "add", "a3", "tmp", "disk", "source=/usr", "path=/mnt")
                .orFail();
        lxc("start", "a3").orFail();
        assertThat(lxc("exec", "a3", "--", "ls", "/mnt").orFail().out()).contains("share");
        lxc("stop", "a3").orFail();
        lxc("rename", "a3", "a4").orFail();
        lxc("delete", "a4").orFail();
    }

    @Test
    void lxc_takes_and_restores_snapshots() {
        lxc("launch", "bb", "a5").orFail();
        lxc("exec", "a5", "--", "sh", "-c", "echo one > /root/note").orFail();
        lxc("snapshot", "a5", "first").orFail();
        lxc("exec", "a5", "--", "sh", "-c", "echo two > /root/note").orFail();
        lxc("restore", "a5", "first").orFail();
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(
                                lxc("exec", "a5", "--", "cat", "/root/note").out())
                        .isEqualTo("one\n"));
        lxc("config", "set", "a5", "snapshots.expiry", "2d").orFail();
        lxc("snapshot", "a5", "goes").orFail();
        lxc("snapshot", "a5", "stays", "--no-expiry").orFail();
        assertThat(lxc("config", "show", "a5/goes").orFail().out()).doesNotContain("expires_at: 0001");
        assertThat(lxc("config", "show", "a5/stays").orFail().out()).contains("expires_at: 0001-01-01T00:00:00Z");
        lxc("delete", "-f", "a5").orFail();
    }

    @Test
    void lxc_lists_the_addresses_of_guests_that_have_never_run() {
        lxc("init", "bb", "b1", "-d", "eth0,ipv4.address=10.77.0.201").orFail();
        assertThat(lxc("network", "list-leases", "br0", "--format", "csv")
                        .orFail()
                        .out())
                .containsPattern("b1,00:16:3e:[0-9a-f:]+,10.77.0.201,STATIC");
        lxc("init", "bb", "b2", "-d", "eth0,ipv4.address=10.77.0.201").orFail();
        assertThat(lxc("start", "b2").err()).contains("already defined on another NIC");
        lxc("config", "device", "set", "b2", "eth0", "ipv4.address=10.77.0.202").orFail();
        lxc("start", "b2").orFail();
        lxc("delete", "-f", "b1", "b2").orFail();
    }

    @Test
    void lxc_moves_files() throws Exception {
        lxc("launch", "bb", "a6").orFail();
        Path file = Files.writeString(daemon.host().directory().resolve("file"), "content\n");
        lxc("file", "push", file.toString(), "a6/root/file").orFail();
        assertThat(lxc("exec", "a6", "--", "cat", "/root/file").orFail().out()).isEqualTo("content\n");
        assertThat(lxc("file", "pull", "a6/root/file", "-").orFail().out()).isEqualTo("content\n");
        lxc("file", "push", "-p", "--uid", "7", "--mode", "0600", file.toString(), "a6/srv/x/y")
                .orFail();
        assertThat(lxc("exec", "a6", "--", "stat", "-c", "%u %a", "/srv/x/y")
                        .orFail()
                        .out())
                .isEqualTo("7 600\n");
        Path tree = Files.createDirectories(daemon.host().directory().resolve("tree/sub"))
                .getParent();
        Files.writeString(tree.resolve("sub/one"), "one");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("sub/one"));
        lxc("file", "push", "-r", "-p", tree.toString(), "a6/srv/trees/").orFail();
        assertThat(lxc("exec", "a6", "--", "cat", "/srv/trees/tree/link")
                        .orFail()
                        .out())
                .isEqualTo("one");
        lxc("stop", "-f", "a6").orFail();
        Path back = Files.createDirectories(daemon.host().directory().resolve("back"));
        lxc("file", "pull", "-r", "a6/srv/trees/tree", back.toString()).orFail();
        assertThat(back.resolve("tree/sub/one")).hasContent("one");
        lxc("file", "delete", "a6/srv/trees/tree/link").orFail();
        assertThat(lxc("file", "pull", "a6/srv/trees/tree/link", "-").err()).contains("Not Found");
        lxc("delete", "-f", "a6").orFail();
    }

    @Test
    void lxc_console_is_a_terminal_of_the_guest() throws Exception {
        lxc("init", "bb", "a8").orFail();
        Path boot = Files.writeString(
                daemon.host().directory().resolve("rc.local"),
                "#!/bin/sh\necho booted with a console > /dev/console\n"
                        + "while :; do setsid -c sh -i </dev/console >/dev/console 2>&1; sleep 0.2; done\n");
        lxc("file", "push", "--mode", "0755", boot.toString(), "a8/etc/rc.local")
                .orFail();
        lxc("start", "a8").orFail();
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(
                                lxc("console", "a8", "--show-log").orFail().out())
                        .contains("booted with a console"));
        Path script = Files.writeString(daemon.host().directory().resolve("console.py"), CONSOLE);
        assertThat(daemon.host()
                        .run(
                                "env",
                                "LXD_DIR=" + daemon.directory(),
                                "LXD_CONF=" + daemon.host().directory().resolve("lxc-conf"),
                                "/usr/bin/python3",
                                script.toString(),
                                "lxc",
                                "console",
                                "a8")
                        .orFail()
                        .out())
                .endsWith("all well\n");
        lxc("stop", "-f", "a8").orFail();
        assertThat(lxc("console", "a8", "--show-log").orFail().out()).contains("booted with a console");
        daemon.api().done("DELETE", "/1.0/instances/a8/console", "");
        assertThat(lxc("console", "a8", "--show-log").orFail().out()).doesNotContain("booted");
        lxc("delete", "a8").orFail();
    }

    @Test
    void lxc_shows_networks_pools_profiles_and_images() {
        assertThat(lxc("network", "show", "br0").orFail().out()).contains("ipv4.address: 10.77.0.1/24");
        assertThat(lxc("network", "list-leases", "br0").orFail().out()).contains("10.77.0.1");
        assertThat(lxc("storage", "list", "--format", "csv").orFail().out()).contains("default,dir");
        assertThat(lxc("storage", "info", "default").orFail().out()).contains("total space");
        assertThat(lxc("profile", "show", "default").orFail().out()).contains("pool: default");
        assertThat(lxc("image", "info", "bb").orFail().out()).contains("Architecture: x86_64");
        assertThat(lxc("image", "alias", "list", "--format", "csv").orFail().out())
                .contains("bb,");
        assertThat(lxc("query", "/1.0").orFail().out()).contains("api_version");
        lxc("operation", "list").orFail();
    }

    @Test
    void guests_go_on_while_the_daemon_is_killed_and_comes_back() {
        lxc("launch", "bb", "a7").orFail();
        String before = lxc("info", "a7")
                .orFail()
                .out()
                .lines()
                .filter(it -> it.startsWith("PID:"))
                .findFirst()
                .orElseThrow();
        daemon.kill();
        daemon.startAgain(java.util.Map.of());
        assertThat(lxc("info", "a7").orFail().out()).contains(before).contains("Status: RUNNING");
        daemon.stop();
        daemon.startAgain(java.util.Map.of());
        assertThat(lxc("info", "a7").orFail().out()).contains(before).contains("Status: RUNNING");
        lxc("delete", "-f", "a7").orFail();
    }

    @Test
    void pylxd_drives_a_life() throws Exception {
        assumeTrue(
                daemon.host().run("/usr/bin/python3", "-c", "import pylxd").code() == 0,
                "the package python3-pylxd is not installed");
        Path script = Files.writeString(daemon.host().directory().resolve("life.py"), PYLXD);
        var run = daemon.host()
                .run(
                        "env",
                        "LXD_DIR=" + daemon.directory(),
                        "/usr/bin/python3", // that of the package
                        "-W",
                        "ignore",
                        script.toString(),
                        daemon.door().socket().toString());
        assertThat(run.orFail().out()).endsWith("all well\n");
    }

    @Test
    void ansible_has_nothing_to_change_when_a_playbook_runs_again() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ansible-playbook")), "the package ansible is not installed");
        Path playbook = Files.writeString(daemon.host().directory().resolve("site.yml"), PLAYBOOK);
        assertThat(ansible(playbook).orFail().out())
                .contains("\"hello from 0\"")
                .containsPattern("localhost +: ok=6 +changed=3 +unreachable=0 +failed=0");
        assertThat(ansible(playbook).orFail().out())
                .containsPattern("localhost +: ok=6 +changed=0 +unreachable=0 +failed=0");
        lxc("config", "unset", "an1", "user.colour").orFail();
        lxc("profile", "device", "set", "web", "eth0", "hwaddr=00:16:3e:00:00:01")
                .orFail();
        assertThat(ansible(playbook).orFail().out())
                .containsPattern("localhost +: ok=6 +changed=2 +unreachable=0 +failed=0");
        assertThat(lxc("config", "get", "an1", "user.colour").orFail().out()).isEqualTo("blue\n");
        lxc("delete", "-f", "an1", "an2").orFail();
        lxc("profile", "delete", "web").orFail();
    }

    private Output ansible(Path playbook) {
        return daemon.host()
                .run(
                        "env",
                        "LXD_DIR=" + daemon.directory(),
                        "LXD_CONF=" + daemon.host().directory().resolve("lxc-conf"),
                        "HOME=" + daemon.host().directory(),
                        "LC_ALL=C.UTF-8",
                        "/usr/bin/ansible-playbook",
                        "--inventory=localhost,",
                        "--extra-vars=ansible_python_interpreter=/usr/bin/python3",
                        "--extra-vars=url=unix:" + daemon.door().socket(),
                        playbook.toString());
    }

    private Output lxc(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "LXD_DIR=" + daemon.directory(),
                "LXD_CONF=" + daemon.host().directory().resolve("lxc-conf"),
                "lxc"));
        command.addAll(List.of(arguments));
        return daemon.host().run(command.toArray(String[]::new));
    }

    /** Types on a terminal, as a person would: a command, a look at the size of the window, ctrl+a q. */
    private static final String CONSOLE = """
            import fcntl, os, pty, re, select, struct, sys, termios, time
            child, tty = pty.fork()
            if child == 0:
                os.execvp(sys.argv[1], sys.argv[1:])
            fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
            said = b""
            def until(pattern, keys, every=1.0):
                global said
                end = time.time() + 30
                again = 0
                while not re.search(pattern, said):
                    assert time.time() < end, (pattern, said)
                    if time.time() > again:
                        os.write(tty, keys)
                        again = time.time() + every
                    if select.select([tty], [], [], 0.1)[0]:
                        said += os.read(tty, 65536)
            until(b"# ", b"\\r")
            until(b"he1lo", b"echo he$((2-1))lo\\r")
            until(b"33 101", b"stty size\\r")
            os.write(tty, b"\\x01")
            time.sleep(0.5) # lxc looks at the first key of what it reads at once, and a person types one by one
            os.write(tty, b"q")
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            print("all well")
            """;

    private static final String PLAYBOOK = """
            - hosts: localhost
              connection: local
              gather_facts: false
              module_defaults:
                community.general.lxd_profile: {url: "{{ url }}"}
                community.general.lxd_container: {url: "{{ url }}", ignore_volatile_options: true}
              tasks:
                - name: a profile
                  community.general.lxd_profile:
                    name: web
                    description: web guests
                    config: {limits.memory: 128MiB, user.role: web}
                    devices:
                      eth0: {type: nic, network: br0, name: eth0}
                - name: a guest that runs
                  community.general.lxd_container:
                    name: an1
                    state: started
                    source: {type: image, alias: bb}
                    profiles: [default, web]
                    config: {user.colour: blue}
                    devices:
                      eth0: {type: nic, network: br0, name: eth0, ipv4.address: 10.77.0.77}
                    wait_for_ipv4_addresses: true
                - name: a guest that does not
                  community.general.lxd_container:
                    name: an2
                    state: stopped
                    source: {type: image, alias: bb}
                    profiles: [web, default]
                    ephemeral: false
                - name: one that must not be there
                  community.general.lxd_container: {name: an3, state: absent}
                - name: for the guest itself
                  add_host: {name: an1, ansible_connection: community.general.lxd}
                  changed_when: false
                - name: nothing there is nothing to do
                  community.general.lxd_profile: {name: none, state: absent}
            - hosts: an1
              gather_facts: false
              tasks:
                - raw: echo hello from $(id -u)
                  register: said
                  changed_when: false
                - debug: {var: said.stdout_lines}
            """;

    private static final String PYLXD = """
            import sys, urllib.parse, pylxd
            client = pylxd.Client(endpoint="http+unix://" + urllib.parse.quote(sys.argv[1], safe=""))
            assert client.has_api_extension("etag")
            config = {"name": "py1", "source": {"type": "image", "alias": "bb"}, "config": {"user.by": "pylxd"}}
            guest = client.containers.create(config, wait=True)
            assert guest.status == "Stopped", guest.status
            guest.start(wait=True)
            guest.sync()
            assert guest.status == "Running", guest.status
            code, out, err = guest.execute(["sh", "-c", "echo hello; exit 3"])
            assert (code, out) == (3, "hello\\n"), (code, out, err)
            guest.files.put("/root/from-pylxd", b"\\x00bytes\\xff", mode=0o640, uid=5, gid=6)
            assert guest.files.get("/root/from-pylxd") == b"\\x00bytes\\xff"
            assert guest.execute(["stat", "-c", "%u %g %a", "/root/from-pylxd"])[1] == "5 6 640\\n"
            guest.files.delete("/root/from-pylxd")
            try:
                guest.files.get("/root/from-pylxd")
                assert False
            except pylxd.exceptions.NotFound:
                pass
            state = guest.state()
            assert state.pid > 0
            guest.config["user.by"] = "changed"
            guest.save(wait=True)
            assert client.containers.get("py1").config["user.by"] == "changed"
            snapshot = guest.snapshots.create("s1", wait=True)
            assert [it.name for it in guest.snapshots.all()] == ["s1"]
            assert client.profiles.get("default").name == "default"
            assert any(it.name == "br0" for it in client.networks.all())
            assert client.images.get_by_alias("bb").fingerprint
            assert client.storage_pools.get("default").driver == "dir"
            guest.stop(force=True, wait=True)
            guest.delete(wait=True)
            assert not client.containers.exists("py1")
            print("all well")
            """;
}
