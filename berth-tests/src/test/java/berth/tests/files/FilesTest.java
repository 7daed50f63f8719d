package berth.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import berth.tests.http.Api;
import berth.tests.http.Door;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files go in and out of real containers: {@code d} in a pool of directories and {@code b} in one of btrfs, running or
 * stopped.
 */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FilesTest {
    private static final int ROUNDS = 200;

    private Daemon daemon;
    private Door door;
    private Api api;

    @BeforeAll
    void make_two_containers() throws Exception {
        daemon = Daemon.start("files");
        door = daemon.door();
        api = daemon.api();
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"btrfs\",\"driver\":\"btrfs\",\"config\":{\"size\":\"1GiB\"}}");
        Ground.image(daemon);
        for (String pool : List.of("dir", "btrfs")) {
            api.done(
                    "POST",
                    "/1.0/instances",
                    "{\"name\":\"" + pool.charAt(0) + "\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"devices\":"
                            + "{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"" + pool + "\"}}}");
        }
    }

    @AfterAll
    void tidy_up() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"d running", "d stopped", "b running", "b stopped"})
    void come_back_byte_for_byte_with_owner_and_mode(String where) {
        String name = in(where);
        for (int size : List.of(0, 1 << 10, 16 << 20)) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            push(name, "/tmp/f", bytes, "X-LXD-uid", "1000", "X-LXD-gid", "1001", "X-LXD-mode", "0640")
                    .orFail();
            var back = door.ask("GET", path(name, "/tmp/f")).orFail();
            assertThat(back.body()).isEqualTo(bytes);
            assertThat(back.headers())
                    .containsEntry("x-lxd-uid", "1000")
                    .containsEntry("x-lxd-gid", "1001")
                    .containsEntry("x-lxd-mode", "0640")
                    .containsEntry("x-lxd-type", "file");
            assertThat(back.headers().get("x-lxd-modified"))
                    .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0000 UTC");
            assertThat(door.ask("HEAD", path(name, "/tmp/f")).headers()).containsEntry("x-lxd-uid", "1000");
            delete(name, "/tmp/f").orFail();
            assertThat(door.ask("GET", path(name, "/tmp/f")).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "b"})
    void are_the_same_running_and_stopped(String name) {
        in(name + " stopped");
        push(name, "/root/cold", bytes("cold"), "X-LXD-uid", "7", "X-LXD-gid", "70000")
                .orFail();
        in(name + " running");
        push(name, "/root/warm", bytes("warm"), "X-LXD-uid", "8", "X-LXD-gid", "9")
                .orFail();
        for (String state : List.of(" running", " stopped")) {
            in(name + state);
            var cold = door.ask("GET", path(name, "/root/cold")).orFail();
            assertThat(cold.text()).isEqualTo("cold");
            assertThat(cold.headers()).containsEntry("x-lxd-uid", "7").containsEntry("x-lxd-mode", "0644");
            var warm = door.ask("GET", path(name, "/root/warm")).orFail();
            assertThat(warm.text()).isEqualTo("warm");
            assertThat(warm.headers()).containsEntry("x-lxd-uid", "8").containsEntry("x-lxd-gid", "9");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"d running", "d stopped", "b running", "b stopped"})
    void keep_owner_and_mode_when_they_are_written_again(String where) {
        String name = in(where);
        push(name, "/tmp/log", bytes("one "), "X-LXD-uid", "5", "X-LXD-mode", "0600")
                .orFail();
        push(name, "/tmp/log", bytes("two "), "X-LXD-write", "append", "X-LXD-uid", "6", "X-LXD-mode", "0777")
                .orFail();
        var log = door.ask("GET", path(name, "/tmp/log")).orFail();
        assertThat(log.text()).isEqualTo("one two ");
        assertThat(log.headers()).containsEntry("x-lxd-uid", "5").containsEntry("x-lxd-mode", "0600");
        push(name, "/tmp/log", bytes("3")).orFail();
        assertThat(door.ask("GET", path(name, "/tmp/log")).text()).isEqualTo("3");
        assertThat(push(name, "/tmp/log", bytes("x"), "X-LXD-write", "never").text())
                .contains("Bad file write mode: never");
        assertThat(push(name, "/tmp/nobody", bytes("x"), "X-LXD-uid", "4000000000")
                        .status())
                .isEqualTo(400);
        delete(name, "/tmp/log").orFail();
        assertThat(names(name, "/tmp")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"d running", "d stopped", "b running", "b stopped"})
    void directories_and_links_are_made_once(String where) {
        String name = in(where);
        for (int i = 0; i < 2; i++) {
            push(name, "/tmp/dir", new byte[0], "X-LXD-type", "directory", "X-LXD-uid", "3")
                    .orFail();
            push(name, "/tmp/link", bytes("dir"), "X-LXD-type", "symlink").orFail();
        }
        var directory = door.ask("GET", path(name, "/tmp/dir")).orFail();
        assertThat(directory.headers())
                .containsEntry("x-lxd-type", "directory")
                .containsEntry("x-lxd-mode", "0750")
                .containsEntry("x-lxd-uid", "3");
        var link = door.ask("GET", path(name, "/tmp/link")).orFail();
        assertThat(link.headers()).containsEntry("x-lxd-type", "symlink");
        assertThat(link.text()).isEqualTo("/tmp/dir");
        assertThat(push(name, "/tmp/link", bytes("else"), "X-LXD-type", "symlink")
                        .status())
                .isEqualTo(400);
        push(name, "/tmp/link/inner", bytes("x")).orFail();
        assertThat(names(name, "/tmp/dir")).containsExactly("inner");
        assertThat(push(name, "/tmp/none/inner", bytes("x")).status()).isEqualTo(404);
        assertThat(push(name, "/tmp/dir", bytes("x")).status()).isEqualTo(400);
        assertThat(push(name, "/tmp/x", bytes("x"), "X-LXD-type", "nope").text())
                .contains("Bad file type: nope");
        assertThat(delete(name, "/tmp/dir").text()).contains("directory not empty");
        for (String path : List.of("/tmp/dir/inner", "/tmp/dir", "/tmp/link")) {
            delete(name, path).orFail();
        }
        assertThat(delete(name, "/tmp/dir").status()).isEqualTo(404);
        assertThat(names(name, "/tmp")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"d running", "d stopped", "b running", "b stopped"})
    void links_lead_nowhere_outside(String where) throws IOException {
        String name = in(where);
        Path canary = Files.createDirectories(daemon.host().directory().resolve("canary"));
        Files.writeString(canary.resolve("secret"), "of the host");
        push(name, "/root/out", bytes(canary.toString()), "X-LXD-type", "symlink")
                .orFail();
        push(name, "/root/up", bytes("../../../../../../../.." + canary), "X-LXD-type", "symlink")
                .orFail();
        push(name, "/root/file", bytes(canary + "/secret"), "X-LXD-type", "symlink")
                .orFail();
        for (String way : List.of("/root/out", "/root/up", "/root/../../../.." + canary)) {
            assertThat(door.ask("GET", path(name, way + "/secret")).status()).isEqualTo(404);
            assertThat(push(name, way + "/new", bytes("x")).status()).isEqualTo(404);
            assertThat(delete(name, way + "/secret").status()).isEqualTo(404);
        }
        assertThat(push(name, "/root/file", bytes("x")).status()).isGreaterThanOrEqualTo(400);
        for (String link : List.of("/root/out", "/root/up", "/root/file")) {
            delete(name, link).orFail();
        }
        assertThat(canary.resolve("secret")).hasContent("of the host");
        assertThat(canary.toFile().list()).containsExactly("secret");
    }

    @Test
    void what_the_kernel_obeys_is_not_reached_by_a_link() throws IOException {
        in("d running");
        Path pattern = Path.of("/proc/sys/kernel/core_pattern");
        String before = Files.readString(pattern);
        push("d", "/root/innocent", bytes("/proc/sys/kernel"), "X-LXD-type", "symlink")
                .orFail();
        assertThat(push("d", "/root/innocent/core_pattern", bytes("|/bin/sh")).text())
                .contains("where the kernel keeps no files");
        assertThat(door.ask("GET", path("d", "/root/innocent/core_pattern")).status())
                .isEqualTo(400);
        assertThat(door.ask("GET", path("d", "/proc/version")).status()).isEqualTo(400);
        assertThat(door.ask("GET", path("d", "/dev/null")).text()).contains("Bad file type");
        assertThat(pattern).hasContent(before.strip());
        delete("d", "/root/innocent").orFail();
    }

    @Test
    void a_guest_that_swaps_the_way_wins_nothing() throws Exception {
        in("d running");
        String loop = "while [ ! -e /root/stop ]; do mkdir /root/evil; rm -rf /root/evil; ln -s /etc /root/evil;"
                + " rm -f /root/evil; ln -s /proc/1/root/etc /root/evil; rm -f /root/evil; done; rm -f /root/stop";
        String operation = door.ask(
                        "POST",
                        "/1.0/instances/d/exec",
                        "{\"command\":[\"sh\",\"-c\",\"" + loop
                                + "\"],\"wait-for-websocket\":false,\"interactive\":false}")
                .orFail()
                .json()
                .path("operation")
                .asString();
        String file = "berth-canary-" + ProcessHandle.current().pid();
        var met = new TreeSet<Integer>();
        for (int i = 0; i < ROUNDS; i++) {
            met.add(push("d", "/root/evil/" + file, bytes("round " + i)).status());
            met.add(push("d", "/root/evil/" + file + ".d", new byte[0], "X-LXD-type", "directory", "X-LXD-uid", "1000")
                    .status());
            met.add(delete("d", "/root/evil/" + file + ".d").status());
            met.add(door.ask("GET", path("d", "/root/evil/passwd")).status());
            assertThat(Path.of("/etc", file)).doesNotExist();
            assertThat(Path.of("/etc", file + ".d")).doesNotExist();
        }
        push("d", "/root/stop", new byte[0]).orFail();
        door.ask("GET", operation + "/wait?timeout=30").orFail();
        assertThat(met)
                .as("it was won and lost, and never broke anything")
                .contains(404)
                .doesNotContain(500);
        assertThat(daemon.log()).doesNotContain(" broke:");
        delete("d", "/etc/" + file);
        delete("d", "/etc/" + file + ".d");
    }

    @Test
    void chunks_are_put_together_and_half_a_file_is_none() throws Exception {
        in("d stopped");
        var chunks = "POST " + path("d", "/tmp/chunked")
                + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        assertThat(new String(door.raw(bytes(chunks)), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200");
        assertThat(door.ask("GET", path("d", "/tmp/chunked")).text()).isEqualTo("hello world");
        delete("d", "/tmp/chunked").orFail();
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(door.socket()));
            channel.write(ByteBuffer.wrap(bytes("POST " + path("d", "/tmp/half")
                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly this")));
        }
        in("d running"); // it has its turn only after the upload has given up
        assertThat(names("d", "/tmp")).isEmpty();
    }

    @Test
    void berth_pushes_and_pulls_trees() throws Exception {
        in("d running");
        Path work = Files.createDirectories(daemon.host().directory().resolve("work/site/sub"))
                .getParent();
        byte[] page = new byte[3 << 20];
        new Random(3).nextBytes(page);
        Files.write(work.resolve("page"), page);
        Files.writeString(work.resolve("sub/run"), "#!/bin/sh");
        Files.setPosixFilePermissions(
                work.resolve("sub/run"), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(work.resolve("sub/up"), Path.of("../page"));
        Path out = Files.createDirectories(daemon.host().directory().resolve("out"));
        assertThat(berth("", "file", "push", work.toString(), "d/srv/")).contains("is a directory: use --recursive");
        assertThat(berth("", "file", "push", "-r", work.toString(), "d/srv/www"))
                .contains("Not Found");
        assertThat(berth("", "file", "push", "-r", "-p", work.toString(), "d/srv/www"))
                .isEmpty();
        assertThat(names("d", "/srv/www/site")).containsExactly("page", "sub");
        assertThat(berth("", "file", "pull", "d/srv/www", out.toString())).contains("use --recursive");
        assertThat(berth("", "file", "pull", "-r", "d/srv/www/site", out.toString()))
                .isEmpty();
        assertThat(out.resolve("site/page")).hasBinaryContent(page);
        assertThat(Files.getPosixFilePermissions(out.resolve("site/sub/run")))
                .isEqualTo(Files.getPosixFilePermissions(work.resolve("sub/run")));
        assertThat(Files.readSymbolicLink(out.resolve("site/sub/up"))).isEqualTo(Path.of("../page"));
        assertThat(berth("hello", "file", "push", "-", "d/srv/motd", "--mode", "644", "--uid", "9"))
                .isEmpty();
        assertThat(door.ask("GET", path("d", "/srv/motd")).headers())
                .containsEntry("x-lxd-mode", "0644")
                .containsEntry("x-lxd-uid", "9");
        assertThat(berth("", "file", "pull", "d/srv/motd", "-")).isEqualTo("hello");
        assertThat(berth("bye", "file", "edit", "d/srv/motd")).isEmpty();
        assertThat(berth("", "file", "pull", "d/srv/www/site/sub/up", out + "/followed"))
                .isEmpty();
        assertThat(out.resolve("followed")).hasBinaryContent(page);
        assertThat(berth("", "file", "pull", "d/srv/motd", "d/srv/www/site/page", out.toString()))
                .isEmpty();
        assertThat(out.resolve("motd")).hasContent("bye");
        assertThat(berth("", "file", "edit", "d/srv/none")).contains("Not Found");
        assertThat(berth("", "file", "delete", "d/srv/www")).contains("directory not empty");
        assertThat(berth("", "file", "delete", "d/srv/www/site/sub/up", "d/srv/motd"))
                .isEmpty();
        assertThat(names("d", "/srv")).containsExactly("www");
    }

    private String berth(String input, String... words) throws Exception {
        var command = new ArrayList<>(Checkout.berth());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BERTH_DIR", daemon.directory().toString());
        var process = builder.start();
        try (var to = process.getOutputStream()) {
            to.write(bytes(input));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /** The name of the instance, which is then as asked: {@code d running}. */
    private String in(String where) {
        String name = where.substring(0, 1);
        boolean running = where.endsWith("running");
        if (api.get("/1.0/instances/" + name).path("status").asString().equals("Running") != running) {
            api.done(
                    "PUT",
                    "/1.0/instances/" + name + "/state",
                    running ? "{\"action\":\"start\"}" : "{\"action\":\"stop\",\"force\":true}");
        }
        return name;
    }

    private Answer push(String name, String path, byte[] bytes, String... headers) {
        Map<String, String> all = new HashMap<>(Map.of("Content-Type", "application/octet-stream"));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return door.ask("POST", path(name, path), all, bytes);
    }

    private Answer delete(String name, String path) {
        return door.ask("DELETE", path(name, path));
    }

    private List<String> names(String name, String path) {
        var names = new ArrayList<String>();
        door.ask("GET", path(name, path)).orFail().metadata().forEach(it -> names.add(it.asString()));
        return names;
    }

    private static String path(String name, String path) {
        return "/1.0/instances/" + name + "/files?path=" + path;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
