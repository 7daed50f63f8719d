package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.InstanceName;
import berth.model.InstanceOptions;
import berth.model.NetworkName;
import berth.model.PoolName;
import berth.model.ProfileName;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.Finding;
import berth.model.wanted.GuestFile;
import berth.model.wanted.Health;
import berth.model.wanted.Need;
import berth.model.wanted.Protection;
import berth.model.wanted.Spec;
import berth.model.wanted.Strategy;
import berth.model.wanted.Upkeep;
import berth.model.wanted.WantedImage;
import berth.model.wanted.WantedInstance;
import berth.model.wanted.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecReaderTest {
    private static final String HEAD = """
            berth: 1
            site: test
            pools: { default: { driver: dir } }
            networks: { br0: {} }
            """;

    static Parsed read(String text) {
        return SpecReader.read(List.of(new SourceFile("berth.yaml", text)));
    }

    static Spec good(String text) {
        Parsed parsed = read(text);
        assertThat(parsed.errors()).isEmpty();
        return parsed.spec();
    }

    static List<String> errors(String text) {
        return read(text).errors().stream().map(Finding::line).toList();
    }

    private static WantedInstance guest(Spec spec, String name) {
        return spec.instances().get(new InstanceName(name));
    }

    @Test
    void reads_the_example_without_a_word() throws IOException {
        String text = Files.readString(Path.of("../examples/first.yaml"));
        Parsed parsed = read(text);
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.warnings()).isEmpty();
        Spec spec = parsed.spec();
        assertThat(spec.instances()).hasSize(3);
        assertThat(guest(spec, "app").needs())
                .containsExactly(
                        new Need(new InstanceName("web1"), Need.State.READY),
                        new Need(new InstanceName("web2"), Need.State.READY));
        assertThat(guest(spec, "app").protect()).containsExactly(Protection.DELETE);
        assertThat(guest(spec, "app").config())
                .containsEntry("boot.host_shutdown_timeout", "20")
                .containsEntry("security.protection.delete", "true")
                .containsEntry("limits.cpu", "1")
                .containsEntry("boot.autostart", "true");
        assertThat(spec.images().get("web").source())
                .isEqualTo(new WantedImage.Source.Build("debian/12", List.of("nginx-light"), List.of()));
    }

    @Test
    void gives_a_guest_the_only_pool_and_the_only_network_when_it_names_none() {
        WantedInstance guest = guest(good(HEAD + "instances: { a: { image: web } }"), "a");
        assertThat(guest.devices().get("root")).containsEntry("pool", "default").containsEntry("path", "/");
        assertThat(guest.devices().get("eth0")).containsEntry("network", "br0").containsEntry("name", "eth0");
        assertThat(guest.profiles()).isEmpty();
    }

    @Test
    void gives_a_guest_the_profile_named_default_when_the_site_has_one() {
        WantedInstance guest = guest(
                good(HEAD + "profiles: { default: { devices: { root: { type: disk, path: /, pool: default } } } }\n"
                        + "instances: { a: { image: web } }"),
                "a");
        assertThat(guest.profiles()).containsExactly(new ProfileName("default"));
        assertThat(guest.devices()).containsOnlyKeys("eth0");
    }

    @Test
    void allows_dotted_keys_wherever_a_mapping_is() {
        Spec dotted = good(HEAD + "instances.a.image: web\ninstances.a.config.limits.memory: 1GiB\n"
                + "instances.a.network.bridge: br0\ninstances:\n  a.activation.autoStart: no\n");
        Spec nested = good(HEAD + "instances:\n  a:\n    image: web\n    memory: 1024MiB\n"
                + "    network: { bridge: br0 }\n    activation: { autoStart: false }\n");
        assertThat(NormalText.of(dotted)).isEqualTo(NormalText.of(nested));
        assertThat(guest(dotted, "a").autoStart()).isFalse();
    }

    @Test
    void merges_the_files_of_a_folder_by_name() {
        Parsed parsed = SpecReader.read(List.of(
                new SourceFile("a.yaml", HEAD + "instances: { a: { image: web } }"),
                new SourceFile("b.yaml", "berth: 1\nsite: test\ninstances: { b: { image: web, needs: [ a ] } }")));
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.spec().instances()).hasSize(2);
        assertThat(guest(parsed.spec(), "b").origin()).hasToString("b.yaml:3:14");
    }

    @Test
    void names_both_files_when_two_declare_the_same_guest() {
        Parsed parsed = SpecReader.read(List.of(
                new SourceFile("a.yaml", HEAD + "instances: { a: { image: web } }"),
                new SourceFile("b.yaml", "instances: { a: { image: web } }")));
        assertThat(parsed.errors().stream().map(Finding::line))
                .containsExactly("b.yaml:1:14  instances.a: is declared already, at a.yaml:5:14");
    }

    @Test
    void reads_json_as_the_subset_of_yaml_that_it_is() {
        Spec spec = good("{\"berth\": 1, \"site\": \"j\", \"pools\": {\"p\": {\"driver\": \"btrfs\","
                + " \"config\": {\"size\": \"10GiB\"}}}}");
        assertThat(spec.pools().get(new PoolName("p")).config()).containsEntry("size", "10GiB");
    }

    @Test
    void reads_an_lxd_preseed_as_it_is() {
        Parsed parsed = SpecReader.read(List.of(new SourceFile("preseed.yaml", """
                config: {}
                networks:
                - config:
                    ipv4.address: auto
                    ipv6.address: none
                  description: ""
                  name: lxdbr0
                  type: ""
                  project: default
                storage_pools:
                - config: { size: 30GiB }
                  description: ""
                  name: default
                  driver: btrfs
                profiles:
                - config: {}
                  description: Default LXD profile
                  devices:
                    eth0: { name: eth0, network: lxdbr0, type: nic }
                    root: { path: /, pool: default, type: disk }
                  name: default
                projects: []
                cluster: null
                """)), "lxd");
        assertThat(parsed.errors()).isEmpty();
        Spec spec = parsed.spec();
        assertThat(spec.site()).isEqualTo("lxd");
        assertThat(spec.networks().get(new NetworkName("lxdbr0")).config()).containsEntry("ipv6.address", "none");
        assertThat(spec.pools()).containsKey(new PoolName("default"));
        assertThat(spec.profiles().get(new ProfileName("default")).devices()).hasSize(2);
    }

    @Test
    void reads_an_instance_and_its_surroundings_as_a_daemon_prints_them() {
        Parsed parsed = SpecReader.read(List.of(new SourceFile("printed.yaml", """
                config: { core.https_address: "[::]:8443" }
                networks:
                - config: { ipv4.address: 10.1.0.1/24, ipv6.address: none, volatile.bridge.hwaddr: "00:16:3e:00:00:01" }
                  description: ""
                  name: lxdbr0
                  type: bridge
                  used_by: [ /1.0/profiles/default ]
                  managed: true
                  status: Created
                  locations: [ none ]
                storage_pools:
                - { config: {}, name: default, driver: dir, used_by: [], status: Created, locations: [ none ] }
                profiles:
                - { config: {}, devices: { root: { path: /, pool: default, type: disk } }, name: default, used_by: [] }
                projects:
                - { name: default, description: Default LXD project, config: { features.images: "true" } }
                instances:
                  c1:
                    architecture: x86_64
                    config:
                      image.os: Debian
                      limits.memory: 1GiB
                      volatile.base_image: abababababab
                      volatile.uuid: 5cd8f5c4-a5b4-4b2c-8a58-2d6f06e4a0f3
                    devices: {}
                    ephemeral: false
                    profiles: [ default ]
                    stateful: false
                    description: ""
                """)), "lxd");
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.warnings()).hasSize(5);
        assertThat(guest(parsed.spec(), "c1").image()).isEqualTo("abababababab");
        assertThat(guest(parsed.spec(), "c1").config())
                .containsEntry("limits.memory", "1GiB")
                .doesNotContainKey("volatile.uuid");
    }

    @Test
    void takes_files_with_mode_and_owner_and_keeps_octal_modes_octal() {
        WantedInstance guest = guest(good(HEAD + """
                instances:
                  a:
                    image: web
                    guest.files:
                      /usr/local/bin/hello: { content: "#!/bin/sh\\necho hello\\n", mode: 0755, uid: 33, gid: 33 }
                      /etc/b: { source: /srv/b }
                """), "a");
        assertThat(guest.files())
                .containsExactly(
                        new GuestFile("/etc/b", new GuestFile.Content.FromHost("/srv/b"), 0644, 0, 0),
                        new GuestFile(
                                "/usr/local/bin/hello",
                                new GuestFile.Content.Text("#!/bin/sh\necho hello\n"),
                                0755,
                                33,
                                33));
    }

    @Test
    void resolves_a_relative_path_from_the_folder_of_its_file() {
        Parsed parsed = SpecReader.read(List.of(
                new SourceFile("/srv/site/berth.yaml", HEAD + "images: { mine: { source: ./images/mine.tar.xz } }")));
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.spec().images().get("mine").source())
                .isEqualTo(new WantedImage.Source.Tarball("/srv/site/images/mine.tar.xz"));
    }

    @Test
    void resolves_a_relative_path_from_the_folder_that_comes_with_a_file() {
        Parsed parsed = SpecReader.read(
                List.of(new SourceFile("site.yaml", "/home/me", HEAD + "images: { mine: { source: ./mine.tar.xz } }")));
        assertThat(parsed.spec().images().get("mine").source())
                .isEqualTo(new WantedImage.Source.Tarball("/home/me/mine.tar.xz"));
        assertThat(errors(HEAD + "images: { mine: { source: ./mine.tar.xz } }"))
                .containsExactly("berth.yaml:5:19  images.mine.source: \"./mine.tar.xz\" is not an absolute path");
    }

    @Test
    void knows_every_key_that_a_container_may_have() {
        assertThat(InstanceOptions.all().stream()
                        .filter(it -> it.container() && !it.key().matches("(volatile|image)\\..*"))
                        .map(it -> it.key().replace("*", "x"))
                        .filter(it -> !GuestOptions.CONTAINER.later().containsKey(it)
                                && GuestOptions.CONTAINER.value(it).isEmpty()))
                .isEmpty();
    }

    @Test
    void takes_the_settings_of_the_daemon_with_their_defaults_written_out() {
        Spec spec = good("""
                berth: 1
                site: x
                server:
                  core.https_address: null
                  images.auto_update_interval: 6
                  images: { auto_update_cached: no }
                """);
        assertThat(java.util.Objects.requireNonNull(spec.server()).config())
                .containsEntry("core.https_address", "")
                .containsEntry("images.auto_update_interval", "6")
                .containsEntry("images.auto_update_cached", "false");
        assertThat(NormalText.of(good(NormalText.of(spec)))).isEqualTo(NormalText.of(spec));
        assertThat(
                        errors(
                                "berth: 1\nsite: x\nserver: { images.auto_update_intervall: 6, core.https_address: \":8443\" }"))
                .containsExactly(
                        "berth.yaml:3:11  server.images.auto_update_intervall: cannot set 'images.auto_update_intervall' to"
                                + " '6': unknown key (did you mean images.auto_update_interval?)",
                        "berth.yaml:3:44  server.core.https_address: cannot set 'core.https_address' to ':8443': this server"
                                + " does not have it yet");
    }

    @Test
    void makes_files_of_a_guests_networkd_units_and_cards_of_nspawns_settings() {
        Spec spec = good("""
                berth: 1
                site: x
                systemd.nspawn.a.networkConfig: { MACVLAN: eth1, Interface: [ "eth2:lan" ] }
                systemd.nspawn.a.execConfig.Boot: true
                instances:
                  a:
                    image: web
                    guest.systemd.network:
                      netdevs.20-v: { netdevConfig: { Name: v, Kind: vlan }, vlanConfig.Id: 5 }
                      networks.10-a:
                        matchConfig.Name: mv-eth1
                        linkConfig.RequiredForOnline: "no"
                        DHCP: "yes"
                        dns: [ 192.0.2.1, 192.0.2.2 ]
                        routes: [ { routeConfig: { Gateway: 192.0.2.9, Metric: 5 } }, { Gateway: 192.0.2.8 } ]
                        extraConfig: "[Link]\\nMTUBytes=1400"
                      networks.99-off: { enable: false, matchConfig.Name: x }
                """);
        WantedInstance a = guest(spec, "a");
        assertThat(a.devices().get("mv-eth1"))
                .containsEntry("nictype", "macvlan")
                .containsEntry("parent", "eth1");
        assertThat(a.devices().get("lan")).containsEntry("nictype", "physical").containsEntry("parent", "eth2");
        assertThat(a.files())
                .extracting(GuestFile::path)
                .containsExactly("/etc/systemd/network/10-a.network", "/etc/systemd/network/20-v.netdev");
        assertThat(a.files())
                .extracting(it -> ((GuestFile.Content.Text) it.content()).text())
                .containsExactly(
                        "[Match]\nName=mv-eth1\n[Link]\nRequiredForOnline=no\n[Network]\nDHCP=yes\nDNS=192.0.2.1\n"
                                + "DNS=192.0.2.2\n[Route]\nGateway=192.0.2.9\nMetric=5\n[Route]\nGateway=192.0.2.8\n"
                                + "[Link]\nMTUBytes=1400\n",
                        "[NetDev]\nKind=vlan\nName=v\n[VLAN]\nId=5\n");
        assertThat(NormalText.of(good(NormalText.of(spec)))).isEqualTo(NormalText.of(spec));
    }

    @Test
    void says_of_systemds_keys_what_to_write_instead() {
        String site =
                "berth: 1\nsite: x\nsystemd.nspawn.b.execConfig.LinkJournal: host\ninstances: { a: { image: web } }";
        assertThat(errors(site))
                .containsExactly(
                        "berth.yaml:3:1  systemd.nspawn.b: there is no guest of that name. Did you mean a?",
                        "berth.yaml:3:1  systemd.nspawn.b.execConfig.LinkJournal: has no meaning here: there is no journal of"
                                + " the host that a guest writes to");
        assertThat(
                        errors(
                                "berth: 1\nsite: x\ninstances: { a: { image: web, guest.systemd.network.networks.1.vrfConfig.X: y } }"))
                .containsExactly(
                        "berth.yaml:3:31  instances.a.guest.systemd.network.networks.1.vrfConfig: not supported yet");
    }

    @Test
    void takes_needs_in_every_spelling() {
        Spec spec = good(HEAD + """
                instances:
                  a: { image: web }
                  b: { image: web, needs: [ a: started ] }
                  c: { image: web, needs: { a: ready } }
                  d: { image: web, needs: [ { instance: a, state: started }, b ] }
                """);
        assertThat(guest(spec, "b").needs().getFirst().state()).isEqualTo(Need.State.STARTED);
        assertThat(guest(spec, "c").needs().getFirst().state()).isEqualTo(Need.State.READY);
        assertThat(guest(spec, "d").needs()).hasSize(2);
    }

    @Test
    void lets_a_profile_decide_on_autostart() {
        Spec spec = good(HEAD + "profiles: { default: { config: { boot.autostart: false } } }\n"
                + "instances: { a: { image: web } }");
        assertThat(guest(spec, "a").autoStart()).isFalse();
        assertThat(guest(spec, "a").config()).doesNotContainKey("boot.autostart");
    }

    @Test
    void brings_sizes_and_booleans_to_one_spelling() {
        WantedInstance guest = guest(
                good(
                        HEAD
                                + "instances: { a: { image: web, config: { limits.memory: 2048MiB, security.nesting: yes } } }"),
                "a");
        assertThat(guest.config()).containsEntry("limits.memory", "2GiB").containsEntry("security.nesting", "true");
    }

    @Test
    void reads_its_own_normal_form_back_to_the_same() throws IOException {
        Spec first = good(Files.readString(Path.of("../examples/first.yaml")));
        String normal = NormalText.of(first);
        assertThat(NormalText.of(good(normal))).isEqualTo(normal);
        assertThat(NormalText.digest(first)).matches("[0-9a-f]{64}");
    }

    @Test
    void lets_the_nearest_word_decide_what_becomes_of_drift() {
        Spec spec = good(HEAD + """
                defaults: { on-drift: { default: report, limits.memory: adopt, ipv4.nat: ignore } }
                profiles: { base: { config: { limits.memory: 1GiB } } }
                instances:
                  a: { image: web, on-drift.power: ignore }
                  b: { image: web, on-drift: repair }
                """);
        assertThat(guest(spec, "a").onDrift().of("power")).isEqualTo(DriftPolicy.IGNORE);
        assertThat(guest(spec, "a").onDrift().of("config.limits.memory")).isEqualTo(DriftPolicy.ADOPT);
        assertThat(guest(spec, "a").onDrift().of("description")).isEqualTo(DriftPolicy.REPORT);
        assertThat(guest(spec, "b").onDrift().of("config.limits.memory")).isEqualTo(DriftPolicy.REPAIR);
        String normal = NormalText.of(spec);
        assertThat(NormalText.of(good(normal))).isEqualTo(normal);
    }

    @Test
    void reads_how_a_guest_is_changed_and_watched() {
        Spec spec = good(HEAD + """
                instances:
                  a:
                    image: web
                    activation: { strategy: reload, reloadScript: [ systemctl, reload, nginx ] }
                    health: { http: 8080/up, interval: 10s, timeout: 2s, start-period: 2min }
                    update: { batch: 3, pause: 2min, on-failure: stop, window: [ "Fri..Mon 22:00-04:00", "12:00-13:00" ] }
                    snapshots.before: restart
                  b: { image: web, needs: { a: healthy }, health.unit: nginx.service }
                """);
        Upkeep upkeep = guest(spec, "a").upkeep();
        assertThat(upkeep.strategy()).isEqualTo(Strategy.RELOAD);
        assertThat(upkeep.reload()).containsExactly("systemctl", "reload", "nginx");
        assertThat(upkeep.health()).isEqualTo(new Health(new Health.Probe.Http(8080, "/up"), 10, 2, 120));
        assertThat(upkeep.batch()).isEqualTo(3);
        assertThat(upkeep.windows().stream().map(Window::text))
                .containsExactly("Mon,Fri,Sat,Sun 22:00-04:00", "12:00-13:00");
        assertThat(upkeep.pause()).isEqualTo(120);
        assertThat(upkeep.goBack()).isFalse();
        assertThat(upkeep.snapshotFirst()).isTrue();
        String normal = NormalText.of(spec);
        assertThat(NormalText.of(good(normal))).isEqualTo(normal);
    }

    @Test
    void remembers_where_each_value_is_written() {
        Spec spec = good(HEAD + "instances:\n  a:\n    image: web\n    memory: 1GiB\n");
        assertThat(spec.origins().get("instances.a.config.limits.memory")).hasToString("berth.yaml:8:5");
    }
}
