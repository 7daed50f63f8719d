package berth.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unpacking with the host's own programs, as root (S1, R22). A canary lies beside each target. */
@Tag("host")
class UnpackTest {
    @TempDir
    Path directory;

    private final ArchiveLimits limits =
            new ArchiveLimits(1 << 20, 10_000, 1 << 28, 1L << 32, 1 << 16, 1L << 31, Duration.ofSeconds(60));
    private final Unpack unpack = new Unpack(limits, true);
    private Path target;
    private Path canary;

    @BeforeEach
    void place_the_canary() throws IOException {
        target = Files.createDirectory(directory.resolve("target"));
        canary = Files.writeString(directory.resolve("canary"), "alive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip -c", "bzip2 -c", "xz -c", "xz -c --format=lzma", "zstd -qc"})
    void unpacks_an_image_however_it_is_compressed(String compressor) throws IOException {
        Path file = compressed(compressor, honest().bytes());
        ArchiveContent content = new ArchiveInspection(limits).inspect(file, Layout.UNIFIED);
        unpack.into(target, file, Layout.UNIFIED);
        assertThat(content.metadata()).contains(TarMaker.METADATA);
        assertThat(target.resolve("metadata.yaml")).hasContent(TarMaker.METADATA);
        assertThat(target.resolve("rootfs/etc/hello")).hasContent("hello");
        assertThat(target.resolve("rootfs/etc/again")).hasContent("hello");
        assertThat(Files.getAttribute(target.resolve("rootfs/etc/again"), "unix:nlink"))
                .isEqualTo(2);
        assertThat(Files.readSymbolicLink(target.resolve("rootfs/link"))).isEqualTo(Path.of("/etc/shadow"));
        assertThat(Files.getAttribute(target.resolve("rootfs/null"), "unix:rdev"))
                .isEqualTo(0x103L);
        assertThat(target.resolve("stray")).doesNotExist();
        unharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip -c", "bzip2 -c", "xz -c", "zstd -qc"})
    void refuses_a_compressed_archive_that_is_cut_off_or_damaged(String compressor) throws IOException {
        byte[] random = new byte[200_000];
        new java.util.Random(5).nextBytes(random);
        byte[] whole = Files.readAllBytes(compressed(
                compressor,
                honest().raw(TarMaker.header("rootfs/random", '0', random.length, ""))
                        .body(random)
                        .bytes()));
        Path cut = TarMaker.write(directory, Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(cut, Layout.UNIFIED))
                .isInstanceOf(BadArchive.class)
                .hasMessageMatching("(?s).*(damaged|truncated).*");
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 0x55;
        Path damaged = TarMaker.write(directory, flipped);
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(damaged, Layout.UNIFIED))
                .isInstanceOf(BadArchive.class);
        unharmed();
    }

