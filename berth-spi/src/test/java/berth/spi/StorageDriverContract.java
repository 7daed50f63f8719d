package berth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Fingerprint;
import berth.model.IdMap;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.VolumeKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every storage driver promises. A driver's test extends it and says how to make the driver and its pool. */
public abstract class StorageDriverContract {
    protected static final IdMap MAP = new IdMap(1_000_000, 65_536);
    protected static final IdMap OTHER_MAP = new IdMap(2_000_000, 65_536);
    protected static final Fingerprint IMAGE = new Fingerprint("ab".repeat(32));
    protected static final VolumeRef WEB = container("web");

    protected Path state;
    protected StorageDriver driver;
    protected Pool pool;

    /** A driver on that state directory, as the daemon makes it at each start. */
    protected abstract StorageDriver driver(Path state);

    /** Configuration of the pool to test with. */
    protected abstract Map<String, String> config();

    /** Mounts, loop devices and the like that the driver left behind below the state directory; empty is good. */
    protected abstract List<String> leftovers();

    /** Owner of a file as the host sees it. */
    protected static int owner(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @BeforeEach
    void make_a_pool() throws IOException {
        state = Files.createTempDirectory("berth-storage-");
        driver = driver(state);
        pool = driver.complete(new Pool(new PoolName("p1"), driver.id(), "", Settings.copyOf(config()), null));
        driver.createPool(pool);
    }

    @AfterEach
    void remove_the_pool() throws IOException {
        for (VolumeRef volume : driver.volumes(pool)) {
            driver.unmount(pool, volume);
        }
        driver.deletePool(pool);
        assertThat(leftovers()).isEmpty();
        try (var left = Files.walk(state)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        delete(state);
    }

    @Test
    void an_image_is_unpacked_once_however_many_ask() throws Exception {
        var fills = new AtomicInteger();
        Callable<Object> unpack = () -> {
            driver.createImage(pool, IMAGE, directory -> {
                fills.incrementAndGet();
                fill(directory);
            });
            return "done";
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> each : threads.invokeAll(List.of(unpack, unpack, unpack, unpack))) {
                each.get();
            }
        }
        assertThat(fills).hasValue(1);
        assertThat(driver.hasImage(pool, IMAGE)).isTrue();
    }

    @Test
    void an_image_that_fails_to_unpack_is_not_there() {
        assertThatThrownBy(() -> driver.createImage(pool, IMAGE, directory -> {
                    fill(directory);
                    throw Refused.failed("broken on purpose");
                }))
                .hasMessage("broken on purpose");
        assertThat(driver.hasImage(pool, IMAGE)).isFalse();
        unpack();
        assertThat(driver.hasImage(pool, IMAGE)).isTrue();
    }

    @Test
    void an_image_whose_root_is_a_link_is_refused() {
        assertThatThrownBy(() -> driver.createImage(pool, IMAGE, directory -> {
                    try {
                        Files.createSymbolicLink(directory.resolve("rootfs"), Path.of("/etc"));
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                }))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("rootfs");
        assertThat(driver.hasImage(pool, IMAGE)).isFalse();
    }

    @Test
    void a_volume_from_an_image_has_its_content_with_mapped_ids() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, MAP);
        assertThat(driver.mount(pool, WEB, MAP)).isEqualTo(root);
        assertThat(root.resolve("etc/hostname")).hasContent("image");
        assertThat(owner(root.resolve("etc/hostname"))).isEqualTo(1_000_000);
        assertThat(driver.directory(pool, WEB).resolve("metadata.yaml")).hasContent("architecture: x86_64");
        assertThat(driver.directory(pool, WEB).resolve("templates/hosts.tpl")).hasContent("127.0.0.1 localhost");
        assertThat(driver.volumes(pool)).containsExactly(WEB);
        driver.unmount(pool, WEB);
        driver.unmount(pool, WEB);
        assertThat(root).doesNotExist();
    }

