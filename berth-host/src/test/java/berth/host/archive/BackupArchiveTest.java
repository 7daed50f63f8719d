package berth.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Backups of strangers: what is refused at a look, what is refused when a part is unpacked, and what comes out. */
class BackupArchiveTest {
    private static final List<String> CONTAINER = List.of("backup", "container");

    @TempDir
    Path directory;

    private final ArchiveLimits limits =
            new ArchiveLimits(1 << 20, 10_000, 1 << 28, 1L << 32, 1 << 16, 1L << 31, Duration.ofSeconds(60));

    private static TarMaker honest() {
        return new TarMaker()
                .file("backup/index.yaml", "name: c1\n")
                .directory("backup/snapshots/s0")
                .file("backup/snapshots/s0/metadata.yaml", TarMaker.METADATA)
                .directory("backup/snapshots/s0/rootfs")
                .file("backup/snapshots/s0/rootfs/old", "old")
                .directory("backup/container")
                .file("backup/container/backup.yaml", "x")
                .file("backup/container/metadata.yaml", TarMaker.METADATA)
                .directory("backup/container/rootfs")
                .file("backup/container/rootfs/new", "new")
                .hardLink("backup/container/rootfs/again", "backup/container/rootfs/new")
                .symbolicLink("backup/container/rootfs/link", "/etc/shadow");
    }

    @Test
    void tells_its_index_and_its_parts() throws IOException {
        BackupContent content =
                new ArchiveInspection(limits).inspectBackup(TarMaker.write(directory, honest().bytes()));
        assertThat(content.index()).isEqualTo("name: c1\n");
        assertThat(content.snapshots()).containsExactly("s0");
        assertThat(content.parts()).containsExactly("container");
    }

    @TestFactory
    Stream<DynamicTest> refuses_at_a_look() {
        Map<String, UnaryOperator<TarMaker>> bad = Map.of(
                "lies outside of backup/", it -> it.file("other/file", "x"),
                "has the absolute path", it -> it.file("/etc/cron.d/x", "x"),
                "leads outside", it -> it.file("backup/../x", "x"),
                "comes twice", it -> it.file("backup/index.yaml", "name: c2\n"),
                "lies behind, or replaces, a symbolic link",
                        it -> it.symbolicLink("backup/container/rootfs/a", "/")
                                .file("backup/container/rootfs/a/b", "x"));
        return Stream.concat(
                bad.entrySet().stream()
                        .map(it -> DynamicTest.dynamicTest(
                                it.getKey(), () -> refused(it.getValue().apply(honest()), it.getKey()))),
                Stream.of(
                        DynamicTest.dynamicTest(
                                "no index",
                                () -> refused(new TarMaker().directory("backup/container"), "missing index")),
                        DynamicTest.dynamicTest(
                                "an index that is a link",
                                () -> refused(
                                        new TarMaker().symbolicLink("backup/index.yaml", "/etc/shadow"),
                                        "not a regular file")),
                        DynamicTest.dynamicTest(
                                "an index that is too large",
                                () -> refused(
                                        new TarMaker().file("backup/index.yaml", "x".repeat(2 << 20)),
                                        "at most 1048576"))));
    }

    private void refused(TarMaker tar, String why) throws IOException {
        Path file = TarMaker.write(directory, tar.bytes());
        assertThatThrownBy(() -> new ArchiveInspection(limits).inspectBackup(file))
                .isInstanceOf(BadArchive.class)
                .hasMessageContaining(why);
    }

    @Test
    @Tag("host")
    void unpacks_a_part_and_nothing_else() throws IOException {
        Path file = TarMaker.write(directory, honest().bytes());
        Path container = Files.createDirectory(directory.resolve("c"));
        Path snapshot = Files.createDirectory(directory.resolve("s"));
        new Unpack(limits, true).partInto(container, file, CONTAINER);
        new Unpack(limits, true).partInto(snapshot, file, List.of("backup", "snapshots", "s0"));
        assertThat(container.resolve("rootfs/again")).hasContent("new");
        assertThat(Files.getAttribute(container.resolve("rootfs/new"), "unix:nlink"))
                .isEqualTo(2);
        assertThat(Files.readSymbolicLink(container.resolve("rootfs/link"))).isEqualTo(Path.of("/etc/shadow"));
        assertThat(container.resolve("metadata.yaml")).hasContent(TarMaker.METADATA);
        assertThat(container.resolve("backup.yaml")).doesNotExist();
        assertThat(snapshot.resolve("rootfs/old")).hasContent("old");
        assertThat(snapshot.resolve("rootfs/new")).doesNotExist();
    }

