package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first dialogue on a host: LXD's questions and defaults, and a site's file out of the answers (S4-42 to S4-55). */
class InitHostTest {
    @TempDir
    Path directory;

    private FakeDaemon daemon;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(directory);
        file = directory.resolve("berth.yaml");
        daemon.sync("GET /1.0/storage-pools", "[]");
        daemon.sync("GET /1.0/networks", "[]");
        daemon.sync(
                "GET /1.0",
                "{\"environment\":{\"storage_supported_drivers\":[{\"Name\":\"dir\"},{\"Name\":\"btrfs\"}]}}");
        daemon.async(
                "POST /1.0/sites/apply",
                200,
                "",
                "{\"steps\":[{\"object\":\"pool:default\",\"action\":\"create\",\"result\":\"ok\",\"seconds\":\"0.1\"}],"
                        + "\"summary\":{\"done\":1,\"failed\":0,\"undone\":0,\"not_begun\":0},\"generation\":\"1\"}");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private int init(String answers, String... words) {
        daemon.input(answers);
        var all = new java.util.ArrayList<>(java.util.List.of("admin", "init", "--file", file.toString()));
        all.addAll(java.util.List.of(words));
        return daemon.berth(all.toArray(String[]::new));
    }

    @Test
    void whoever_takes_every_default_gets_a_pool_of_directories_and_a_bridge_at_once() throws IOException {
        assertThat(init("\n\n\n\n\n\n\n\n\n")).isZero();
        assertThat(daemon.err)
                .contains("Do you want to configure a new storage pool? (yes/no) [default=yes]: ")
                .contains("Name of the new storage pool [default=default]: ")
                .contains("Name of the storage backend to use (dir, btrfs) [default=dir]: ")
                .contains("Would you like to create a new local network bridge? (yes/no) [default=yes]: ")
                .contains("What should the new bridge be called? [default=lxdbr0]: ")
                .contains(
                        "What IPv4 address should be used? (CIDR subnet notation, \"auto\" or \"none\") [default=auto]: ")
                .contains(
                        "What IPv6 address should be used? (CIDR subnet notation, \"auto\" or \"none\") [default=auto]: ")
                .contains("Should stale cached images be updated automatically? (yes/no) [default=yes]: ");
        assertThat(file).content().isEqualTo("""
                        berth: 1
                        site: home

                        pools:
                          default:
                            driver: dir

                        networks:
                          lxdbr0:
                            type: bridge
                            config:
                              ipv4.address: "auto"
                              ipv6.address: "auto"

                        profiles:
                          default:
                            devices:
                              root: { type: disk, path: /, pool: default }
                              eth0: { type: nic, network: lxdbr0, name: eth0 }

                        # instances:
                        #   web1: { image: debian/12, memory: 1GiB }
                        """);
        assertThat(daemon.requests).anyMatch(it -> it.startsWith("POST /1.0/sites/apply"));
        assertThat(daemon.out).contains("done.   generation 1");
    }

    @Test
    void a_btrfs_pool_is_a_file_of_a_size_or_a_disk_or_one_that_is_there() throws IOException {
        assertThat(init("yes\nfast\nbtrfs\nyes\nno\n12\nno\nyes\nno\n")).isZero();
        assertThat(Files.readString(file)).contains("  fast:\n    driver: btrfs\n    config:\n      size: 12GiB\n");
        Files.delete(file);
        assertThat(init("yes\nfast\nbtrfs\nyes\nyes\n/dev/sdb\nno\nyes\nno\n")).isZero();
        assertThat(Files.readString(file)).contains("source: \"/dev/sdb\"");
        Files.delete(file);
        assertThat(init("yes\nfast\nbtrfs\nno\n/srv/guests\nno\nyes\nno\n")).isZero();
        assertThat(Files.readString(file)).contains("source: \"/srv/guests\"").doesNotContain("networks:");
    }

    @Test
    void an_answer_that_will_not_do_is_asked_for_again() throws IOException {
        assertThat(init("maybe\nyes\na/b\ndefault\nzfs\ndir\nyes\nbr0\n10.1.1\n10.1.1.1/24\nyes\nnone\nyes\nno\n"))
                .isZero();
        assertThat(daemon.err)
                .contains("That is not yes or no; try again.")
                .contains("That is not a name that no pool has; try again.")
                .contains("That is not one of dir, btrfs; try again.")
                .contains("That is not an address with the length of its prefix, auto or none; try again.");
        assertThat(Files.readString(file))
                .contains("ipv4.address: \"10.1.1.1/24\"\n      ipv4.nat: \"true\"\n      ipv6.address: \"none\"");
    }

    @Test
    void answers_that_end_too_early_do_nothing() {
        assertThat(init("yes\ndefault\n")).isEqualTo(1);
        assertThat(daemon.err).contains("the answers end before the questions; nothing was done");
        assertThat(file).doesNotExist();
    }

    @Test
    void images_stay_as_they_are_when_that_is_wanted() {
        daemon.sync("PATCH /1.0", "{}");
        assertThat(init("\n\n\nno\nno\nno\n")).isZero();
        assertThat(daemon.requests).contains("PATCH /1.0 {\"config\":{\"images.auto_update_interval\":\"0\"}}");
        assertThat(daemon.requests).noneMatch(it -> it.startsWith("POST"));
        assertThat(daemon.out).contains("Next: berth plan");
    }

    @Test
    void auto_asks_nothing_and_refuses_a_host_that_has_a_pool() throws IOException {
        assertThat(init("", "--auto", "--storage-backend", "btrfs", "--storage-create-loop", "20"))
                .isZero();
        assertThat(Files.readString(file)).contains("driver: btrfs\n    config:\n      size: 20GiB");
        Files.delete(file);
        assertThat(init("", "--auto", "--storage-create-loop", "20")).isEqualTo(1);
        assertThat(init("", "--storage-backend", "btrfs")).isEqualTo(1);
        assertThat(daemon.err).contains("needs --auto");
        daemon.sync("GET /1.0/storage-pools", "[\"/1.0/storage-pools/p1\"]");
        assertThat(init("", "--auto")).isEqualTo(1);
        assertThat(daemon.err).contains("Storage has already been configured: p1");
        assertThat(file).doesNotExist();
    }
}
