package berth.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile archives (issue "Bad input", R22, S1). Plain tars only: these need no programs. */
class ArchiveInspectionTest {
    @TempDir
    Path directory;

    private final ArchiveLimits limits =
            new ArchiveLimits(4096, 1000, 1 << 20, 1 << 22, 1 << 16, 1L << 31, Duration.ofSeconds(20));

    static Stream<Arguments> hostile() {
        String far = "d/".repeat(2200) + "f";
        return Stream.of(
                bad("absolute path", TarMaker.image().file("/etc/canary", "x"), "absolute path"),
                bad("parent path", TarMaker.image().file("rootfs/../../canary", "x"), "leads outside"),
                bad("parent path at the end", TarMaker.image().directory("rootfs/.."), "leads outside"),
                bad(
                        "absolute in a long name",
                        TarMaker.image().longName("/" + "e/".repeat(90)).file("x", ""),
                        "absolute"),
                bad(
                        "absolute in a pax header",
                        TarMaker.image().pax("path", "/etc/x").file("x", ""),
                        "absolute"),
                bad(
                        "parent in a pax header",
                        TarMaker.image().pax("path", "../x").file("rootfs/x", ""),
                        "leads outside"),
                bad(
                        "absolute sparse name",
                        TarMaker.image().pax("GNU.sparse.name", "/x").file("rootfs/x", ""),
                        "absolute"),
                bad(
                        "rootfs is a link",
                        new TarMaker().file("metadata.yaml", "").symbolicLink("rootfs", "/"),
                        "may not be"),
                bad("rootfs becomes a link", TarMaker.image().symbolicLink("rootfs", "/"), "may not be"),
                bad("rootfs is a file", new TarMaker().file("metadata.yaml", "").file("rootfs", ""), "may not be"),
                bad("metadata is a link", new TarMaker().symbolicLink("metadata.yaml", "/etc/shadow"), "may not be"),
                bad("metadata is a hard link", TarMaker.image().hardLink("metadata.yaml", "rootfs/x"), "may not be"),
                bad("metadata is a fifo", new TarMaker().entry("metadata.yaml", '6', 0, ""), "may not be"),
                bad("metadata is a directory", new TarMaker().directory("metadata.yaml"), "may not be"),
                bad("metadata comes twice", TarMaker.image().file("metadata.yaml", ""), "comes twice"),
                bad("metadata comes twice, spelled apart", TarMaker.image().file("./metadata.yaml", ""), "comes twice"),
                bad("rootfs comes twice", TarMaker.image().directory("./rootfs"), "comes twice"),
                bad("templates is a link", TarMaker.image().symbolicLink("templates", "/etc"), "may not be"),
                bad("a template is a link", TarMaker.image().symbolicLink("templates/x", "/etc/shadow"), "may not be"),
                bad("a template is a device", TarMaker.image().entry("templates/x", '4', 0, ""), "may not be"),
                bad("a device beside the root", TarMaker.image().entry("disk", '4', 0, ""), "may not be"),
                bad("a fifo beside the root", TarMaker.image().entry("fifo", '6', 0, ""), "may not be"),
                bad(
                        "behind a link",
                        TarMaker.image().symbolicLink("rootfs/a", "/etc").file("rootfs/a/canary", "x"),
                        "behind, or replaces"),
                bad(
                        "in place of a link",
                        TarMaker.image().symbolicLink("rootfs/a", "/etc/canary").file("rootfs/./a", "x"),
                        "behind, or replaces"),
                bad("hard link out", TarMaker.image().hardLink("rootfs/a", "/etc/shadow"), "absolute"),
                bad("hard link up", TarMaker.image().hardLink("rootfs/a", "rootfs/../../x"), "leads outside"),
                bad("hard link to metadata", TarMaker.image().hardLink("rootfs/a", "metadata.yaml"), "out of its tree"),
                bad(
                        "hard link through a link",
                        TarMaker.image().symbolicLink("rootfs/a", "/etc").hardLink("rootfs/b", "rootfs/a/shadow"),
                        "through a symbolic link"),
                bad("1 GiB of YAML", new TarMaker().entry("metadata.yaml", '0', 1L << 30, ""), "larger than the limit"),
                bad("8 KiB of YAML", new TarMaker().file("metadata.yaml", "#".repeat(8192)), "at most 4096"),
                bad("a huge file", TarMaker.image().entry("rootfs/x", '0', 1L << 60, ""), "larger"),
                bad(
                        "a huge sparse file",
                        TarMaker.image()
                                .pax("GNU.sparse.realsize", "9999999999999")
                                .file("rootfs/x", ""),
                        "larger"),
                bad("old sparse file", TarMaker.image().raw(oldSparse(1L << 40)), "larger"),
                bad("negative size", TarMaker.image().raw(negative()), "too large"),
                bad("pax size is no number", TarMaker.image().pax("size", "-1").file("rootfs/x", ""), "no number"),
                bad("a directory with content", TarMaker.image().entry("rootfs/d/", '5', 512, ""), "has a size"),
                bad("a hard link with content", TarMaker.image().entry("rootfs/d", '1', 512, "rootfs/x"), "has a size"),
                bad(
                        "a link named like a directory",
                        TarMaker.image().symbolicLink("rootfs/d/", "x"),
                        "ends in a slash"),
                bad(
                        "two long names",
                        TarMaker.image()
                                .longName("rootfs/a")
                                .longName("rootfs/b")
                                .file("x", ""),
                        "two long"),
                bad(
                        "two pax headers",
                        TarMaker.image()
                                .pax("path", "rootfs/a")
                                .pax("path", "rootfs/b")
                                .file("x", ""),
                        "two pax"),
                bad(
                        "pax and long name",
                        TarMaker.image()
                                .pax("path", "rootfs/a")
                                .longName("rootfs/b")
                                .file("x", ""),
                        "both"),
                bad(
                        "pax path with NUL",
                        TarMaker.image().pax("path", "rootfs/a\0/x").file("x", ""),
                        "NUL"),
                bad(
                        "long name with NUL",
                        TarMaker.image().longName("rootfs/a\0/../..").file("x", ""),
                        "NUL"),
                bad(
                        "a global path",
                        TarMaker.image().raw(global("path", "/etc/x")).file("x", ""),
                        "global pax header"),
                bad("unknown kind", TarMaker.image().entry("rootfs/x", 'Z', 0, ""), "unknown kind"),
                bad("volume label", TarMaker.image().entry("label", 'V', 0, ""), "unknown kind"),
                bad("a path of 4 KiB", TarMaker.image().pax("path", far).file("x", ""), "a path of"),
                bad(
                        "a name of 300 bytes",
                        TarMaker.image()
                                .pax("path", "rootfs/" + "n".repeat(300))
                                .file("x", ""),
                        "255"),
                bad("no name", TarMaker.image().file("", "x"), "without a name"),
                bad("nothing at all", new TarMaker(), "Unsupported compression"),
                bad("no metadata", new TarMaker().directory("rootfs"), "Metadata file not found"),
                bad(
                        "binary metadata",
                        new TarMaker()
                                .raw(TarMaker.header("metadata.yaml", '0', 2, ""))
                                .body(new byte[] {-1, -2}),
                        "UTF-8"));
    }

