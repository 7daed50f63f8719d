package berth.driver.lxc;

import static berth.spi.Fitting.Propagation.PRIVATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.host.net.Links;
import berth.host.process.ProcessStat;
import berth.model.Refused;
import berth.spi.Fitting;
import berth.spi.Handle;
import berth.spi.InstanceDriver;
import berth.spi.InstanceDriverContract;
import berth.spi.InstanceSetup;
import berth.spi.Life;
import berth.spi.Recovery;
import berth.spi.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real containers, on a host of their own ({@code tools/host run}). */
@Tag("host")
final class LxcDriverTest extends InstanceDriverContract {
    @TempDir
    Path directory;

    private final Map<Path, LxcDriver> drivers = new java.util.HashMap<>();
    private Guest guest;

    @Override
    protected InstanceDriver driver() {
        return drivers.computeIfAbsent(
                directory, it -> new LxcDriver(it.resolve("lxc"), it.resolve("logs"), "berthtest"));
    }

    @BeforeEach
    void make() throws IOException {
        Guest.makeBridge();
        guest = new Guest(directory);
    }

    @AfterEach
    void leaves_nothing_behind() throws IOException {
        driver().kill(handle);
        assertThat(groupsOfOurs()).isEmpty();
        assertThat(Links.exists("vethtest0")).isFalse();
    }

    @AfterAll
    static void the_bridge_goes_too() {
        Guest.removeBridge();
    }

