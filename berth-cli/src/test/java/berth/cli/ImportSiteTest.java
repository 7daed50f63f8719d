package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import berth.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another daemon has becomes a site's file, and what cannot is named. */
class ImportSiteTest {
    @TempDir
    Path directory;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(directory);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void a_preseed_becomes_a_site_and_what_is_not_carried_is_named() throws IOException {
        daemon.sync("POST /1.0/sites/check", "{\"errors\":[],\"warnings\":[]}");
        Path file = Files.writeString(directory.resolve("preseed.yaml"), """
                config: { core.https_address: "[::]:8443" }
                networks:
                - { config: { ipv4.address: 10.1.0.1/24, volatile.bridge.hwaddr: "00:16:3e:00:00:01" }, name: lxdbr0, type: bridge, project: default }
                storage_pools:
                - { config: { source: /var/lib/lxd/storage-pools/default }, name: default, driver: dir }
                profiles:
                - { config: {}, description: Default LXD profile, devices: { root: { path: /, pool: default, type: disk } }, name: default }
                projects:
                - { name: default, config: { features.images: "true" } }
                cluster: null
                """);
        assertThat(daemon.berth("import", "preseed", file.toString())).isZero();
        assertThat(daemon.out)
                .contains("# not carried: config.core.https_address")
                .contains("# not carried: pools.default.config.source")
                .contains("""
                        berth: 1
                        site: lxd
                        pools:
                          default:
                            driver: dir
                        networks:
                          lxdbr0:
                            type: bridge
                            config:
                              ipv4.address: 10.1.0.1/24
                        """)
                .doesNotContain("volatile");
        assertThat(daemon.err).contains("1 network, 1 pool, 1 profile read.");
    }

    @Test
    void a_live_daemon_becomes_a_site_with_its_guests() {
        daemon.sync("POST /1.0/sites/check", "{\"errors\":[],\"warnings\":[]}");
        daemon.sync("GET /1.0/storage-pools?recursion=1", "[{\"name\":\"p1\",\"driver\":\"dir\",\"config\":{}}]");
        daemon.sync(
                "GET /1.0/networks?recursion=1",
                "[{\"name\":\"br0\",\"managed\":true,\"type\":\"bridge\",\"config\":{}},{\"name\":\"lo\",\"managed\":false}]");
        daemon.sync("GET /1.0/profiles?recursion=1", "[]");
        daemon.sync("GET /1.0/instances?recursion=1", """
                [{"name":"c1","type":"container","status":"Stopped","profiles":["default"],"expanded_devices":{},
                  "expanded_config":{},"devices":{},"config":{"limits.memory":"1GiB","volatile.base_image":"abc","image.os":"x"}},
                 {"name":"v1","type":"virtual-machine"}]""");
        assertThat(daemon.berth("import", "lxd", "--from", directory.toString()))
                .isZero();
        assertThat(daemon.out)
                .contains("# not carried: instances.v1: virtual machines")
                .contains("  c1:\n    image: abc\n")
                .contains("network: none")
                .contains("limits.memory: 1GiB")
                .contains("boot.autostart: \"false\"")
                .doesNotContain("image.os")
                .doesNotContain("lo:");
    }

    @Test
    void here_writes_a_first_file_for_an_empty_host_and_never_over_another() throws IOException {
        daemon.sync("POST /1.0/sites/check", "{\"errors\":[],\"warnings\":[]}");
        for (String list : List.of("storage-pools", "networks", "profiles", "instances")) {
            daemon.sync("GET /1.0/" + list + "?recursion=1", "[]");
        }
        Path file = directory.resolve("berth.yaml");
        assertThat(daemon.berth("import", "here", file.toString(), "--site", "shop"))
                .isZero();
        assertThat(file).content().contains("site: shop").contains("default: { driver: dir }");
        assertThat(daemon.berth("import", "here", file.toString())).isEqualTo(1);
        assertThat(daemon.err).contains("is there already");
    }

    @Test
    void here_asks_for_what_is_here_and_says_how_it_is_taken_over() throws IOException {
        daemon.sync("POST /1.0/sites/check", "{\"errors\":[],\"warnings\":[]}");
        daemon.sync("GET /1.0/storage-pools?recursion=1", "[{\"name\":\"p1\",\"driver\":\"dir\",\"config\":{}}]");
        for (String list : List.of("networks", "profiles", "instances")) {
            daemon.sync("GET /1.0/" + list + "?recursion=1", "[]");
        }
        Path file = directory.resolve("berth.yaml");
        assertThat(daemon.berth("import", "here", file.toString())).isZero();
        assertThat(file).content().contains("site: home").contains("p1:");
        assertThat(daemon.out).contains("--adopt pool:p1");
    }

    @Test
    void doctor_ends_with_1_when_something_is_bad() {
        daemon.sync("GET /1.0/berth/doctor", "[{\"about\":\"space\",\"grade\":\"good\",\"text\":\"enough\"}]");
        assertThat(daemon.berth("doctor")).isZero();
        daemon.sync("GET /1.0/berth/doctor", "[{\"about\":\"space\",\"grade\":\"bad\",\"text\":\"none\"}]");
        assertThat(daemon.berth("doctor")).isEqualTo(1);
        assertThat(daemon.out).contains("bad     space: none").contains("1 bad, 0 pieces of advice.");
    }

    @Test
    void a_key_is_taken_out_by_its_path_and_a_thing_of_another_sort_as_a_whole() throws IOException {
        Json tree = Json.parse("{\"instances\":{\"c7\":{\"config\":{\"raw.lxc\":\"x\",\"raw\":\"y\"}}}"
                + ",\"networks\":{\"a.b\":{\"type\":\"ovn\"},\"c\":{}}}");
        assertThat(ImportSite.without(tree, "instances.c7.config.raw.lxc").line())
                .doesNotContain("raw.lxc")
                .contains("\"raw\"");
        assertThat(ImportSite.without(tree, "networks.a.b.type").at("networks").line())
                .isEqualTo("{\"c\":{}}");
        assertThat(ImportSite.without(tree, "nowhere.at.all").line()).isEqualTo(tree.line());
    }
}