    private static Arguments bad(String what, TarMaker archive, String says) {
        return Arguments.of(what, archive.bytes(), says);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refuses_a_hostile_archive_and_says_why(String what, byte[] archive, String says) {
        Path file = TarMaker.write(directory, archive);
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(file, Layout.UNIFIED))
                .isInstanceOf(BadArchive.class)
                .hasMessageContaining(says);
    }

    @Test
    void refuses_every_truncation() {
        byte[] whole = TarMaker.image()
                .file("rootfs/hello", "x".repeat(700))
                .file("rootfs/b", "y")
                .bytes();
        for (int length = 512; length < whole.length - 1024; length += 37) {
            Path file = TarMaker.write(directory, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(file, Layout.UNIFIED))
                    .as("first %s bytes", length)
                    .isInstanceOf(BadArchive.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refuses_a_flipped_byte_in_any_header() {
        byte[] whole = TarMaker.image().file("rootfs/hello", "x").bytes();
        for (int at = 0; at < 512; at += 3) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x41;
            Path file = TarMaker.write(directory, changed);
            assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(file, Layout.UNIFIED))
                    .isInstanceOf(BadArchive.class);
        }
    }

    @Test
    void stops_at_too_many_entries() {
        var archive = TarMaker.image();
        for (int i = 0; i < 1000; i++) {
            archive.file("rootfs/f" + i, "");
        }
        Path file = archive.in(directory);
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspect(file, Layout.UNIFIED))
                .hasMessageContaining("more than 1000 entries");
    }

