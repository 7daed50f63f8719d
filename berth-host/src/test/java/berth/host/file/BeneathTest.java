package berth.host.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest's tree that does all it can to lead outside, and a canary beside it that must stay as it was. */
class BeneathTest {
    private static final byte[] BYTES = "from the host".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path work;

    private Path tree;
    private Path canary;

    @BeforeEach
    void set_up_tree_and_canary() throws IOException {
        tree = Files.createDirectories(work.resolve("tree"));
        canary = Files.createDirectories(work.resolve("canary"));
        Files.writeString(canary.resolve("secret"), "of the host");
        Files.createDirectories(canary.resolve("etc"));
        Files.writeString(canary.resolve("etc/secret"), "of the host");
    }

    @AfterEach
    void canary_is_as_it_was() throws IOException {
        try (var all = Files.walk(canary)) {
            assertThat(all.map(it -> canary.relativize(it).toString()).sorted().toList())
                    .containsExactly("", "etc", "etc/secret", "secret");
        }
        assertThat(canary.resolve("secret")).hasContent("of the host");
        assertThat(canary.resolve("etc/secret")).hasContent("of the host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link/secret", "up/canary/secret", "../canary/secret", "./../canary/secret", "file"})
    void nothing_of_ours_is_reached_through_a_link_or_a_parent(String path) throws IOException {
        hostileLinks();
        try (var own = Beneath.own(tree)) {
            assertThatThrownBy(() -> own.read(path, 100)).isInstanceOf(Errno.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link/new", "up/canary/new", "../canary/new"})
    void nothing_is_written_made_renamed_or_deleted_through_a_link(String path) throws IOException {
        hostileLinks();
        Files.writeString(tree.resolve("here"), "x");
        for (var beneath : List.of(Beneath.own(tree), Beneath.guest(tree))) {
            try (beneath) {
                quietly(() -> beneath.write(path, BYTES, 0644));
                quietly(() -> beneath.mkdir(path, 0755));
                quietly(() -> beneath.symlink("/etc", path));
                quietly(() -> beneath.rename("here", path));
                quietly(() -> beneath.chmod(path, 0777));
                quietly(() -> beneath.deleteTree(path.replace("new", "secret")));
                quietly(() -> beneath.unlink(path.replace("new", "secret")));
            }
        }
    }

    @Test
    void a_file_that_is_written_into_stays_the_same_file() throws IOException {
        Path file = Files.writeString(tree.resolve("file"), "old and longer");
        Files.createLink(tree.resolve("other"), file);
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/file"));
        try (var guest = Beneath.guest(tree)) {
            assertThat(guest.writeInto("link", false, out -> out.write(BYTES))).isTrue();
            assertThat(guest.writeInto("/file", true, out -> out.write('!'))).isTrue();
            assertThat(tree.resolve("other")).hasContent("from the host!");
            assertThat(guest.writeInto("none", false, out -> out.write(BYTES))).isFalse();
            assertThatThrownBy(() -> guest.writeInto(".", false, out -> out.write(BYTES)))
                    .isInstanceOf(Errno.class)
                    .hasMessageContaining("EISDIR");
        }
    }

    @Test
    void what_was_found_is_what_is_read_whatever_takes_its_place() throws IOException {
        Files.writeString(tree.resolve("file"), "first");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
        try (var guest = Beneath.guest(tree);
                var file = guest.entry("/file").orElseThrow();
                var link = guest.entry("link").orElseThrow()) {
            Files.delete(tree.resolve("file"));
            Files.createSymbolicLink(tree.resolve("file"), canary.resolve("secret"));
            try (var in = file.input()) {
                assertThat(in.readAllBytes()).asString().isEqualTo("first");
            }
            assertThat(link.target()).isEqualTo("file");
            assertThat(guest.entry("none")).isEmpty();
            assertThat(guest.entry("/").orElseThrow().names()).containsExactly("file", "link");
        }
    }

    @Test
    void the_kernels_own_files_are_no_files_of_a_guest() {
        try (var root = Beneath.guest(Path.of("/"))) {
            assertThatThrownBy(() -> root.read("proc/version", 1000)).hasMessageContaining("EACCES");
            assertThatThrownBy(() -> root.entry("proc/version").orElseThrow().input())
                    .hasMessageContaining("EACCES");
            assertThatThrownBy(() -> root.writeInto("proc/sys/kernel/core_pattern", true, out -> {}))
                    .hasMessageContaining("EACCES");
            assertThatThrownBy(() -> root.mkdir("proc/sys/x", 0755)).hasMessageContaining("EACCES");
        }
    }

    @Test
    void a_guests_absolute_link_stays_in_its_root() throws IOException {
        Files.createDirectories(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/hostname"), "guest");
        Files.createSymbolicLink(tree.resolve("name"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(tree.resolve("climb"), Path.of("../../../../etc/hostname"));
        try (var guest = Beneath.guest(tree)) {
            assertThat(guest.text("name", 100)).isEqualTo("guest");
            assertThat(guest.text("climb", 100)).isEqualTo("guest");
            assertThat(guest.text("/etc/hostname", 100)).isEqualTo("guest");
            guest.write("name", BYTES, 0640);
            assertThat(guest.lstat("name").orElseThrow().isFile()).isTrue();
            assertThat(guest.stat("name").orElseThrow().permissions()).isEqualTo(0640);
            assertThat(guest.text("etc/hostname", 100)).isEqualTo("guest");
        }
    }

    @Test
    void the_magic_links_of_proc_are_not_followed() {
        try (var guest = Beneath.guest(Path.of("/proc"))) {
            assertThatThrownBy(() -> guest.list("self/root/etc")).isInstanceOf(Errno.class);
        }
    }

    @Test
    void a_fifo_is_not_opened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", tree.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (var guest = Beneath.guest(tree)) {
            assertThatThrownBy(() -> guest.read("fifo", 10)).hasMessageContaining("no plain file");
            guest.write("fifo", BYTES, 0600);
            assertThat(guest.read("fifo", 100)).isEqualTo(BYTES);
        }
    }

    @Test
    void a_file_larger_than_the_limit_is_refused_and_leaves_no_trace() throws IOException {
        Files.write(tree.resolve("large"), new byte[101]);
        try (var own = Beneath.own(tree)) {
            assertThatThrownBy(() -> own.read("large", 100)).isInstanceOf(Errno.class);
            assertThat(own.read("large", 101)).hasSize(101);
            assertThatThrownBy(() -> own.write("new", 0600, -1, -1, 10, true, out -> out.write(new byte[11])))
                    .isInstanceOf(Errno.class);
            assertThat(own.list(".")).containsExactly("large");
        }
    }

    @Test
    void a_new_file_does_not_replace_one_that_is_there() {
        try (var own = Beneath.own(tree)) {
            own.create("a", BYTES, 0600);
            assertThatThrownBy(() -> own.create("a", new byte[1], 0600))
                    .extracting(it -> ((Errno) it).number())
                    .isEqualTo(Errno.EEXIST);
            assertThat(own.read("a", 100)).isEqualTo(BYTES);
            assertThat(own.list(".")).containsExactly("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/..", "a/.", "/", "nul\0name"})
    void names_that_are_none_are_refused(String path) throws IOException {
        Files.createDirectories(tree.resolve("a"));
        try (var own = Beneath.own(tree)) {
            assertThatThrownBy(() -> own.write(path, BYTES, 0600)).isInstanceOf(Errno.class);
            assertThatThrownBy(() -> own.deleteTree(path)).isInstanceOf(Errno.class);
        }
        assertThat(tree.resolve("a")).isDirectory();
    }

    @Test
    void a_tree_is_deleted_without_following_its_links() throws IOException {
        hostileLinks();
        Files.createDirectories(tree.resolve("doomed/a/b"));
        Files.createSymbolicLink(tree.resolve("doomed/a/out"), canary);
        Files.createSymbolicLink(tree.resolve("doomed/a/b/out"), canary.resolve("secret"));
        try (var own = Beneath.own(tree)) {
            own.deleteTree("doomed");
            own.deleteTree("doomed");
            own.deleteTree("link");
        }
        assertThat(tree.resolve("doomed")).doesNotExist();
        assertThat(Files.exists(tree.resolve("link"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void a_tree_deeper_than_any_path_is_deleted() {
        try (var own = Beneath.own(tree)) {
            own.mkdir("deep", 0755);
            var at = own.sub("deep");
            for (int i = 0; i < 3000; i++) {
                at.mkdir("d", 0755);
                var next = at.sub("d");
                at.close();
                at = next;
            }
            at.close();
            own.deleteTree("deep");
            assertThat(own.list(".")).isEmpty();
        }
    }

    @Test
    void a_name_that_is_no_utf8_is_deleted() throws Exception {
        Files.createDirectories(tree.resolve("d"));
        var made = new ProcessBuilder(
                        "perl",
                        "-e",
                        "mkdir \"$ARGV[0]/\\xff\\xfe\"; open(F, '>', \"$ARGV[0]/\\xff\\xfe/\\xe9\");",
                        tree.resolve("d").toString())
                .start();
        assertThat(made.waitFor()).isZero();
        try (var own = Beneath.own(tree)) {
            own.deleteTree("d");
            assertThat(own.list(".")).isEmpty();
        }
    }

    @Test
    void a_race_of_directory_and_link_never_leads_outside() throws Exception {
        Files.createDirectories(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/secret"), "of the guest");
        var over = new AtomicBoolean();
        Thread guest = Thread.ofPlatform().start(() -> swap(over));
        try (var own = Beneath.own(tree);
                var root = Beneath.guest(tree)) {
            for (int round = 0; round < 3000; round++) {
                for (var beneath : List.of(own, root)) {
                    quietly(() -> assertThat(beneath.text("etc/secret", 100)).isEqualTo("of the guest"));
                    quietly(() -> beneath.write("etc/new", new byte[0], 0600));
                    quietly(() -> beneath.chmod("etc/new", 0777));
                    quietly(() -> beneath.deleteTree("etc/new"));
                    quietly(() -> beneath.mkdir("etc/dir", 0700));
                    quietly(() -> beneath.deleteTree("etc/dir"));
                }
            }
        } finally {
            over.set(true);
            guest.join();
        }
    }

    /** Lets {@code etc} be a directory and a link to the canary's in turn, as fast as it can. */
    private void swap(AtomicBoolean over) {
        try {
            Files.createSymbolicLink(tree.resolve("bad"), canary.resolve("etc"));
            while (!over.get()) {
                Files.move(tree.resolve("etc"), tree.resolve("good"), StandardCopyOption.ATOMIC_MOVE);
                Files.move(tree.resolve("bad"), tree.resolve("etc"), StandardCopyOption.ATOMIC_MOVE);
                Files.move(tree.resolve("etc"), tree.resolve("bad"), StandardCopyOption.ATOMIC_MOVE);
                Files.move(tree.resolve("good"), tree.resolve("etc"), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private void hostileLinks() throws IOException {
        Files.createSymbolicLink(tree.resolve("link"), canary);
        Files.createSymbolicLink(tree.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(tree.resolve("file"), canary.resolve("secret"));
    }

    private static void quietly(Runnable attempt) {
        try {
            attempt.run();
        } catch (Errno refused) {
            // that it was refused, or hit what the guest has inside, is both fine: the canary tells
        }
    }
}
