package berth.driver.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.Program;
import berth.host.file.LoopDevice;
import berth.host.file.Mounts;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Refused;
import berth.model.Settings;
import berth.spi.StorageDriver;
import berth.spi.StorageDriverContract;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The btrfs driver on a file of its own. */
@Tag("host")
class BtrfsDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver driver(Path state) {
        return new BtrfsDriver(state);
    }

    @Override
    protected Map<String, String> config() {
        return Map.of("size", "300MiB");
    }

    @Override
    protected List<String> leftovers() {
        var left = new ArrayList<>(
                Mounts.under(state).stream().map(it -> it.target().toString()).toList());
        LoopDevice.of(state.resolve("disks/p1.img")).ifPresent(it -> left.add(it.toString()));
        return left;
    }

    @Test
    void subvolumes_that_a_guest_made_are_carried_along_and_deleted_with_it() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.stoppedRoot(pool, WEB);
        Program.of("btrfs", "subvolume", "create", root.resolve("srv").toString())
                .must();
        Program.of("btrfs", "subvolume", "create", root.resolve("srv/inner").toString())
                .must();
        Files.writeString(root.resolve("srv/inner/file"), "deep");
        Program.of("btrfs", "property", "set", root.resolve("srv/inner").toString(), "ro", "true")
                .must();
        driver.createSnapshot(pool, WEB, "s1");
        driver.deleteVolume(pool, container("none"));
        driver.createVolume(pool, container("twin"), new StorageDriver.Source.FromVolume(WEB, "s1"));
        assertThat(driver.stoppedRoot(pool, container("twin")).resolve("srv/inner/file"))
                .hasContent("deep");
        Files.writeString(driver.stoppedRoot(pool, container("twin")).resolve("srv/new"), "writable");
        Path snapshot = state.resolve("storage-pools/p1/containers-snapshots/web/s1/rootfs");
        assertThatThrownBy(() -> Files.writeString(snapshot.resolve("srv/inner/file"), "x"))
                .hasMessageContaining("Read-only");
        assertThatThrownBy(() -> Files.writeString(snapshot.resolve("etc/hostname"), "x"))
                .hasMessageContaining("Read-only");
        driver.restoreSnapshot(pool, WEB, "s1");
        driver.deleteVolume(pool, WEB);
        driver.deleteVolume(pool, container("twin"));
        String top = state.resolve("storage-pools/p1").toString();
        assertThat(Program.of("btrfs", "subvolume", "list", top).must().out().lines())
                .hasSize(1); // the image
    }

    @Test
    void a_pool_on_a_file_can_grow_but_not_shrink() {
        long before = driver.space(pool).totalBytes();
        var larger = new Pool(pool.name(), "btrfs", "", Settings.with(pool.config(), "size", "400MiB"), null);
        driver.updatePool(pool, larger);
        assertThat(driver.space(pool).totalBytes()).isEqualTo(before + (100 << 20));
        assertThatThrownBy(() -> driver.updatePool(larger, pool)).hasMessageContaining("grow, not shrink");
        var elsewhere = new Pool(pool.name(), "btrfs", "", Settings.with(pool.config(), "source", "/srv"), null);
        assertThatThrownBy(() -> driver.updatePool(pool, elsewhere))
                .hasMessage("Pool source cannot be changed when not in pending state");
    }

    @Test
    void a_limit_stops_a_guest_that_fills_its_root() throws Exception {
        driver.createVolume(pool, WEB, new StorageDriver.Source.Empty());
        assertThat(driver.usage(pool, WEB)).isEqualTo(-1);
        assertThat(driver.limit(pool, WEB, 0)).isTrue();
        assertThat(driver.limit(pool, WEB, 8 << 20)).isTrue();
        Path file = driver.stoppedRoot(pool, WEB).resolve("large");
        assertThatThrownBy(() -> Files.write(file, new byte[16 << 20])).hasMessageContaining("quota");
        assertThat(driver.usage(pool, WEB)).isBetween(0L, 8L << 20);
        assertThat(driver.limit(pool, WEB, 0)).isTrue();
        Files.write(file, new byte[16 << 20]);
    }

    @Test
    void what_a_power_cut_left_unfinished_is_gone_once_the_pool_opens() throws Exception {
        Path top = state.resolve("storage-pools/p1");
        Program.of(
                        "btrfs",
                        "subvolume",
                        "create",
                        top.resolve("images/.berth-tmp-1").toString())
                .must();
        Files.createDirectories(top.resolve("containers-snapshots/web"));
        Program.of(
                        "btrfs",
                        "subvolume",
                        "create",
                        top.resolve("containers-snapshots/web/.berth-tmp-2").toString())
                .must();
        Path unfinished = state.resolve("disks/.berth-tmp-p1-00000000-0000-0000-0000-000000000000");
        Files.createFile(unfinished);
        StorageDriver next = driver(state);
        next.createPool(pool);
        try (var left = Files.walk(top)) {
            assertThat(left.filter(it -> it.toString().contains(".berth-tmp-"))).isEmpty();
        }
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void a_pool_may_be_a_new_subvolume_of_a_btrfs_that_is_there() {
        Path path = state.resolve("storage-pools/p1/outside");
        var second = wanted("p2", path.toString());
        // below the state directory of the first driver, so seen from another
        Path state2 = state.resolve("second");
        var other = new BtrfsDriver(state2);
        var whole = other.complete(second);
        other.createPool(whole);
        other.createPool(whole);
        assertThat(other.complete(whole)).isEqualTo(whole);
        other.createImage(whole, IMAGE, it -> it.resolve("rootfs").toFile().mkdir());
        other.createVolume(whole, WEB, new StorageDriver.Source.FromImage(IMAGE));
        other.createSnapshot(whole, WEB, "s1");
        assertThat(path.resolve("containers/web/rootfs")).isDirectory();
        assertThat(other.mount(whole, WEB, MAP)).isDirectory();
        other.unmount(whole, WEB);
        other.closePool(whole);
        other.openPool(whole);
        other.deletePool(whole);
        other.deletePool(whole);
        assertThat(path).doesNotExist();
    }

    @Test
    void a_source_that_holds_something_or_is_no_btrfs_is_refused() throws Exception {
        Path inside = state.resolve("storage-pools/p1/full");
        var other = new BtrfsDriver(state.resolve("second"));
        Program.of("btrfs", "subvolume", "create", inside.toString()).must();
        Files.writeString(inside.resolve("file"), "x");
        assertThatThrownBy(() -> other.complete(wanted("p2", inside.toString())))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("isn't empty");
        assertThatThrownBy(() -> other.complete(wanted("p2", "/usr/berth-test")))
                .hasMessageContaining("isn't on btrfs");
        assertThatThrownBy(() -> other.complete(wanted("p2", "/dev/null")))
                .hasMessageContaining("isn't a block device");
        assertThatThrownBy(() -> driver.complete(wanted("p2", state.resolve("x").toString())))
                .hasMessageContaining("within the state directory");
        Program.of("btrfs", "subvolume", "delete", inside.toString()).must();
    }

    @Test
    void a_pool_may_be_a_block_device_of_its_own() throws Exception {
        Path disk = Files.createTempFile("berth-disk-", ".img");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(300 << 20);
        }
        try (var device = LoopDevice.attach(disk)) {
            var whole = driver.complete(wanted("p2", device.path().toString()));
            assertThat(whole.config())
                    .containsEntry("volatile.initial_source", device.path().toString());
            assertThat(whole.config().get("source")).matches("[0-9a-f-]{36}");
            driver.createPool(whole);
            driver.createPool(whole);
            driver.createVolume(whole, WEB, new StorageDriver.Source.Empty());
            assertThatThrownBy(() -> {
                        var third = driver.complete(wanted("p3", device.path().toString()));
                        driver.createPool(third);
                    })
                    .isInstanceOf(Refused.class);
            driver.closePool(whole);
            driver.openPool(whole);
            assertThat(driver.volumes(whole)).containsExactly(WEB);
            driver.deletePool(whole);
            assertThat(Program.of("blkid", "--probe", device.path().toString())
                            .run()
                            .out())
                    .isEmpty();
        } finally {
            Files.delete(disk);
        }
    }

    @Test
    void mount_options_with_blanks_or_line_ends_are_refused() {
        for (String options : List.of("noatime, x", "a\nb", "", "a,,b", "a;b")) {
            var pool = new Pool(
                    new PoolName("p2"), "btrfs", "", Settings.copyOf(Map.of("btrfs.mount_options", options)), null);
            assertThatThrownBy(() -> driver.complete(pool)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void a_pool_without_a_size_gets_a_fifth_of_what_is_free() {
        var whole = driver.complete(new Pool(new PoolName("p2"), "btrfs", "", Settings.copyOf(null), null));
        assertThat(whole.config().get("size")).matches("([5-9]|[12][0-9]|30)GiB");
        assertThat(whole.config())
                .containsEntry("source", state.resolve("disks/p2.img").toString());
    }

    private static Pool wanted(String name, String source) {
        return new Pool(new PoolName(name), "btrfs", "", Settings.copyOf(Map.of("source", source)), null);
    }
}