    @Test
    void reads_an_honest_image() {
        String deep = "rootfs/" + "usr/".repeat(40) + "file";
        Path file = new TarMaker()
                .directory(".")
                .file("./metadata.yaml", TarMaker.METADATA)
                .directory("./rootfs")
                .directory("./templates")
                .file("./templates/hostname.tpl", "{{ container.name }}")
                .symbolicLink("./rootfs/bin", "usr/bin")
                .entry("./rootfs/null", '3', 0, "")
                .entry("./rootfs/fifo", '6', 0, "")
                .file("./rootfs/a", "abc")
                .hardLink("./rootfs/b", "./rootfs/a")
                .longName(deep)
                .file("x", "deep")
                .pax("SCHILY.xattr.user.colour", "blue")
                .file("./rootfs/c", "c")
                .in(directory);
        ArchiveContent content = new ArchiveInspection(limits).inspect(file, Layout.UNIFIED);
        assertThat(content.metadata()).contains(TarMaker.METADATA);
        assertThat(content.root()).isTrue();
        assertThat(content.disk()).isFalse();
        assertThat(content.templates()).containsExactly("hostname.tpl");
        assertThat(content.entries()).isEqualTo(12);
    }

    @Test
    void tells_formats_by_their_first_bytes() {
        assertThat(ArchiveFormat.of(new byte[] {0x1f, (byte) 0x8b})).isEqualTo(ArchiveFormat.TAR_GZIP);
        assertThat(ArchiveFormat.of("BZh9".getBytes(StandardCharsets.US_ASCII))).isEqualTo(ArchiveFormat.TAR_BZIP2);
        assertThat(ArchiveFormat.of("hsqs".getBytes(StandardCharsets.US_ASCII))).isEqualTo(ArchiveFormat.SQUASHFS);
        assertThat(ArchiveFormat.of(new byte[] {'Q', 'F', 'I', (byte) 0xfb})).isEqualTo(ArchiveFormat.QCOW2);
        assertThat(ArchiveFormat.of(TarMaker.image().bytes())).isEqualTo(ArchiveFormat.TAR);
        assertThatThrownBy(() -> ArchiveFormat.of(new byte[0])).hasMessage("Unsupported compression");
        assertThatThrownBy(() -> ArchiveFormat.of(new byte[600])).hasMessage("Unsupported compression");
    }

    private static byte[] oldSparse(long size) {
        byte[] header = TarMaker.header("rootfs/holes", 'S', 0, "");
        byte[] digits = String.format("%011o", 0).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, 483, 11);
        for (int i = 0; i < 8; i++) {
            header[494 - i] = (byte) (size >> 8 * i);
        }
        header[483] = (byte) 0x80;
        for (int i = 484; i < 487; i++) {
            header[i] = 0;
        }
        return TarMaker.sum(header);
    }

    private static byte[] negative() {
        byte[] header = TarMaker.header("rootfs/x", '0', 0, "");
        Arrays.fill(header, 124, 136, (byte) 0xff);
        return TarMaker.sum(header);
    }

    private static byte[] global(String key, String value) {
        byte[] body = new TarMaker().pax(key, value).unended();
        body[156] = 'g';
        byte[] header = TarMaker.sum(Arrays.copyOf(body, 512));
        System.arraycopy(header, 0, body, 0, 512);
        return body;
    }
}