    private static List<Path> groupsOfOurs() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 3)) {
            return all.filter(it -> it.getFileName().toString().startsWith("berthtest."))
                    .toList();
        }
    }

    @Override
    protected InstanceSetup setup(Handle whose) {
        return guest.setup(whose);
    }

    private void start(Map<String, String> config, Fitting... more) {
        var fittings = new ArrayList<Fitting>(List.of(Guest.nic()));
        fittings.addAll(List.of(more));
        driver().start(guest.setup(handle, config, fittings));
    }

    private static Fitting.Mount mount(String device, Path source, String target, boolean readOnly, boolean shift) {
        return new Fitting.Mount(device, source, target, readOnly, false, shift, false, PRIVATE);
    }

    private String run(String... command) {
        return Said.by(driver(), handle, command).out();
    }

    @Test
    void its_card_has_name_addresses_counters_and_the_name_of_the_other_end() throws InterruptedException {
        driver().start(setup(handle));
        var given = Map.of("00:16:3e:00:00:01", Set.of("inet"));
        while (!driver().lacks(handle, given).isEmpty()) {
            Thread.sleep(5);
        }

        Usage.Interface card = driver().usage(handle).interfaces().stream()
                .filter(it -> it.name().equals("eth0"))
                .findFirst()
                .orElseThrow();

        assertThat(card.hostName()).isEqualTo("vethtest0");
        assertThat(card.hwaddr()).isEqualTo("00:16:3e:00:00:01");
        assertThat(card.mtu()).isEqualTo(1500);
        assertThat(card.up()).isTrue();
        assertThat(card.type()).isEqualTo("broadcast");
        assertThat(card.addresses()).contains(new Usage.Address("inet", "10.77.0.2", 24, "global"));
    }

    @Test
    void counts_memory_processor_and_processes() {
        driver().start(setup(handle));

        Usage usage = driver().usage(handle);

        assertThat(usage.memory()).isPositive();
        assertThat(usage.memoryPeak()).isGreaterThanOrEqualTo(usage.memory());
        assertThat(usage.cpuNanoseconds()).isPositive();
        assertThat(usage.processes()).isPositive();
    }

    @Test
    void a_reboot_inside_is_told_and_its_next_life_found() throws InterruptedException {
        Life first = driver().start(setup(handle));
        while (run("cat", "/run-marker").isEmpty()) {
            Thread.sleep(5);
        }

        Said.by(driver(), handle, "kill", "-INT", "1");

        assertThat(nextExit()).isEqualTo(new Exit(handle, first, true));
        assertThat(driver().recover(handle))
                .isInstanceOfSatisfying(
                        Recovery.Alive.class, it -> assertThat(it.life()).isNotEqualTo(first));
        driver().kill(handle);
        assertThat(nextExit().rebooting()).isFalse();
    }

    @Test
    void another_daemon_finds_it_and_hears_of_its_end() throws InterruptedException {
        Life life = driver().start(setup(handle));
        var another = new LxcDriver(directory.resolve("lxc"), directory.resolve("logs"), "berthtest");
        another.onExit((whose, ended, again) -> exits.add(new Exit(whose, ended, again)));

        assertThat(another.recover(handle)).isEqualTo(new Recovery.Alive(life, false));

        another.kill(handle);
        assertThat(nextExit().life()).isEqualTo(life);
        assertThat(nextExit().life()).isEqualTo(life);
    }

    @Test
    void hears_of_an_exit_within_a_tenth_of_a_second() throws InterruptedException {
        Life life = driver().start(setup(handle));
        long before = System.nanoTime();

        ProcessHandle.of(life.pid()).orElseThrow().destroyForcibly();

        assertThat(nextExit().life()).isEqualTo(life);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void knows_a_guest_that_halts_from_one_that_is_killed() throws InterruptedException {
        assertThat(exitAfter(() -> run("poweroff", "-f")))
                .isEqualTo(new berth.spi.Exit(berth.spi.Exit.Cause.HALTED, ""));
        assertThat(exitAfter(() -> ProcessHandle.of(driver().usage(handle).pid())
                        .orElseThrow()
                        .destroyForcibly()))
                .isEqualTo(new berth.spi.Exit(berth.spi.Exit.Cause.KILLED, "PID 1 was killed by signal 9"));
    }

    @Test
    void knows_an_init_that_fails_and_one_that_wants_too_much_memory() throws Exception {
        init("sleep 0.2; exit 3");
        assertThat(exitAfter(() -> {}))
                .isEqualTo(new berth.spi.Exit(berth.spi.Exit.Cause.CRASHED, "PID 1 exited with 3"));
        init("sleep 0.2; exec dd if=/dev/zero of=/dev/null bs=200M count=1");
        assertThat(exitAfter(() -> {}).cause()).isEqualTo(berth.spi.Exit.Cause.OUT_OF_MEMORY);
    }

    private void init(String script) throws IOException {
        Path init = guest.root.resolve("sbin/init");
        Files.delete(init);
        Files.writeString(init, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(init, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private berth.spi.Exit exitAfter(Runnable end) throws InterruptedException {
        Life life = driver().start(guest.setup(handle, Map.of("limits.memory", "64MiB"), List.of(Guest.nic())));
        end.run();
        assertThat(nextExit().life()).isEqualTo(life);
        assertThat(driver().awaitGone(handle, Duration.ofSeconds(20))).isTrue();
        return driver().exit(handle, life);
    }

    @Test
    void ends_with_its_monitor_which_is_told_and_cleaned_up() throws InterruptedException {
        Life life = driver().start(setup(handle));
        long monitor = ProcessStat.of(life.pid()).orElseThrow().parent();

        ProcessHandle.of(monitor).orElseThrow().destroyForcibly();

        assertThat(nextExit()).isEqualTo(new Exit(handle, life, false));
        assertThat(driver().recover(handle)).isEqualTo(new Recovery.Gone());
    }

    @Test
    void a_failed_start_says_why_and_leaves_nothing() throws IOException {
        Files.delete(guest.root.resolve("sbin/init"));

        assertThatThrownBy(() -> driver().start(setup(handle)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("No such file or directory")
                .hasMessageContaining("/sbin/init");

        assertThat(groupsOfOurs()).isEmpty();
        assertThat(Links.exists("vethtest0")).isFalse();
    }

    @Test
    void a_missing_bridge_is_named() {
        var nic = new Fitting.Nic("eth0", "nobridge", "vethtest0", "eth0", "00:16:3e:00:00:01", 0);

        assertThatThrownBy(() -> driver().start(guest.setup(handle, Map.of(), List.of(nic))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("nobridge");
    }

    @Test
    void environment_values_arrive_as_they_are() throws IOException {
        start(Map.of(
                "environment.A", " \"q\" 'x' # y ",
                "environment.B", "",
                "environment.C", "\"",
                "environment.D", "ünï=code"));

        long pid = driver().usage(handle).pid();
        String environ = Files.readString(Path.of("/proc/" + pid + "/environ"));

        assertThat(environ.split("\0"))
                .containsExactlyInAnyOrder("A= \"q\" 'x' # y ", "B=", "C=\"", "D=ünï=code", "container=lxc");
    }

    @Test
    void limits_hold_from_the_start_and_can_be_changed_live() {
        var config = new TreeMap<>(Map.of(
                "limits.memory", "64MiB",
                "limits.processes", "50",
                "limits.cpu", "1",
                "limits.cpu.allowance", "25ms/100ms",
                "limits.kernel.nofile", "3000"));
        start(config);

        assertThat(file("memory", "memory.limit_in_bytes")).isEqualTo("67108864");
        assertThat(file("pids", "pids.max")).isEqualTo("50");
        assertThat(file("cpu", "cpu.cfs_quota_us")).isEqualTo("25000");
        assertThat(file("cpuset", "cpuset.cpus")).hasSize(1);
        assertThat(run("cat", "/proc/1/limits")).containsPattern("Max open files +3000 +3000");

        config.put("limits.memory", "128MiB");
        config.remove("limits.processes");
        config.put("limits.cpu", "0-1");
        config.put("limits.cpu.allowance", "50%");
        driver().applyLimits(handle, config);

        assertThat(file("memory", "memory.limit_in_bytes")).isEqualTo("134217728");
        assertThat(file("pids", "pids.max")).isEqualTo("max");
        assertThat(file("cpu", "cpu.cfs_quota_us")).isEqualTo("-1");
        assertThat(file("cpu", "cpu.shares")).isEqualTo("128");
        assertThat(file("cpuset", "cpuset.cpus")).isEqualTo("0-1");

        config.put("limits.memory", "32MiB");
        driver().applyLimits(handle, config);
        assertThat(file("memory", "memory.limit_in_bytes")).isEqualTo("33554432");
    }

    private static String file(String controller, String name) {
        try {
            return Files.readString(Path.of("/sys/fs/cgroup", controller, "berthtest.payload.contract1", name))
                    .strip();
        } catch (IOException failed) {
            return failed.toString();
        }
    }

    @Test
    void mounts_are_there_read_only_and_shifted_as_wanted() throws IOException {
        Path source = Files.createDirectories(directory.resolve("a b"));
        Files.writeString(source.resolve("file"), "hello");
        start(
                Map.of(),
                mount("d1", source, "/mnt/shifted dir", false, true),
                mount("d2", source, "/mnt/ro", true, false),
                new Fitting.Mount("d3", directory.resolve("missing"), "/mnt/none", false, false, false, true, PRIVATE));

        assertThat(run("stat", "-c", "%u", "/mnt/shifted dir/file")).isEqualTo("0\n");
        assertThat(run("cat", "/mnt/ro/file")).isEqualTo("hello");
        assertThat(Said.by(driver(), handle, "touch", "/mnt/shifted dir/new").code())
                .isZero();
        assertThat(Files.getAttribute(source.resolve("new"), "unix:uid")).isEqualTo(0);
        assertThat(Said.by(driver(), handle, "touch", "/mnt/ro/new").err()).contains("Read-only");
        assertThat(Said.by(driver(), handle, "mount", "-o", "remount,rw,bind", "/mnt/ro")
                        .code())
                .as("what is read-only is not the guest's to change")
                .isNotZero();
    }

    @Test
    void a_missing_mount_source_is_named() {
        assertThatThrownBy(() -> start(Map.of(), mount("d1", Path.of("/no/such"), "/mnt", false, false)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("/no/such")
                .hasMessageContaining("d1");
    }

    @Test
    void a_privileged_and_nested_one_starts_too() throws IOException {
        berth.host.Program.of("chown", "-hR", "0:0", guest.root.toString()).must();
        driver().start(guest.setup(
                handle, null, Map.of("security.privileged", "true", "security.nesting", "true"), List.of()));

        assertThat(run("cat", "/proc/self/uid_map").strip().split(" +")).containsExactly("0", "0", "4294967295");
        assertThat(run("ls", "/dev/.lxc/proc")).contains("cpuinfo");
        assertThat(run("grep", "Seccomp:", "/proc/1/status")).contains("2");
    }

    @Test
    void raw_lines_are_added_and_may_not_take_over() {
        start(Map.of("raw.lxc", "# mine\nlxc.uts.name = other"));
        assertThat(run("hostname")).isEqualTo("other\n");
        driver().kill(handle);

        assertThatThrownBy(() -> start(Map.of("raw.lxc", "lxc.net.0.link = lo")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("lxc.net.0.link");
    }

    @Test
    void keeps_its_logs_until_it_is_forgotten() throws IOException {
        driver().start(setup(handle));
        driver().kill(handle);

        assertThat(driver().logs(handle)).contains("lxc.conf", "lxc.log");
        assertThat(Files.readString(driver().log(handle, "lxc.conf"))).contains("lxc.rootfs.path");
        assertThatThrownBy(() -> driver().log(handle, "../x")).isInstanceOf(Refused.class);

        driver().forget(handle);
        assertThat(driver().logs(handle)).isEmpty();
        assertThat(directory.resolve("lxc/contract1")).doesNotExist();
        assertThat(directory.resolve("logs/contract1")).doesNotExist();
    }

    @Test
    void stops_and_starts_a_hundred_times_without_a_pause() {
        for (int i = 0; i < 100; i++) {
            driver().start(setup(handle));
            driver().kill(handle);
        }
    }
}