    @Test
    void ids_on_disk_stay_the_guests_own() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.stoppedRoot(pool, WEB);
        Files.writeString(root.resolve("etc/mine"), "x");
        Files.setAttribute(root.resolve("etc/mine"), "unix:uid", 33);
        driver.unmount(pool, WEB);
        assertThat(owner(driver.mount(pool, WEB, MAP).resolve("etc/mine"))).isEqualTo(1_000_033);
        driver.unmount(pool, WEB);
        assertThat(owner(driver.mount(pool, WEB, OTHER_MAP).resolve("etc/mine")))
                .isEqualTo(2_000_033);
        assertThat(owner(driver.mount(pool, WEB, null).resolve("etc/mine"))).isEqualTo(33);
        driver.unmount(pool, WEB);
        assertThat(owner(driver.stoppedRoot(pool, WEB).resolve("etc/mine"))).isEqualTo(33);
    }

    @Test
    void volumes_of_one_image_do_not_see_each_others_changes() throws Exception {
        unpack();
        var db = container("db");
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.createVolume(pool, db, new StorageDriver.Source.FromImage(IMAGE));
        Files.writeString(driver.mount(pool, WEB, MAP).resolve("etc/hostname"), "web");
        Files.delete(driver.mount(pool, WEB, MAP).resolve("etc/passwd"));
        Path other = driver.mount(pool, db, MAP);
        assertThat(other.resolve("etc/hostname")).hasContent("image");
        assertThat(other.resolve("etc/passwd")).exists();
    }

    @Test
    void a_deleted_volume_is_gone_and_its_name_is_free() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Files.writeString(driver.mount(pool, WEB, MAP).resolve("etc/hostname"), "old");
        driver.createSnapshot(pool, WEB, "s1");
        driver.unmount(pool, WEB);
        driver.deleteVolume(pool, WEB);
        driver.deleteVolume(pool, WEB);
        assertThat(driver.volumes(pool)).isEmpty();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void an_empty_volume_can_be_written_and_copied() throws Exception {
        var data = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "my_data");
        var copy = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "copy");
        driver.createVolume(pool, data, new StorageDriver.Source.Empty());
        Files.writeString(driver.stoppedRoot(pool, data).resolve("file"), "content");
        driver.createVolume(pool, copy, new StorageDriver.Source.FromVolume(data, null));
        assertThat(driver.mount(pool, copy, OTHER_MAP).resolve("file")).hasContent("content");
        assertThat(owner(driver.mount(pool, copy, OTHER_MAP).resolve("file"))).isEqualTo(2_000_000);
        assertThat(driver.volumes(pool)).containsExactlyInAnyOrder(data, copy);
        Files.writeString(driver.mount(pool, copy, OTHER_MAP).resolve("file"), "changed");
        assertThat(driver.mount(pool, data, MAP).resolve("file")).hasContent("content");
    }

    @Test
    void a_snapshot_of_a_running_volume_is_what_restore_brings_back() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, null);
        Files.writeString(root.resolve("etc/hostname"), "before");
        Files.delete(root.resolve("etc/passwd"));
        driver.createSnapshot(pool, WEB, "s1");
        driver.createSnapshot(pool, WEB, "s1");
        Files.writeString(root.resolve("etc/hostname"), "after");
        Files.writeString(root.resolve("etc/passwd"), "back");
        driver.unmount(pool, WEB);
        driver.renameSnapshot(pool, WEB, "s1", "s2");
        driver.restoreSnapshot(pool, WEB, "s2");
        root = driver.mount(pool, WEB, MAP);
        assertThat(root.resolve("etc/hostname")).hasContent("before");
        assertThat(root.resolve("etc/passwd")).doesNotExist();
        driver.deleteSnapshot(pool, WEB, "s2");
        driver.deleteSnapshot(pool, WEB, "s2");
        driver.unmount(pool, WEB);
        assertThatThrownBy(() -> driver.restoreSnapshot(pool, WEB, "s2")).isInstanceOf(Refused.class);
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("before");
    }

    @Test
    void a_copy_of_a_snapshot_is_a_volume_of_its_own() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, MAP);
        Files.writeString(root.resolve("etc/hostname"), "snap");
        driver.createSnapshot(pool, WEB, "s1");
        Files.writeString(root.resolve("etc/hostname"), "later");
        var twin = container("twin");
        driver.createVolume(pool, twin, new StorageDriver.Source.FromVolume(WEB, "s1"));
        driver.unmount(pool, WEB);
        driver.deleteVolume(pool, WEB);
        assertThat(driver.mount(pool, twin, MAP).resolve("etc/hostname")).hasContent("snap");
        assertThat(driver.mount(pool, twin, MAP).resolve("etc/passwd")).exists();
    }

    @Test
    void a_snapshot_can_be_given_to_another_volume() throws Exception {
        var data = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "data");
        var twin = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "twin");
        driver.createVolume(pool, data, new StorageDriver.Source.Empty());
        Path root = driver.mount(pool, data, null);
        Files.writeString(root.resolve("file"), "then");
        driver.createSnapshot(pool, data, "s1");
        Files.writeString(root.resolve("file"), "now");
        driver.createVolume(pool, twin, new StorageDriver.Source.FromVolume(data, null));
        driver.giveSnapshot(pool, twin, "s1", new StorageDriver.Source.FromVolume(data, "s1"));
        driver.giveSnapshot(pool, twin, "s1", new StorageDriver.Source.FromVolume(data, "s1"));
        driver.unmount(pool, data);
        driver.deleteVolume(pool, data);
        assertThat(driver.mount(pool, twin, MAP).resolve("file")).hasContent("now");
        driver.unmount(pool, twin);
        driver.restoreSnapshot(pool, twin, "s1");
        assertThat(driver.mount(pool, twin, MAP).resolve("file")).hasContent("then");
        driver.unmount(pool, twin);
    }

    @Test
    void a_volume_is_filled_from_elsewhere_and_keeps_only_what_belongs_there() throws Exception {
        StorageDriver.Filler filler = directory -> {
            fill(directory);
            try {
                Files.createDirectories(directory.resolve("image-" + IMAGE.text()));
                Files.createDirectories(directory.resolve("upper"));
                Files.writeString(directory.resolve("backup.yaml"), "x");
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        };
        driver.createVolume(pool, WEB, new StorageDriver.Source.Filled(filler));
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("image");
        try (var held = Files.list(driver.directory(pool, WEB))) {
            assertThat(held.map(it -> it.getFileName().toString()))
                    .containsExactlyInAnyOrder("rootfs", "metadata.yaml", "templates");
        }
        driver.unmount(pool, WEB);
        driver.giveSnapshot(pool, WEB, "s1", new StorageDriver.Source.Filled(filler));
        driver.restoreSnapshot(pool, WEB, "s1");
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void a_volume_that_cannot_be_filled_is_not_there() {
        assertThatThrownBy(() -> driver.createVolume(pool, WEB, new StorageDriver.Source.Filled(directory -> {
                    fill(directory);
                    throw Refused.failed("broken on purpose");
                })))
                .hasMessage("broken on purpose");
        assertThatThrownBy(() -> driver.createVolume(pool, WEB, new StorageDriver.Source.Filled(_ -> {})))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("rootfs");
        assertThat(driver.volumes(pool)).isEmpty();
    }

    @Test
    void a_volume_in_use_and_its_snapshots_are_shown_as_they_are_inside() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, null);
        Files.writeString(root.resolve("etc/hostname"), "then");
        driver.createSnapshot(pool, WEB, "s1");
        Files.writeString(root.resolve("etc/hostname"), "now");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("etc"));
        Path place = driver.show(pool, WEB, null, shown -> {
            assertThat(shown.about().resolve("metadata.yaml")).hasContent("architecture: x86_64");
            assertThat(shown.root().resolve("etc/hostname")).hasContent("now");
            assertThat(owner(shown.root().resolve("etc/hostname"))).isZero();
            assertThat(shown.root().resolve("etc/passwd")).doesNotExist();
            assertThat(shown.root().resolve("link")).isSymbolicLink();
            assertThatThrownBy(() -> Files.readString(shown.root().resolve("link/hostname")))
                    .as("no link leads anywhere")
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Files.writeString(shown.root().resolve("etc/hostname"), "x"))
                    .isInstanceOf(IOException.class);
            return shown.root();
        });
        assertThat(place).doesNotExist();
        driver.show(pool, WEB, "s1", shown -> {
            assertThat(shown.root().resolve("etc/hostname")).hasContent("then");
            assertThat(shown.root().resolve("etc/passwd")).exists();
            return true;
        });
        driver.unmount(pool, WEB);
    }

    @Test
    void a_replaced_volume_has_the_other_s_content_and_keeps_its_snapshots() throws Exception {
        unpack();
        var db = container("db");
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.createVolume(pool, db, new StorageDriver.Source.FromImage(IMAGE));
        driver.createSnapshot(pool, WEB, "s1");
        Files.writeString(driver.mount(pool, db, MAP).resolve("etc/hostname"), "db");
        driver.replaceVolume(pool, WEB, new StorageDriver.Source.FromVolume(db, null));
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("db");
        assertThatThrownBy(() -> driver.replaceVolume(pool, WEB, new StorageDriver.Source.FromVolume(db, "none")))
                .isInstanceOf(Refused.class);
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("db");
        driver.unmount(pool, db);
        driver.deleteVolume(pool, db);
        driver.unmount(pool, WEB);
        driver.restoreSnapshot(pool, WEB, "s1");
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void a_renamed_volume_keeps_content_and_snapshots() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Files.writeString(driver.mount(pool, WEB, MAP).resolve("etc/hostname"), "kept");
        driver.createSnapshot(pool, WEB, "s1");
        driver.unmount(pool, WEB);
        var db = new VolumeRef(VolumeKind.CONTAINER, new ProjectName("other"), "db");
        driver.renameVolume(pool, WEB, db);
        driver.renameVolume(pool, WEB, db);
        assertThat(driver.volumes(pool)).containsExactly(db);
        driver.restoreSnapshot(pool, db, "s1");
        assertThat(driver.mount(pool, db, MAP).resolve("etc/hostname")).hasContent("kept");
    }

    @Test
    void a_deleted_image_does_not_take_its_volumes_along() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.deleteImage(pool, IMAGE);
        driver.deleteImage(pool, IMAGE);
        assertThat(driver.hasImage(pool, IMAGE)).isFalse();
        assertThat(driver.mount(pool, WEB, MAP).resolve("etc/hostname")).hasContent("image");
        assertThatThrownBy(
                        () -> driver.createVolume(pool, container("late"), new StorageDriver.Source.FromImage(IMAGE)))
                .isInstanceOf(Refused.class);
        unpack();
        driver.createVolume(pool, container("late"), new StorageDriver.Source.FromImage(IMAGE));
        assertThat(driver.mount(pool, container("late"), MAP).resolve("etc/passwd"))
                .exists();
    }

    @Test
    void a_mount_outlives_the_daemon_and_is_recognised() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, MAP);
        Files.writeString(root.resolve("etc/hostname"), "still");
        StorageDriver next = driver(state);
        next.openPool(pool);
        assertThat(next.mount(pool, WEB, MAP)).isEqualTo(root);
        assertThat(root.resolve("etc/hostname")).hasContent("still");
        next.unmount(pool, WEB);
        assertThat(root).doesNotExist();
    }

    @Test
    void a_closed_pool_opens_again_with_all_in_it() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.closePool(pool);
        driver.closePool(pool);
        driver.openPool(pool);
        driver.openPool(pool);
        driver.createPool(pool);
        assertThat(driver.hasImage(pool, IMAGE)).isTrue();
        assertThat(driver.volumes(pool)).containsExactly(WEB);
    }

    @Test
    void a_pool_tells_its_space() {
        var space = driver.space(pool);
        assertThat(space.totalBytes()).isPositive();
        assertThat(space.usedBytes()).isBetween(0L, space.totalBytes());
    }

    @Test
    void what_is_not_there_is_refused_by_name() {
        assertThatThrownBy(() -> driver.mount(pool, container("nobody"), MAP))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(IMAGE.text());
        driver.deleteVolume(pool, container("nobody"));
        driver.deleteImage(pool, IMAGE);
    }

    @Test
    void an_unknown_key_of_a_pool_is_refused() {
        var wrong = new Pool(pool.name(), pool.driver(), "", Settings.with(pool.config(), "colour", "red"), null);
        assertThatThrownBy(() -> driver.complete(wrong))
                .hasMessage("Invalid option for storage pool \"p1\" option \"colour\"");
        assertThat(driver.complete(pool)).isEqualTo(pool);
    }

    /** A container's root volume in the default project. */
    protected static VolumeRef container(String name) {
        return new VolumeRef(VolumeKind.CONTAINER, new ProjectName("default"), name);
    }

    /** Puts the test image into the pool. */
    protected void unpack() {
        driver.createImage(pool, IMAGE, StorageDriverContract::fill);
    }

    private static void fill(Path directory) {
        try {
            Files.createDirectories(directory.resolve("rootfs/etc"));
            Files.createDirectories(directory.resolve("templates"));
            Files.writeString(directory.resolve("metadata.yaml"), "architecture: x86_64");
            Files.writeString(directory.resolve("templates/hosts.tpl"), "127.0.0.1 localhost");
            Files.writeString(directory.resolve("rootfs/etc/hostname"), "image");
            Files.writeString(directory.resolve("rootfs/etc/passwd"), "root:x:0:0::/root:/bin/sh");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path top) throws IOException {
        try (var all = Files.walk(top)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