    @Test
    @Tag("host")
    void unpacks_a_volume_with_its_own_mode_whatever_is_in_it() throws IOException {
        var tar = new TarMaker()
                .file("backup/index.yaml", "name: v1\n")
                .directory("backup/volume-snapshots/s0")
                .file("backup/volume-snapshots/s0/old", "old")
                .directory("backup/volume")
                .file("backup/volume/metadata.yaml", "mine")
                .symbolicLink("backup/volume/templates", "/etc")
                .hardLink("backup/volume/again", "backup/volume/metadata.yaml");
        Path file = TarMaker.write(directory, tar.bytes());
        var content = new ArchiveInspection(limits).inspectBackup(file);
        assertThat(content.snapshots()).containsExactly("s0");
        assertThat(content.parts()).containsExactly("volume");
        Path volume = Files.createDirectory(directory.resolve("v"));
        Path snapshot = Files.createDirectory(directory.resolve("s"));
        Files.setPosixFilePermissions(volume, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        new Unpack(limits, true).volumeInto(volume, file, List.of("backup", "volume"));
        new Unpack(limits, true).volumeInto(snapshot, file, List.of("backup", "volume-snapshots", "s0"));
        assertThat(Files.getAttribute(volume, "unix:mode")).isEqualTo(0040755);
        assertThat(volume.resolve("again")).hasContent("mine");
        assertThat(Files.readSymbolicLink(volume.resolve("templates"))).isEqualTo(Path.of("/etc"));
        assertThat(snapshot.resolve("old")).hasContent("old");
        assertThat(snapshot.resolve("again")).doesNotExist();
    }

    @Test
    @Tag("host")
    void tells_and_unpacks_the_parts_of_a_squashfs() throws IOException {
        Path tree = directory.resolve("tree");
        for (String each :
                List.of("container/rootfs/backup", "container/other", "snapshots/s[0]/rootfs", "volume/backup")) {
            Files.createDirectories(tree.resolve("backup").resolve(each));
        }
        Files.writeString(tree.resolve("backup/index.yaml"), "name: c1\n");
        Files.writeString(tree.resolve("backup/container/metadata.yaml"), TarMaker.METADATA);
        Files.writeString(tree.resolve("backup/container/rootfs/backup/new"), "new");
        Files.createLink(
                tree.resolve("backup/snapshots/s[0]/rootfs/old"), tree.resolve("backup/container/rootfs/backup/new"));
        Files.writeString(tree.resolve("backup/volume/backup/mine"), "mine");
        Files.setAttribute(tree.resolve("backup/volume"), "unix:uid", 1234);
        Files.setAttribute(tree.resolve("backup/volume"), "unix:mode", 01771);
        Path file = directory.resolve("backup.squashfs");
        Program.of("mksquashfs", tree.toString(), file.toString(), "-quiet", "-no-progress")
                .must();

        var content = new ArchiveInspection(limits).inspectBackup(file);
        assertThat(content.index()).isEqualTo("name: c1\n");
        assertThat(content.snapshots()).containsExactly("s[0]");
        assertThat(content.parts()).containsExactly("container", "volume");
        Path container = Files.createDirectory(directory.resolve("c"));
        Path snapshot = Files.createDirectory(directory.resolve("s"));
        Path volume = Files.createDirectory(directory.resolve("v"));
        new Unpack(limits, true).partInto(container, file, CONTAINER);
        new Unpack(limits, true).partInto(snapshot, file, List.of("backup", "snapshots", "s[0]"));
        new Unpack(limits, true).volumeInto(volume, file, List.of("backup", "volume"));
        assertThat(container.resolve("rootfs/backup/new")).hasContent("new");
        assertThat(container.toFile().list()).containsExactlyInAnyOrder("metadata.yaml", "rootfs");
        assertThat(snapshot.resolve("rootfs/old")).hasContent("new");
        assertThat(volume.toFile().list()).containsExactly("backup");
        assertThat(volume.resolve("backup/mine")).hasContent("mine");
        assertThat(Files.getAttribute(volume, "unix:mode")).isEqualTo(0041771);
        assertThat(Files.getAttribute(volume, "unix:uid")).isEqualTo(1234);
        Path nothing = Files.createDirectory(directory.resolve("n"));
        assertThatThrownBy(() -> new Unpack(limits, true).partInto(nothing, file, List.of("backup", "nothing")))
                .isInstanceOf(BadArchive.class);
    }

    @Test
    @Tag("host")
    void refuses_to_unpack_a_volume_with_links_out_of_it() throws IOException {
        var tar = new TarMaker()
                .file("backup/index.yaml", "name: v1\n")
                .file("backup/other", "x")
                .directory("backup/volume")
                .hardLink("backup/volume/file", "backup/other");
        Path file = TarMaker.write(directory, tar.bytes());
        Path target = Files.createDirectory(directory.resolve("v"));
        assertThatThrownBy(() -> new Unpack(limits, true).volumeInto(target, file, List.of("backup", "volume")))
                .isInstanceOf(BadArchive.class)
                .hasMessageContaining("is a hard link out of its tree");
    }

    @TestFactory
    @Tag("host")
    Stream<DynamicTest> refuses_to_unpack() {
        Map<String, UnaryOperator<TarMaker>> bad = Map.of(
                "may not be a symbolic link", it -> it.symbolicLink("backup/container/templates", "/etc"),
                "is a hard link out of its tree",
                        it -> it.hardLink("backup/container/rootfs/b", "backup/snapshots/s0/rootfs/old"),
                "rootfs/c\" is a hard link out",
                        it -> it.hardLink("backup/container/rootfs/c", "backup/container/metadata.yaml"),
                "is a hard link through a symbolic link",
                        it -> it.symbolicLink("backup/container/rootfs/d", "/etc")
                                .hardLink("backup/container/rootfs/e", "backup/container/rootfs/d/shadow"),
                "comes twice", it -> it.directory("backup/container/rootfs"));
        return bad.entrySet().stream()
                .map(it -> DynamicTest.dynamicTest(it.getKey(), () -> {
                    Path file = TarMaker.write(
                            directory, it.getValue().apply(honest()).bytes());
                    Path target = Files.createTempDirectory(directory, "t");
                    assertThatThrownBy(() -> new Unpack(limits, true).partInto(target, file, CONTAINER))
                            .isInstanceOf(BadArchive.class)
                            .hasMessageContaining(it.getKey());
                }));
    }
}