    static Stream<Object[]> hostile() {
        return ArchiveInspectionTest.hostile().map(it -> it.get()).filter(it -> it[0] != "binary metadata");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refuses_what_the_inspection_refuses(String what, byte[] archive, String says) throws IOException {
        Path file = TarMaker.write(directory, archive);
        assertThatThrownBy(() -> new Unpack(
                                new ArchiveLimits(
                                        4096, 1000, 1 << 20, 1 << 22, 1 << 16, 1L << 31, Duration.ofSeconds(20)),
                                true)
                        .into(target, file, Layout.UNIFIED))
                .isInstanceOf(BadArchive.class);
        unharmed();
    }

    @Test
    void packs_and_unpacks_an_image_that_is_one_squashfs() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("image/rootfs/etc"));
        Path image = directory.resolve("image");
        Files.writeString(tree.resolve("hello"), "hello");
        Files.setAttribute(tree.resolve("hello"), "unix:uid", 1234);
        Files.createLink(tree.resolve("again"), tree.resolve("hello"));
        Program.of("setcap", "cap_net_raw+ep", tree.resolve("hello").toString()).must();
        Files.createDirectories(image.resolve("templates"));
        Files.writeString(image.resolve("templates/a.tpl"), "x");
        Files.writeString(image.resolve("metadata.yaml"), TarMaker.METADATA);
        Files.writeString(image.resolve("other"), "is left out");
        Path squash = Files.createFile(directory.resolve("image.squashfs"));
        try (var pack = new Pack(squash, Compression.SQUASHFS)) {
            for (String part : List.of("metadata.yaml", "templates", "rootfs", "other")) {
                pack.add(image, part);
            }
            pack.end();
        }
        ArchiveContent content = new ArchiveInspection(limits).inspect(squash, Layout.UNIFIED);
        assertThat(content.metadata()).contains(TarMaker.METADATA);
        assertThat(content.root()).isTrue();
        assertThat(content.templates()).containsExactly("a.tpl");
        unpack.into(target, squash, Layout.UNIFIED);
        assertThat(target.resolve("metadata.yaml")).hasContent(TarMaker.METADATA);
        assertThat(target.resolve("other")).doesNotExist();
        assertThat(Files.getAttribute(target.resolve("rootfs/etc/hello"), "unix:uid"))
                .isEqualTo(1234);
        assertThat(Files.getAttribute(target.resolve("rootfs/etc/hello"), "unix:nlink"))
                .isEqualTo(2);
        assertThat(Program.of("getcap", target.resolve("rootfs/etc/hello").toString())
                        .must()
                        .out())
                .contains("cap_net_raw=ep");
        unharmed();
    }

    @Test
    void refuses_an_image_of_squashfs_without_metadata_or_with_links_for_it() throws IOException {
        Path image = Files.createDirectories(directory.resolve("image"));
        Files.createDirectories(image.resolve("rootfs"));
        Path squash = Files.createFile(directory.resolve("image.squashfs"));
        for (boolean link : new boolean[] {false, true}) {
            if (link) {
                Files.writeString(image.resolve("real"), TarMaker.METADATA);
                Files.createSymbolicLink(image.resolve("metadata.yaml"), Path.of("real"));
            }
            try (var pack = new Pack(squash, Compression.SQUASHFS)) {
                for (String part : link ? List.of("metadata.yaml", "real", "rootfs") : List.of("rootfs")) {
                    pack.add(image, part);
                }
                pack.end();
            }
            assertThatThrownBy(() -> unpack.into(Files.createTempDirectory(target, "t"), squash, Layout.UNIFIED))
                    .isInstanceOf(BadArchive.class);
        }
    }

    @Test
    void unpacks_both_forms_of_a_split_image() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/etc"));
        Files.writeString(tree.resolve("hello"), "hello");
        Files.setAttribute(tree.resolve("hello"), "unix:uid", 1234);
        Files.createSymbolicLink(tree.resolve("up"), Path.of("../../../.."));
        Program.of("setcap", "cap_net_raw+ep", tree.resolve("hello").toString()).must();
        Path squash = directory.resolve("root.squashfs");
        Program.of("mksquashfs", tree.getParent().toString(), squash.toString(), "-quiet", "-no-progress")
                .must();
        Path tar = directory.resolve("root.tar");
        Program.of(
                        "tar",
                        "-C",
                        tree.getParent().toString(),
                        "--xattrs",
                        "--xattrs-include=*",
                        "-cf",
                        tar.toString(),
                        ".")
                .must();
        Path metadata = new TarMaker()
                .file("metadata.yaml", TarMaker.METADATA)
                .directory("templates")
                .file("templates/a.tpl", "x")
                .in(directory);
        unpack.into(target, metadata, Layout.METADATA);
        assertThat(target.resolve("templates/a.tpl")).hasContent("x");
        for (Path root : List.of(squash, tar)) {
            Path to = Files.createDirectory(target.resolve("rootfs-" + root.getFileName()));
            ArchiveContent content = new ArchiveInspection(limits).inspect(root, Layout.ROOT);
            assertThat(content.root()).isTrue();
            unpack.into(to, root, Layout.ROOT);
            assertThat(to.resolve("etc/hello")).hasContent("hello");
            assertThat(Files.getAttribute(to.resolve("etc/hello"), "unix:uid")).isEqualTo(1234);
            assertThat(Program.of("getcap", to.resolve("etc/hello").toString())
                            .must()
                            .out())
                    .contains("cap_net_raw=ep");
            assertThat(Files.isSymbolicLink(to.resolve("etc/up"))).isTrue();
        }
        unharmed();
    }

    @Test
    void refuses_a_truncated_squashfs() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        byte[] random = new byte[300_000];
        new java.util.Random(5).nextBytes(random);
        Files.write(tree.resolve("random"), random);
        Path squash = directory.resolve("root.squashfs");
        Program.of("mksquashfs", tree.toString(), squash.toString(), "-quiet", "-no-progress")
                .must();
        byte[] whole = Files.readAllBytes(squash);
        for (int length : new int[] {10, 96, 1000, 100_000, whole.length - 5000}) {
            Path cut = TarMaker.write(directory, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> unpack.into(target, cut, Layout.ROOT)).isInstanceOf(BadArchive.class);
        }
        unharmed();
    }

    @Test
    void refuses_disks_of_virtual_machines_as_a_root() throws IOException {
        Path disk = Files.write(directory.resolve("disk"), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3});
        assertThatThrownBy(() -> unpack.into(target, disk, Layout.ROOT)).hasMessageContaining("qcow2");
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(disk, Layout.ROOT))
                .hasMessageContaining("qcow2");
    }

    @Test
    void keeps_holes_and_leaves_dangerous_attributes_out() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        try (var file = new java.io.RandomAccessFile(tree.resolve("holes").toFile(), "rw")) {
            file.setLength(1 << 30);
        }
        for (String format : List.of("gnu", "posix")) {
            Path tar = directory.resolve(format + ".tar");
            Program.of("tar", "-C", tree.toString(), "--sparse", "--format=" + format, "-cf", tar.toString(), ".")
                    .must();
            Path to = Files.createDirectory(target.resolve(format));
            unpack.into(to, tar, Layout.ROOT);
            assertThat(Files.size(to.resolve("holes"))).isEqualTo(1 << 30);
            assertThat(Program.of("du", "-k", to.resolve("holes").toString())
                            .must()
                            .out())
                    .startsWith("0\t");
        }
        Path marked = new TarMaker()
                .pax("SCHILY.xattr.trusted.overlay.opaque", "y")
                .file("marked", "m")
                .pax("SCHILY.xattr.user.colour", "blue")
                .file("coloured", "c")
                .in(directory);
        unpack.into(target, marked, Layout.ROOT);
        String attributes = Program.of(
                        "getfattr",
                        "-d",
                        "-m",
                        "-",
                        target.resolve("marked").toString(),
                        target.resolve("coloured").toString())
                .run()
                .out();
        assertThat(attributes).doesNotContain("trusted").contains("user.colour=\"blue\"");
    }

    @Test
    void leaves_devices_out_where_none_can_be_made() {
        Path file = honest().in(directory);
        new Unpack(limits, false).into(target, file, Layout.UNIFIED);
        assertThat(target.resolve("rootfs/null")).doesNotExist();
        assertThat(target.resolve("rootfs/etc/hello")).exists();
    }

    @Test
    void makes_what_berth_reads_itself_root_s_own() throws IOException {
        byte[] header = TarMaker.header("metadata.yaml", '0', 2, "");
        System.arraycopy("0006777".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, header, 100, 7);
        System.arraycopy("0001750".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, header, 108, 7);
        Path file = new TarMaker()
                .raw(TarMaker.sum(header))
                .body("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .directory("rootfs")
                .in(directory);
        unpack.into(target, file, Layout.UNIFIED);
        Map<String, Object> metadata =
                Files.readAttributes(target.resolve("metadata.yaml"), "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        assertThat(metadata.get("uid")).isEqualTo(0);
        assertThat((int) metadata.get("mode") & 07777).isEqualTo(0644);
    }

    @Test
    void a_confined_program_can_change_nothing_but_its_directory() throws Exception {
        Files.createSymbolicLink(target.resolve("link"), canary);
        List<List<String>> attempts = List.of(
                List.of("touch", canary.toString()),
                List.of("cat", canary.toString()),
                List.of("cat", "/etc/shadow"),
                List.of("touch", "/usr/bin/new"),
                List.of("cp", "/usr/bin/true", "/target/link"),
                List.of("ln", "/usr/bin/true", "/target/hard"),
                List.of("chmod", "0777", "/archive"),
                List.of("truncate", "-s", "0", "/archive"),
                List.of("mount", "-o", "remount,rw", "/archive"),
                List.of("umount", "/target"),
                List.of("ls", "/proc/1", "/sys/kernel"),
                List.of("truncate", "-s", "8G", "/target/huge"));
        for (List<String> attempt : attempts) {
            Process process = Confined.start(attempt, limits, canary, target);
            process.getErrorStream().readAllBytes();
            assertThat(process.waitFor()).as("%s", attempt).isNotZero();
        }
        Process alone = Confined.start(List.of("cat", "/dev/null"), limits, null, null);
        assertThat(alone.waitFor()).isZero();
        Process allowed = Confined.start(List.of("touch", "/target/inside"), limits, canary, target);
        assertThat(allowed.waitFor()).isZero();
        assertThat(target.resolve("inside")).exists();
        unharmed();
    }

    @Test
    void tar_alone_is_held_back_too_when_the_rules_are_not_asked() throws Exception {
        byte[] archive = new TarMaker()
                .symbolicLink("way", directory.toString())
                .file("way/canary", "dead")
                .file("../canary", "dead")
                .file(canary.toString(), "dead")
                .bytes();
        Process process = Confined.start(List.of("tar", "-xPf", "-", "-C", "/target"), limits, null, target);
        try (var stdin = process.getOutputStream()) {
            stdin.write(archive);
        }
        process.getErrorStream().readAllBytes();
        process.waitFor();
        unharmed();
    }

    private TarMaker honest() {
        return new TarMaker()
                .directory(".")
                .file("metadata.yaml", TarMaker.METADATA)
                .directory("rootfs")
                .directory("rootfs/etc")
                .file("rootfs/etc/hello", "hello")
                .hardLink("rootfs/etc/again", "rootfs/etc/hello")
                .symbolicLink("rootfs/link", "/etc/shadow")
                .raw(device())
                .file("stray", "dropped");
    }

    private static byte[] device() {
        byte[] header = TarMaker.header("rootfs/null", '3', 0, "");
        header[335] = '1';
        header[343] = '3';
        java.util.Arrays.fill(header, 329, 335, (byte) '0');
        java.util.Arrays.fill(header, 337, 343, (byte) '0');
        return TarMaker.sum(header);
    }

    private Path compressed(String compressor, byte[] bytes) throws IOException {
        Path plain = TarMaker.write(directory, bytes);
        Process process = Program.of(List.of(compressor.split(" "))).start();
        Path packed = directory.resolve("packed");
        Thread.ofVirtual().start(() -> {
            try (var stdin = process.getOutputStream()) {
                Files.copy(plain, stdin);
            } catch (IOException seenBelow) {
                // The content will not do.
            }
        });
        try (var stdout = process.getInputStream()) {
            Files.copy(stdout, packed, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return packed;
    }

    private void unharmed() throws IOException {
        assertThat(canary).hasContent("alive");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(canary)))
                .startsWith("rw-");
        assertThat(Files.getAttribute(canary, "unix:nlink")).isEqualTo(1);
        assertThat(Files.getAttribute(canary, "unix:uid")).isEqualTo(0);
    }
}
