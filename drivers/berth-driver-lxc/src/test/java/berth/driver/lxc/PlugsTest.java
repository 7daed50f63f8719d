package berth.driver.lxc;

import static berth.spi.Fitting.Propagation.PRIVATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.file.Mounts;
import berth.host.net.Links;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Things come into a running guest and go out of it. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlugsTest {
    private final Handle handle = new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("plugs1"));

    private Path directory = Path.of("/");
    private Path source;
    private LxcDriver driver;
    private Guest guest;

    @BeforeAll
    void start_one(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Guest.makeBridge();
        guest = new Guest(directory);
        driver = new LxcDriver(directory.resolve("lxc"), directory.resolve("logs"), "berthtest");
        driver.start(guest.setup(handle));
    }

    @BeforeEach
    void a_directory_that_only_root_may_enter() throws IOException {
        source = Files.createDirectories(directory.resolve("secret/data"));
        Files.writeString(source.resolve("file"), "hello");
        Files.setPosixFilePermissions(
                directory.resolve("secret"), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void the_source_is_untouched() throws IOException {
        assertThat(source.resolve("file")).hasContent("hello");
        try (Stream<Path> all = Files.walk(source)) {
            all.sorted(Comparator.reverseOrder()).forEach(it -> it.toFile().delete());
        }
    }

    @AfterAll
    void nothing_is_left() {
        driver.kill(handle);
        assertThat(Mounts.under(directory.resolve("lxc"))).isEmpty();
        assertThat(directory.resolve("lxc/plugs1/devices")).doesNotExist();
        driver.forget(handle);
        Guest.removeBridge();
    }

    private Fitting.Mount disk(String target, boolean readOnly, boolean shift) {
        return new Fitting.Mount("d/1", source, target, readOnly, false, shift, false, PRIVATE);
    }

    private String run(String... command) {
        return Said.by(driver, handle, command).out();
    }

    private int code(String... command) {
        return Said.by(driver, handle, command).code();
    }

    @Test
    void a_shifted_directory_comes_and_goes_and_can_be_written_as_the_guests_root() throws IOException {
        driver.plug(handle, disk("/new/deep dir", false, true));
        driver.plug(handle, disk("/new/deep dir", false, true));

        assertThat(run("stat", "-c", "%u %n", "/new/deep dir/file")).isEqualTo("0 /new/deep dir/file\n");
        assertThat(run("stat", "-c", "%u", "/new")).isEqualTo("0\n");
        assertThat(code("touch", "/new/deep dir/made")).isZero();
        assertThat(Files.getAttribute(source.resolve("made"), "unix:uid")).isEqualTo(0);
        assertThat(run("grep", "-c", "deep", "/proc/self/mounts")).isEqualTo("1\n");

        driver.unplug(handle, disk("/new/deep dir", false, true));
        driver.unplug(handle, disk("/new/deep dir", false, true));
        assertThat(run("ls", "/new/deep dir")).isEmpty();
        assertThat(run("grep", "-c", "deep", "/proc/self/mounts")).isEqualTo("0\n");
    }

    @Test
    void without_shift_the_hosts_owners_are_nobody_inside() {
        driver.plug(handle, disk("/mnt", false, false));
        assertThat(run("stat", "-c", "%u", "/mnt/file")).isEqualTo("65534\n");
        assertThat(code("touch", "/mnt/new")).isNotZero();
        driver.unplug(handle, disk("/mnt", false, false));
    }

    @Test
    void a_read_only_disk_is_refused_rather_than_put_where_the_guest_could_make_it_writable() {
        assertThatThrownBy(() -> driver.plug(handle, disk("/mnt", true, true)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("stop the instance first");
        assertThat(run("ls", "/mnt")).isEmpty();
    }

    @Test
    void who_kills_a_guest_and_who_hears_of_its_end_do_not_stumble_over_each_other() throws Exception {
        var other = new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("plugs2"));
        for (int round = 0; round < 10; round++) {
            driver.start(guest.setup(other, Map.of(), List.of()));
            for (int disk = 0; disk < 4; disk++) {
                driver.plug(
                        other,
                        new Fitting.Mount("d" + disk, source, "/mnt" + disk, false, false, false, false, PRIVATE));
            }
            List<FutureTask<Boolean>> hearers = Stream.generate(
                            () -> new FutureTask<>(() -> driver.awaitGone(other, Duration.ofSeconds(20))))
                    .limit(4)
                    .toList();
            hearers.forEach(Thread.ofVirtual()::start);
            driver.kill(other);
            for (FutureTask<Boolean> each : hearers) {
                assertThat(each.get()).isTrue();
            }
            assertThat(directory.resolve("lxc/plugs2/devices")).doesNotExist();
        }
        driver.forget(other);
    }

    @Test
    void a_file_comes_and_goes() {
        var file =
                new Fitting.Mount("f", source.resolve("file"), "/etc/from-host", false, false, false, false, PRIVATE);
        driver.plug(handle, file);
        assertThat(run("cat", "/etc/from-host")).isEqualTo("hello");
        driver.unplug(handle, file);
        assertThat(run("cat", "/etc/from-host")).isEmpty();
    }

    @Test
    void a_source_that_was_deleted_meanwhile_can_be_taken_out_nevertheless() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        var disk = new Fitting.Mount("o", other, "/mnt", false, false, false, false, PRIVATE);
        driver.plug(handle, disk);
        Files.delete(other);
        driver.unplug(handle, disk);
        assertThat(run("grep", "-c", " /mnt ", "/proc/self/mounts")).isEqualTo("0\n");
    }

    @Test
    void a_target_that_leads_out_of_the_guest_stays_in_it() {
        assertThat(code("ln", "-s", "../../../../../../tmp", "/trap")).isZero();
        driver.plug(handle, disk("/trap/inside", false, true));
        assertThat(run("cat", "/tmp/inside/file")).isEqualTo("hello");
        assertThat(Path.of("/tmp/inside")).doesNotExist();
        driver.unplug(handle, disk("/trap/inside", false, true));
        assertThat(run("ls", "/tmp/inside")).isEmpty();
    }

    @Test
    void a_mount_that_cannot_be_leaves_no_directories_behind_and_says_why() {
        assertThat(code("touch", "/plain")).isZero();
        assertThatThrownBy(() -> driver.plug(handle, disk("/plain/below", false, true)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("ENOTDIR");
        var file = new Fitting.Mount("f", source.resolve("file"), "/fresh/dir", false, false, false, false, PRIVATE);
        driver.plug(handle, disk("/fresh/dir", false, true));
        assertThatThrownBy(() -> driver.plug(handle, file)).isInstanceOf(Refused.class);
        driver.unplug(handle, disk("/fresh/dir", false, true));
        assertThatThrownBy(() -> driver.plug(handle, file))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("EISDIR");
        assertThat(run("ls", "/fresh")).isEqualTo("dir\n");
    }

    @Test
    void a_character_device_works_and_belongs_to_whom_it_should() {
        var node = new Fitting.Node("n", "/dev/mine", false, 1, 5, 7, 8, 0640);
        driver.plug(handle, node);
        driver.plug(handle, node);
        assertThat(run("stat", "-c", "%F %t %T %u %g %a", "/dev/mine"))
                .isEqualTo("character special file 1 5 7 8 640\n");
        assertThat(run("head", "-c", "3", "/dev/mine")).isEqualTo("\0\0\0");
        driver.unplug(handle, node);
        assertThat(code("head", "-c", "3", "/dev/mine")).isZero();
        assertThat(run("stat", "-c", "%F", "/dev/mine")).isEqualTo("regular empty file\n");
    }

    @Test
    void a_network_card_comes_up_with_its_address_and_goes() {
        var nic = new Fitting.Nic("eth7", Guest.BRIDGE, "vethtest7", "lan", "00:16:3e:00:00:07", 1400);
        driver.plug(handle, nic);
        driver.plug(handle, nic);
        assertThat(run("cat", "/sys/class/net/lan/address")).isEqualTo("00:16:3e:00:00:07\n");
        assertThat(run("cat", "/sys/class/net/lan/mtu")).isEqualTo("1400\n");
        assertThat(code("ip", "addr", "add", "10.77.0.7/24", "dev", "lan")).isZero();
        assertThat(code("ping", "-c", "1", "-W", "2", "-I", "lan", "10.77.0.1")).isZero();
        assertThat(Path.of("/sys/class/net/vethtest7/master").toFile().getAbsoluteFile())
                .exists();
        driver.unplug(handle, nic);
        driver.unplug(handle, nic);
        assertThat(code("ls", "/sys/class/net/lan")).isNotZero();
        assertThat(Links.exists("vethtest7")).isFalse();
    }

    @Test
    void a_card_does_not_take_a_name_of_the_hosts_or_the_guests() {
        var foreign = new Fitting.Nic("x", null, Guest.BRIDGE, "x0", "00:16:3e:00:00:09", 0);
        assertThatThrownBy(() -> driver.plug(handle, foreign)).hasMessageContaining("on the host already");
        driver.unplug(handle, foreign);
        assertThat(Links.exists(Guest.BRIDGE)).isTrue();
        var taken = new Fitting.Nic("x", null, "vethtest9", "eth0", "00:16:3e:00:00:09", 0);
        assertThatThrownBy(() -> driver.plug(handle, taken)).hasMessageContaining("in the guest already");
        assertThat(Links.exists("vethtest9")).isFalse();
    }

    @Test
    void a_guest_that_swaps_links_while_disks_come_and_go_gets_nothing_outside() throws InterruptedException {
        String canary = "berth-canary-" + java.util.UUID.randomUUID();
        String swap = "mkdir -p /race/a; while :; do ln -sfn /race/a /race/t; ln -sfn /proc/1/root/../../.. /race/t;"
                + " ln -sfn ../../../../../../../../tmp /race/t; done";
        assertThat(code("sh", "-c", "(" + swap + ") >/dev/null 2>&1 & echo $! > /race.pid"))
                .isZero();
        List<String> before =
                Mounts.all().stream().map(it -> it.target().toString()).toList();
        for (int i = 0; i < 200; i++) {
            try {
                driver.plug(handle, disk("/race/t/" + canary, false, true));
            } catch (Refused nowhere) {
                // a link at the wrong moment: no mount at all
            }
            try {
                driver.unplug(handle, disk("/race/t/" + canary, false, true));
            } catch (Refused nowhere) {
                // as above
            }
        }
        code("sh", "-c", "kill $(cat /race.pid)");
        List<String> after = Mounts.all().stream()
                .map(it -> it.target().toString())
                .filter(it -> !it.startsWith(directory.toString()))
                .toList();
        assertThat(after)
                .isEqualTo(before.stream()
                        .filter(it -> !it.startsWith(directory.toString()))
                        .toList());
        assertThat(Path.of("/tmp/" + canary)).doesNotExist();
    }
}
