package berth.tests.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.host.HostOfItsOwn.Output;
import berth.tests.http.Api;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenSSH's sftp and sshfs work on the files of real containers, {@code d} on directories and {@code b} on btrfs. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SftpTest {
    /** Stands between a client that starts a program, as it would ssh, and the daemon. */
    private static final String BRIDGE = """
            #!/usr/bin/python3
            import os, select, socket
            s = socket.socket(socket.AF_UNIX)
            s.connect("%s")
            s.sendall(b"GET /1.0/instances/%s/sftp HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: sftp\\r\\n\\r\\n")
            head = b""
            while not head.endswith(b"\\r\\n\\r\\n"):
                head += s.recv(1)
            assert head.startswith(b"HTTP/1.1 101 "), head
            while True:
                ready = select.select([0, s], [], [])[0]
                if 0 in ready:
                    data = os.read(0, 65536)
                    if not data:
                        break
                    s.sendall(data)
                if s in ready:
                    data = s.recv(65536)
                    if not data:
                        break
                    while data:
                        data = data[os.write(1, data):]
            """;

    private Daemon daemon;
    private Api api;
    private Path directory;

    @BeforeAll
    void make_two_containers() throws Exception {
        daemon = Daemon.start("sftp");
        api = daemon.api();
        directory = daemon.host().directory();
        api.done("POST", "/1.0/storage-pools", "{\"name\":\"dir\",\"driver\":\"dir\"}");
        api.done(
                "POST",
                "/1.0/storage-pools",
                "{\"name\":\"btrfs\",\"driver\":\"btrfs\",\"config\":{\"size\":\"1GiB\"}}");
        Ground.image(daemon);
        for (String pool : List.of("dir", "btrfs")) {
            String name = pool.substring(0, 1);
            api.done(
                    "POST",
                    "/1.0/instances",
                    "{\"name\":\"" + name + "\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"devices\":"
                            + "{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"" + pool + "\"}}}");
            Path bridge = Files.writeString(
                    directory.resolve("bridge-" + name),
                    BRIDGE.formatted(daemon.door().socket(), name));
            Files.setPosixFilePermissions(bridge, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @AfterAll
    void nothing_is_left_on_the_machine() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private void state(String name, boolean running) {
        boolean now = api.get("/1.0/instances/" + name).get("status").asString().equals("Running");
        if (now != running) {
            api.done(
                    "PUT",
                    "/1.0/instances/" + name + "/state",
                    "{\"action\":\"" + (running ? "start" : "stop") + "\",\"force\":" + !running + "}");
        }
    }

    private Output sftp(String name, String... lines) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sftp")), "the package openssh-client is not installed");
        Path batch = Files.write(directory.resolve("batch"), List.of(lines));
        return daemon.host()
                .run(
                        "sftp",
                        "-q",
                        "-b",
                        batch.toString(),
                        "-D",
                        directory.resolve("bridge-" + name).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"d running", "d stopped", "b running", "b stopped"})
    void moves_files_as_the_guest_s_root(String which) throws Exception {
        String name = which.substring(0, 1);
        state(name, which.endsWith("running"));
        byte[] content = new byte[3_000_003];
        new Random(7).nextBytes(content);
        Path file = Files.write(directory.resolve("content"), content);
        Path back = directory.resolve("back");
        String listing = sftp(
                        name,
                        "put " + file + " /root/up",
                        "get /root/up " + back,
                        "chmod 640 /root/up",
                        "chown 7 /root/up",
                        "chgrp 8 /root/up",
                        "mkdir /root/sub",
                        "rename /root/up /root/sub/in",
                        "symlink in /root/sub/soft",
                        "ln /root/sub/in /root/sub/hard",
                        "ls -ln /root/sub",
                        "df /root",
                        "get /root/sub/soft " + back + "2",
                        "rm /root/sub/soft",
                        "rm /root/sub/hard")
                .orFail()
                .out();
        assertThat(back).hasBinaryContent(content);
        assertThat(Path.of(back + "2")).hasBinaryContent(content);
        assertThat(listing)
                .containsPattern("-rw-r----- +\\? 7 +8 +3000003 .* (/root/sub/)?hard")
                .containsPattern("lrwxrwxrwx +\\? 0 +0 .* (/root/sub/)?soft");
        assertThat(sftp(name, "rmdir /root/sub").code()).isNotZero();
        assertThat(sftp(name, "get /root/none " + back).err()).contains("not found");
        sftp(name, "rm /root/sub/in", "rmdir /root/sub").orFail();
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "stopped"})
    void leads_nowhere_out_of_the_guest(String which) throws Exception {
        state("d", which.equals("running"));
        Path canary = Files.writeString(directory.resolve("canary"), "the host's");
        sftp("d", "symlink / /root/top", "symlink ../../../../../.." + directory + " /root/out")
                .orFail();
        assertThat(sftp("d", "get /root/out/canary " + directory + "/got").err())
                .contains("not found");
        assertThat(sftp("d", "get /root/top" + canary + " " + directory + "/got")
                        .err())
                .contains("not found");
        assertThat(sftp("d", "get /../../../" + canary + " " + directory + "/got")
                        .err())
                .contains("not found");
        assertThat(sftp("d", "put " + canary + " /root/out/canary").code()).isNotZero();
        assertThat(sftp("d", "get /proc/version " + directory + "/got").code()).isNotZero();
        assertThat(directory.resolve("got")).doesNotExist();
        assertThat(canary).hasContent("the host's");
        sftp("d", "rm /root/top", "rm /root/out").orFail();
    }

    @Test
    void is_mounted_by_sshfs_over_stops_and_starts() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/sshfs")) && Files.exists(Path.of("/dev/fuse")),
                "there is no sshfs here");
        state("d", true);
        Path at = Files.createDirectory(directory.resolve("mounted"));
        daemon.host()
                .run("sshfs", "-o", "ssh_command=" + directory.resolve("bridge-d"), "guest:/", at.toString())
                .orFail();
        try {
            shell("echo one > " + at + "/root/note && cat " + at + "/root/note");
            assertThat(shell("cp -r /usr/share/perl5 " + at + "/root/perl && diff -r /usr/share/perl5 " + at
                            + "/root/perl && find " + at + "/root/perl -type f | wc -l"))
                    .isNotEqualTo("0\n");
            state("d", false);
            assertThat(shell("cat " + at + "/root/note")).isEqualTo("one\n");
            shell("echo two >> " + at + "/root/note");
            staysOpenWhateverElseIsMounted(at);
            state("d", true);
            assertThat(shell("cat " + at + "/root/note && rm -r " + at + "/root/perl && ls " + at + "/root"))
                    .isEqualTo("one\ntwo\nnote\n");
        } finally {
            daemon.host().run("umount", at.toString()).orFail();
        }
    }

    /** The kernel gives each mount the first free device number: a stopped guest's files have another one then. */
    private void staysOpenWhateverElseIsMounted(Path at) {
        String large = directory + "/large";
        String other = directory + "/other";
        shell("head -c 3000000 /dev/urandom > " + large + " && cp " + large + " " + at + "/root/large && mkdir " + other
                + " && exec 3< " + at + "/root/large && dd bs=100000 count=1 <&3 > " + directory + "/read"
                + " && mount -t tmpfs none " + other + " && cat <&3 >> " + directory + "/read; was=$?; umount " + other
                + "; rm " + at + "/root/large; [ $was = 0 ] && cmp " + large + " " + directory + "/read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxc", "berth"})
    void is_mounted_by_a_command_until_it_is_unmounted(String client) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/sshfs"))
                        && Files.exists(Path.of("/dev/fuse"))
                        && Files.isExecutable(Path.of("/usr/bin/lxc")),
                "there is no sshfs or no lxc here");
        state("b", true);
        Path at = Files.createDirectory(directory.resolve("by-" + client));
        var command = new ArrayList<>(client.equals("lxc") ? List.of("lxc") : Checkout.berth());
        command.addAll(List.of("file", "mount", "b/etc", at.toString()));
        Process mount = daemon.host()
                .spawn(
                        Map.of(
                                "LXD_DIR",
                                daemon.directory().toString(),
                                "BERTH_DIR",
                                daemon.directory().toString(),
                                "LXD_CONF",
                                directory + "/lxc-conf"),
                        directory.resolve(client + ".log").toFile(),
                        command.toArray(String[]::new));
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> shell("mountpoint " + at));
        shell("echo hello > " + at + "/" + client + " && grep hello " + at + "/" + client);
        assertThat(api.get("/1.0/instances/b").get("status").asString()).isEqualTo("Running");
        daemon.host().run("umount", at.toString()).orFail();
        assertThat(mount.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(shell("cat " + directory + "/" + client + ".log")).doesNotContain("rror", "Exception");
    }

    private String shell(String line) {
        return daemon.host().run("sh", "-c", line).orFail().out();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ffffffff",
                "00000000",
                "00000005 0200000003",
                "00000005 0100000003 7fffffff 00",
                "00000005 0100000003 00000001 05",
                "00000005 0100000003 00000005 03 00000001"
            })
    void is_not_upset_by_what_is_no_sftp(String hex) throws Exception {
        state("d", true);
        try (var channel =
                SocketChannel.open(UnixDomainSocketAddress.of(daemon.door().socket()))) {
            channel.write(StandardCharsets.US_ASCII.encode("GET /1.0/instances/d/sftp HTTP/1.1\r\nHost: x\r\n"
                    + "Connection: Upgrade\r\nUpgrade: sftp\r\n\r\n"));
            channel.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
            channel.shutdownOutput();
            var answer = ByteBuffer.allocate(4096);
            while (channel.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 101 ");
        }
        sftp("d", "ls /root").orFail();
    }

    @Test
    void asks_for_an_upgrade_and_an_instance() {
        assertThat(daemon.door().ask("GET", "/1.0/instances/d/sftp").status()).isEqualTo(400);
        assertThat(daemon.door().ask("GET", "/1.0/instances/none/sftp").status())
                .isEqualTo(404);
        assertThat(daemon.door().ask("GET", "/1.0/containers/d/sftp").status()).isEqualTo(404);
    }
}
