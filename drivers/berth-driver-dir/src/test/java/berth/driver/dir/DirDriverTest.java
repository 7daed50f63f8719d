package berth.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.file.Mounts;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.VolumeKind;
import berth.spi.StorageDriver;
import berth.spi.StorageDriverContract;
import berth.spi.VolumeRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dir driver on whatever file system the machine's temporary directory has. */
@Tag("host")
class DirDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver driver(Path state) {
        return new DirDriver(state);
    }

    @Override
    protected Map<String, String> config() {
        return Map.of();
    }

    @Override
    protected List<String> leftovers() {
        return Mounts.under(state).stream().map(it -> it.target().toString()).toList();
    }

    @Test
    void a_deleted_image_stays_on_disk_until_the_last_volume_on_it_goes() {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        driver.createSnapshot(pool, WEB, "s1");
        driver.createVolume(pool, container("twin"), new StorageDriver.Source.FromVolume(WEB, "s1"));
        driver.deleteImage(pool, IMAGE);
        driver.deleteVolume(pool, WEB);
        Path images = state.resolve("storage-pools/p1/images");
        assertThat(images.toFile().list()).containsExactly(IMAGE.text());
        driver.deleteVolume(pool, container("twin"));
        assertThat(images.toFile().list()).isEmpty();
    }

    @Test
    void what_a_power_cut_left_unfinished_is_gone_once_the_pool_opens() throws Exception {
        Path top = state.resolve("storage-pools/p1");
        Files.createDirectories(top.resolve("images/.berth-tmp-1/rootfs/etc"));
        Files.createDirectories(top.resolve("containers/.berth-tmp-2/upper"));
        Files.createDirectories(top.resolve("containers-snapshots/web/.berth-tmp-3/upper"));
        assertThat(driver.volumes(pool)).isEmpty();
        driver(state).openPool(pool);
        try (var left = Files.walk(top)) {
            assertThat(left.filter(it -> it.toString().contains(".berth-tmp-"))).isEmpty();
        }
    }

    @Test
    void a_pool_may_lie_in_an_empty_directory_elsewhere_which_it_leaves_empty() throws Exception {
        Path other = Files.createTempDirectory("berth-elsewhere-");
        var second = new Pool(new PoolName("p2"), "dir", "", Settings.copyOf(Map.of("source", other.toString())), null);
        try {
            Files.writeString(other.resolve("file"), "x");
            assertThatThrownBy(() -> driver.complete(second))
                    .hasMessageContaining("Source path '" + other + "' isn't empty");
            Files.delete(other.resolve("file"));
            var whole = driver.complete(second);
            assertThat(whole.config()).containsEntry("volatile.initial_source", other.toString());
            driver.createPool(whole);
            assertThat(driver.complete(whole)).isEqualTo(whole);
            driver.createVolume(whole, WEB, new StorageDriver.Source.Empty());
            assertThat(other.resolve("containers/web/rootfs")).isDirectory();
            driver.closePool(whole);
            driver.openPool(whole);
            assertThat(driver.volumes(whole)).containsExactly(WEB);
            driver.deletePool(whole);
            assertThat(other).isEmptyDirectory();
        } finally {
            driver.deletePool(second);
            Files.delete(other);
        }
    }

    @Test
    void a_guest_may_rename_directories_of_its_image() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.stoppedRoot(pool, WEB);
        Files.move(root.resolve("etc"), root.resolve("moved"));
        driver.createSnapshot(pool, WEB, "s1");
        driver.unmount(pool, WEB);
        driver.createVolume(pool, container("twin"), new StorageDriver.Source.FromVolume(WEB, "s1"));
        assertThat(driver.mount(pool, container("twin"), MAP).resolve("moved/hostname"))
                .hasContent("image");
        assertThat(driver.mount(pool, container("twin"), MAP).resolve("etc")).doesNotExist();
    }

    @Test
    void no_other_user_gets_near_the_files_of_a_guest() throws Exception {
        unpack();
        driver.createVolume(pool, WEB, new StorageDriver.Source.FromImage(IMAGE));
        Path root = driver.mount(pool, WEB, MAP);
        assertThat(Files.getAttribute(state.resolve("storage-pools/p1"), "unix:mode"))
                .isEqualTo(0040700);
        assertThat(Files.getAttribute(root.getParent(), "unix:mode")).isEqualTo(0040100);
        assertThat(owner(root.getParent())).isEqualTo(1_000_000);
    }

    @Test
    void a_custom_volume_that_looks_like_layers_is_only_data() throws Exception {
        unpack();
        var data = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "data");
        var copy = new VolumeRef(VolumeKind.CUSTOM, new ProjectName("default"), "copy");
        driver.createVolume(pool, data, new StorageDriver.Source.Empty());
        Path root = driver.stoppedRoot(pool, data);
        Files.createDirectories(root.resolve("image-" + IMAGE.text()));
        Files.createDirectories(root.resolve("upper"));
        driver.unmount(pool, data);
        assertThat(driver.mount(pool, data, MAP).resolve("etc")).doesNotExist();
        driver.createVolume(pool, copy, new StorageDriver.Source.FromVolume(data, null));
        assertThat(driver.mount(pool, copy, MAP).resolve("upper")).isDirectory();
        driver.deleteImage(pool, IMAGE);
        assertThat(state.resolve("storage-pools/p1/images")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", ".", "..", ".berth-tmp-x", "a\nb", "nul\0"})
    void a_volume_cannot_have_a_name_that_leads_elsewhere(String name) {
        assertThatThrownBy(() -> driver.createVolume(pool, container(name), new StorageDriver.Source.Empty()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Invalid storage volume name");
    }
}
