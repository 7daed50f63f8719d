package berth.host.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Errno;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts, id maps and loop devices. */
@Tag("host")
class HostMountsTest {
    private static final IdExtents MAP = IdExtents.both(List.of(new IdExtent(0, 1_000_000, 65_536)));

    @TempDir
    Path work;

    @Test
    void ids_are_shown_mapped_and_stay_as_they_are() throws Exception {
        Path source = Files.createDirectories(work.resolve("source"));
        Path target = Files.createDirectories(work.resolve("target"));
        Files.writeString(source.resolve("file"), "x");
        try (var held = Beneath.own(source)) {
            IdMappedMount.attach(held, target, MAP);
            long began = System.nanoTime();
            Mounts.detach(target);
            IdMappedMount.attach(held, target, MAP);
            System.Logger log = System.getLogger("berth.host.file");
            log.log(System.Logger.Level.INFO, "detach and attach took {0} us", (System.nanoTime() - began) / 1000);
            assertThat(Files.getAttribute(target.resolve("file"), "unix:uid")).isEqualTo(1_000_000);
            assertThat(Files.getAttribute(source.resolve("file"), "unix:uid")).isEqualTo(0);
            assertThat(Mounts.under(work))
                    .singleElement()
                    .extracting(Mounts.Mounted::options)
                    .asString()
                    .contains("idmapped");
        } finally {
            Mounts.detach(target);
        }
        assertThat(Mounts.under(work)).isEmpty();
    }

    @Test
    void a_mount_says_what_the_kernel_complained_of() throws Exception {
        Path target = Files.createDirectories(work.resolve("target"));
        assertThatThrownBy(() -> Mounts.mount("tmpfs", "none", target, List.of("colour=red")))
                .isInstanceOf(Errno.class)
                .hasMessageContaining("colour");
        assertThat(Mounts.under(work)).isEmpty();
    }

    @Test
    void a_tree_with_a_mount_in_it_is_not_deleted_through_it() throws Exception {
        Path target = Files.createDirectories(work.resolve("tree/mounted"));
        Path precious = Files.createDirectories(work.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Mounts.bind(precious, target);
        try (var own = Beneath.own(work)) {
            assertThatThrownBy(() -> own.deleteTree("tree")).isInstanceOf(Errno.class);
            assertThat(precious.resolve("file")).exists();
        } finally {
            Mounts.unmount(target);
        }
    }

    @Test
    void a_copy_of_a_tree_that_turns_into_links_holds_nothing_of_the_host() throws Exception {
        Path canary = Files.createDirectories(work.resolve("canary/sub"));
        Files.writeString(canary.resolve("file"), "of the host");
        Path tree = Files.createDirectories(work.resolve("tree"));
        Files.createDirectories(tree.resolve("dir/sub"));
        Files.writeString(tree.resolve("dir/sub/file"), "of the guest");
        Files.createSymbolicLink(tree.resolve("bad"), work.resolve("canary"));
        var over = new AtomicBoolean();
        Thread guest = Thread.ofPlatform().start(() -> {
            try (var own = Beneath.own(tree)) {
                while (!over.get()) {
                    own.exchange("dir", "bad");
                }
            }
        });
        try (var held = Beneath.own(tree)) {
            for (int round = 0; round < 100; round++) {
                Path target = work.resolve("copy" + round);
                try {
                    ShownTree.at(work.resolve("scratch"), place -> {
                        IdMappedMount.attachForCopying(held, place);
                        TreeCopy.copy(place, target);
                        return true;
                    });
                } catch (berth.host.Program.Failed changedUnderneath) {
                    assertThat(changedUnderneath.complaint()).doesNotContain("of the host");
                }
                try (var all = Files.walk(target)) {
                    assertThat(all.filter(Files::isRegularFile).filter(it -> !Files.isSymbolicLink(it)))
                            .allSatisfy(it -> assertThat(it).hasContent("of the guest"));
                }
            }
        } finally {
            over.set(true);
            guest.join();
        }
        assertThat(Mounts.under(work)).isEmpty();
    }

    @Test
    void a_loop_device_is_gone_with_its_last_user() throws Exception {
        Path file = work.resolve("disk.img");
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(1 << 20);
        }
        try (var device = LoopDevice.attach(file)) {
            assertThat(LoopDevice.of(file)).contains(device.path());
            Path sectors =
                    Path.of("/sys/block").resolve(device.path().getFileName()).resolve("size");
            assertThat(sectors).hasContent("2048\n");
            try (var open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength(2 << 20);
            }
            LoopDevice.grow(device.path());
            assertThat(sectors).hasContent("4096\n");
        }
        assertThat(LoopDevice.of(file)).isEmpty();
    }
}
