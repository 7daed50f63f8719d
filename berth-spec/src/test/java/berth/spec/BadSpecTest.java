package berth.spec;

import static berth.spec.SpecReaderTest.errors;
import static berth.spec.SpecReaderTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong in a file is told with its place, and what to write instead. */
class BadSpecTest {
    private static final String HEAD = """
            berth: 1
            site: test
            pools: { default: { driver: dir } }
            networks: { br0: {} }
            instances:
            """;

    private static List<String> guest(String keys) {
        return errors(HEAD + "  a: { image: web, " + keys + " }");
    }

    @Test
    void says_what_windows_credentials_and_hosts_look_like() {
        assertThat(guest("update.window: [ \"25:00-26:00\" ]"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("is no time of the week; write for instance 02:00-05:00"));
        assertThat(guest("update.window: Son 02:00-03:00")).hasSize(1);
        assertThat(guest("credentials: [ { id: a/b, path: /run/x } ]"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("no name for a credential"));
        assertThat(guest("credentials: [ { id: a } ]"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("is missing; name a file of the host"));
        assertThat(guest("credentials: [ { id: a, command: [ x ] } ]"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("by a command are not supported yet"));
        assertThat(guest("credentials: [ { id: a, path: /run/x }, { id: a, path: /run/y } ]"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("a is said twice"));
        assertThat(guest("host: a b"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("is no name for a host"));
        assertThat(errors(HEAD + "  a: { image: web, host: athens }\n  b: { image: web, host: rome }"))
                .singleElement()
                .satisfies(it -> assertThat(it).contains("another guest is on athens"));
    }

    @Test
    void suggests_the_key_that_was_meant() {
        assertThat(errors(HEAD + "  a:\n    image: web\n    memroy: 1GiB\n"))
                .containsExactly("berth.yaml:8:5  instances.a.memroy: unknown key. Did you mean memory?");
        assertThat(errors("berth: 1\nsite: x\ninstance: {}\n"))
                .containsExactly("berth.yaml:3:1  instance: unknown key. Did you mean instances?");
        assertThat(guest("config: { limits.memmory: 1GiB }"))
                .containsExactly(
                        "berth.yaml:6:30  instances.a.config.limits.memmory: unknown key. Did you mean limits.memory?");
        assertThat(guest("devices: { d: { type: disk, path: /d, sorce: /x } }"))
                .anySatisfy(line ->
                        assertThat(line).endsWith("instances.a.devices.d.sorce: unknown key. Did you mean source?"));
    }

    @Test
    void refuses_a_health_that_cannot_be_looked_at() {
        assertThat(guest("health: { tcp: 0 }"))
                .containsExactly("berth.yaml:6:30  instances.a.health.tcp: \"0\" is no number from 1 to 65535");
        assertThat(guest("health: { http: nowhere }")).hasSize(1);
        assertThat(guest("health: { exec: \"a b\" }")).hasSize(1);
        assertThat(guest("health: { unit: \"a b\" }")).hasSize(1);
        assertThat(guest("health: { tcp: 80, unit: x }"))
                .containsExactly("berth.yaml:6:20  instances.a.health: says one of tcp, http, exec, unit to look at");
        assertThat(guest("activation.strategy: gently"))
                .containsExactly(
                        "berth.yaml:6:20  instances.a.activation.strategy: \"gently\" is not one of dynamic, reload, restart, none");
        assertThat(errors(HEAD + "  a: { image: web }\n  b: { image: web, needs: { a: healthy } }\n"))
                .singleElement()
                .asString()
                .contains("a is to be healthy, but has no health");
    }

    @Test
    void refuses_policies_for_drift_that_there_are_not() {
        assertThat(guest("on-drift: mend"))
                .containsExactly(
                        "berth.yaml:6:30  instances.a.on-drift: \"mend\" is not one of repair, report, adopt, ignore");
        assertThat(guest("on-drift: { limits.memmory: adopt }"))
                .containsExactly("berth.yaml:6:32  instances.a.on-drift.limits.memmory: there is no such key to drift");
        assertThat(guest("on-drift: [ report ]")).hasSize(1);
    }

    @Test
    void refuses_a_key_whose_time_has_not_come() {
        assertThat(guest("enableTun: true"))
                .containsExactly("berth.yaml:6:20  instances.a.enableTun: not supported yet");
        assertThat(guest("network.ipvlan: eth1"))
                .containsExactly("berth.yaml:6:20  instances.a.network.ipvlan: not supported yet");
        assertThat(errors(HEAD + "  a: { rootfs: /srv/tree }"))
                .containsExactly("berth.yaml:6:8  instances.a.rootfs: not supported yet");
    }

    @Test
    void refuses_a_system_that_is_said_by_its_key_or_beside_an_image() {
        assertThat(guest("config: { user.berth.system: /nix/x }"))
                .containsExactly(
                        "berth.yaml:6:30  instances.a.config.user.berth.system: is said by path or system-config of a guest");
        assertThat(errors(HEAD + "  a: { path: /nix/x, system-config: /x.nix }"))
                .containsExactly("berth.yaml:6:3  instances.a.path: one of system-config, path says what it runs");
        assertThat(errors(HEAD + "  a: { path: /nix/x, sharedNix: false }"))
                .containsExactly("berth.yaml:6:22  instances.a.sharedNix: a store of its own is not supported yet");
    }

    @Test
    void refuses_a_host_that_is_not_declared() {
        assertThat(errors("hosts: { athens: {}, rome: {} }\n" + HEAD + "  a: { image: web, host: athen }"))
                .containsExactly("berth.yaml:7:20  instances.a.host: athen is not one of hosts: athens, rome");
        assertThat(errors(HEAD + "  a: { image: web, host: athens }\n  b: { image: web, host: rome }"))
                .containsExactly(
                        "berth.yaml:7:20  instances.b.host: another guest is on athens; declare both under hosts:");
    }

    @Test
    void excuses_machines_only_and_what_nobody_else_names() {
        String site = """
                berth: 1
                site: x
                pools: { default: { driver: dir }, fast: { driver: lvm } }
                networks: { br0: {} }
                profiles: { base: { ssh: { port: 22 } } }
                instances:
                  m: { kind: vm, image: disk, profiles: [ base ], disks: [ { volume: fast/m } ], firmware: uefi }
                """;
        assertThat(errors(site)).isEmpty();
        assertThat(errors(site + "  c: { image: web, profiles: [ base ] }"))
                .containsExactly("berth.yaml:5:21  profiles.base.ssh: not supported yet");
        assertThat(errors(site.replace("firmware", "firmwear")))
                .containsExactly("berth.yaml:7:82  instances.m.firmwear: unknown key. Did you mean firmware?");
    }

    @Test
    void checks_what_it_only_keeps_as_well() {
        assertThat(errors("berth: 1\nsite: x\nhosts: { a: { adress: x, port: 0 } }\n"))
                .contains(
                        "berth.yaml:3:15  hosts.a.adress: unknown key. Did you mean address?",
                        "berth.yaml:3:32  hosts.a.port: 0 is not within 1 to 65535");
        assertThat(errors("berth: 1\nsite: x\nsystemd.network.networks.10-a.matchConfg.Name: x\n"))
                .contains("berth.yaml:3:1  systemd.network.networks.10-a.matchConfg: unknown key of a networkd unit");
        assertThat(read(HEAD + "  a: { image: web, system-config: ./x.nix }").mistakes().stream()
                        .map(Finding::line))
                .contains("berth.yaml:6:35  instances.a.system-config: \"./x.nix\" is not an absolute path");
        assertThat(guest("path: /nix/x"))
                .anySatisfy(
                        line -> assertThat(line).endsWith("instances.a.path: one of image, path says what it runs"));
    }

    @Test
    void refuses_zones_ports_and_mounts_that_cannot_be() {
        assertThat(guest("network.zone: dmo"))
                .containsExactly(
                        "berth.yaml:6:20  instances.a.network.zone: \"dmo\" is no zone of this site; declare it"
                                + " under zones:.");
        assertThat(errors("berth: 1\nsite: x\nzones: { d: { v4.addrPool: [ here ] } }\n"))
                .containsExactly(
                        "berth.yaml:3:30  zones.d.v4.addrPool: \"here\" is no address; write for instance 10.20.30.2/24 or fd42::2/64");
        assertThat(guest("forwardPorts: [ { hostPort: 70000 } ]"))
                .containsExactly("berth.yaml:6:38  instances.a.forwardPorts.hostPort: 70000 is not within 1 to 65535");
        assertThat(guest("forwardPorts: [ { hostPort: 80, protocol: sctp } ]")).hasSize(1);
        assertThat(guest("forwardPorts: [ { hostPort: 80 }, { hostPort: 80 } ]"))
                .singleElement()
                .asString()
                .contains("80 of tcp is said twice");
        assertThat(guest("bindMounts: { data: { hostPath: /srv } }"))
                .containsExactly(
                        "berth.yaml:6:34  instances.a.bindMounts.data: \"data\" is not an absolute path without ..");
        assertThat(guest("userns: maybe")).hasSize(1);
        assertThat(guest("userns: no, config: { security.privileged: true }"))
                .singleElement()
                .asString()
                .contains("is said twice");
    }

    @Test
    void refuses_a_port_of_the_host_that_two_guests_ask_for() {
        assertThat(errors(HEAD + "  a: { image: web, forwardPorts: [ { hostPort: 8080, containerPort: 80 } ] }\n"
                        + "  b: { image: web, forwardPorts: [ { hostPort: 8080 } ] }\n"
                        + "  c: { image: web, forwardPorts: [ { hostPort: 8080, protocol: udp } ] }\n"))
                .containsExactly(
                        "berth.yaml:7:36  instances.b.devices.port-tcp-8080: port 8080 of the host (tcp) is taken by"
                                + " instances.a.devices.port-tcp-8080 at berth.yaml:6:36");
    }

    @Test
    void holds_ranges_of_ports_and_all_addresses_against_single_ones() {
        for (String[] doors : List.of(
                new String[] {"tcp:0.0.0.0:80-90", "tcp:0.0.0.0:85", "85"},
                new String[] {"tcp:0.0.0.0:80-90", "tcp:10.0.0.1:85", "85"},
                new String[] {"tcp:10.0.0.1:85", "tcp:0.0.0.0:1,80-90", "85"},
                new String[] {"tcp:[fd00::1]:80", "tcp:[::]:80", "80"},
                new String[] {"tcp:[::]:80", "tcp:10.0.0.1:80", ""},
                new String[] {"tcp:0.0.0.0:80", "tcp:[::]:80", ""},
                new String[] {"udp:[::]:80-81", "udp:[fd00::1]:81-82", "81"},
                new String[] {"tcp:[0:0::1]:80", "tcp:[::1]:80", "80"},
                new String[] {"tcp:0.0.0.0:80-90", "udp:0.0.0.0:85", ""},
                new String[] {"tcp:0.0.0.0:80-90", "tcp:0.0.0.0:91-99", ""},
                new String[] {"tcp:0.0.0.0:80", "tcp:[::1]:80", ""},
                new String[] {"tcp:10.0.0.1:80", "tcp:10.0.0.2:80", ""},
                new String[] {"unix:/run/a", "unix:/run/a", ""})) {
            String site = HEAD + "  a: { image: web, devices.x: { type: proxy, listen: \"" + doors[0]
                    + "\", connect: \"tcp:127.0.0.1:80\" } }\n"
                    + "  b: { image: web, devices.y: { type: proxy, listen: \"" + doors[1]
                    + "\", connect: \"tcp:127.0.0.1:80\" } }\n";
            String protocol = doors[0].substring(0, 3);
            assertThat(errors(site))
                    .as(String.join(" ", doors))
                    .isEqualTo(
                            doors[2].isEmpty()
                                    ? List.of()
                                    : List.of("berth.yaml:7:20  instances.b.devices.y: port " + doors[2]
                                            + " of the host (" + protocol
                                            + ") is taken by instances.a.devices.x at berth.yaml:6:20"));
        }
        assertThat(guest("devices.x: { type: proxy, listen: \"tcp:0.0.0.0:80-90,85\", connect: \"tcp:127.0.0.1:80\" }"))
                .singleElement()
                .asString()
                .endsWith("instances.a.devices.x: port 85 of the host (tcp) is said twice");
        assertThat(
                        guest(
                                "devices: { x: { type: proxy, listen: \"tcp:0.0.0.0:80\", connect: \"tcp:127.0.0.1:81\" },"
                                        + " y: { type: proxy, bind: instance, listen: \"tcp:0.0.0.0:80\", connect: \"tcp:127.0.0.1:81\" } }"))
                .isEmpty();
    }

    @Test
    void refuses_a_size_without_a_unit() {
        assertThat(guest("memory: 4"))
                .containsExactly("berth.yaml:6:20  instances.a.memory: 4 has no unit: write 4GiB, or 4MiB");
        assertThat(guest("activation.stopTimeout: 30"))
                .containsExactly(
                        "berth.yaml:6:20  instances.a.activation.stopTimeout: 30 has no unit: write 30s, or 30min");
    }

    @Test
    void refuses_what_is_said_in_both_spellings_and_names_both_places() {
        assertThat(guest("memory: 4GiB, config: { limits.memory: 2GiB }"))
                .containsExactly("berth.yaml:6:20  instances.a.memory: is said twice: as config.limits.memory at"
                        + " berth.yaml:6:44 and here; say it once");
        assertThat(guest("activation.autoStart: true, config: { boot.autostart: true }"))
                .containsExactly("berth.yaml:6:20  instances.a.activation: is said twice: as config.boot.autostart at"
                        + " berth.yaml:6:58 and here; say it once");
        assertThat(guest("network.bridge: br0, devices: { eth0: { type: nic, network: br0 } }"))
                .containsExactly("berth.yaml:6:20  instances.a.network: is said twice: as devices.eth0 at"
                        + " berth.yaml:6:52 and here; say it once");
    }

    @Test
    void refuses_a_key_that_is_there_twice_and_names_both_places() {
        assertThat(errors("berth: 1\nsite: x\nsite: y\n"))
                .containsExactly("berth.yaml:3:1  key \"site\" is there already, at berth.yaml:2:1");
        assertThat(errors(HEAD
                        + "  a:\n    image: web\n    guest: { files: { /x: { content: z } } }\n    guest.files: { /x: { content: y } }\n"
                        + "    image: other\n"))
                .containsExactly(
                        "berth.yaml:9:20  instances.a.guest.files./x: is said already, at berth.yaml:8:23",
                        "berth.yaml:10:5  key \"image\" is there already, at berth.yaml:7:5");
    }

    @Test
    void refuses_networks_that_overlap() {
        assertThat(errors("""
                berth: 1
                site: x
                networks:
                  a: { config: { ipv4.address: 10.1.0.1/16, ipv6.address: none } }
                  b: { config: { ipv4.address: 10.1.2.1/24, ipv6.address: none } }
                  c: { config: { ipv4.address: 10.3.0.0/24, ipv6.address: none } }
                """))
                .containsExactly(
                        "berth.yaml:5:18  networks.b.config.ipv4.address: overlaps with networks.a.config.ipv4.address at"
                                + " berth.yaml:4:18",
                        "berth.yaml:6:18  networks.c.config.ipv4.address: is the whole network; write the bridge's own"
                                + " address in it, such as .1 or ::1");
    }

    @Test
    void refuses_an_address_given_twice_or_outside_of_its_network() {
        String site = """
                berth: 1
                site: x
                pools: { default: { driver: dir } }
                networks: { br0: { config: { ipv4.address: 10.1.0.1/24, ipv6.address: "fd00::1/64" } } }
                instances:
                  a: { image: i, network: { bridge: br0, v4.address: 10.1.0.5 } }
                """;
        assertThat(errors(site + "  b: { image: i, network: { bridge: br0, v4.address: 10.1.0.5 } }"))
                .containsExactly("berth.yaml:7:18  instances.b.devices.eth0: 10.1.0.5 is given twice on br0: to a,"
                        + " device eth0 too");
        assertThat(errors(site + "  b: { image: i, network: { bridge: br0, v4.address: 10.2.0.5 } }"))
                .containsExactly("berth.yaml:7:18  instances.b.devices.eth0: 10.2.0.5 is not within br0 (10.1.0.1/24)");
        assertThat(errors(site + "  b: { image: i, network: { bridge: br0, v4.address: 10.1.0.1 } }"))
                .containsExactly("berth.yaml:7:18  instances.b.devices.eth0: 10.1.0.1 is the address of br0 itself");
        assertThat(errors(site + "  b: { image: i, network: { bridge: br0, v6.address: \"fd00::5\" } }"))
                .containsExactly("berth.yaml:7:18  instances.b.devices.eth0: a fixed IPv6 address needs"
                        + " ipv6.dhcp.stateful: true in the config of br0");
    }

    @Test
    void refuses_names_that_cannot_be() {
        assertThat(errors(HEAD + "  web_1: { image: i }\n"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("berth.yaml:6:3  instances.web_1: Invalid instance name");
        assertThat(errors("berth: 1\nsite: x\nnetworks: { sixteen-letters-: {} }\n"))
                .hasSize(1)
                .first()
                .asString()
                .contains("networks.sixteen-letters-: Invalid network name");
        assertThat(errors("berth: 1\nsite: \"a\\nb\"\n")).hasSize(1);
        assertThat(errors(HEAD + "  \"../../etc\": { image: i }\n")).hasSize(1);
        assertThat(errors(HEAD + "  \"a\\0b\": { image: i }\n"))
                .hasSize(1)
                .first()
                .asString()
                .doesNotContain("\0");
    }

    @Test
    void refuses_needs_that_go_nowhere_or_in_a_ring() {
        assertThat(errors(HEAD + "  web1: { image: i, needs: [ wbe2 ] }\n  web2: { image: i }\n"))
                .containsExactly(
                        "berth.yaml:6:21  instances.web1.needs: wbe2 is no guest of this site. Did you mean web2?");
        assertThat(errors(HEAD + "  a: { image: i, needs: [ b ] }\n  b: { image: i, needs: [ c ] }\n"
                        + "  c: { image: i, needs: [ a ] }\n"))
                .containsExactly(
                        "berth.yaml:6:18  instances.a.needs: guests need each other in a ring: a -> b -> c -> a");
        assertThat(errors(HEAD + "  a: { image: i, needs: [ a ] }\n")).hasSize(1);
    }

    @Test
    void tells_all_errors_by_place_and_at_most_a_hundred() {
        String many = IntStream.range(0, 150)
                .mapToObj(i -> "  g" + i + ": { image: i, memory: 4, wrong: 1 }\n")
                .collect(Collectors.joining());
        List<Finding> errors = read(HEAD + many).errors();
        assertThat(errors).hasSize(100).isSorted();
    }

    @Test
    void wants_the_version_the_site_and_an_image() {
        assertThat(errors("instances: { a: { network: none } }\npools: { p: { driver: dir } }\n"))
                .containsExactly(
                        "berth.yaml:1:1  berth: is missing; begin the file with berth: 1",
                        "berth.yaml:1:1  site: is missing; write site: and a name of your choice",
                        "berth.yaml:1:14  instances.a.image: is missing; name one of images:, or an alias on the host;"
                                + " or path: or system-config: for NixOS");
        assertThat(errors("berth: 2\nsite: x\n"))
                .containsExactly("berth.yaml:1:1  berth: this Berth reads version 1 of the format, not \"2\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative/path",
                "/a/../b",
                "/a//b",
                "/a/./b",
                "/a/",
                "/",
            })
    void refuses_a_path_that_could_lead_out_of_the_guest(String path) {
        assertThat(guest("guest.files: { \"" + path + "\": { content: x } }"))
                .hasSize(1)
                .first()
                .asString()
                .contains("is no path of a file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "just text",
                "a: b: c",
                "{",
                "\"\\u0000\": 1",
                "- 1\n- 2",
                "? [a]\n: b",
                "a: *nothing",
                "--- \nberth: 1\n---\nberth: 1\n",
                "a: !!java.lang.Runtime x",
                "a: !force []",
                "%YAML 9.9\n---\na: 1",
                "\tberth: 1",
                "berth: [1]\nsite: {}\n",
                "berth: null\nsite: ~\n",
                "berth: 1\nsite: x\ninstances: [a, b]\n",
                "berth: 1\nsite: x\npools: { a: null }\n",
                "berth: 1\nsite: x\nprofiles: { a: { devices: { d: 1 } } }\n",
                "berth: 1\nsite: x\nprofiles: { a: { config: { user.x: [1] } } }\n",
                "berth: 1\nsite: x\n<<: {a: 1}\n",
            })
    void answers_malformed_text_with_a_place_and_no_exception(String text) {
        List<Finding> errors = read(text).errors();
        assertThat(errors).isNotEmpty();
        assertThat(errors).allSatisfy(it -> {
            assertThat(it.line()).startsWith("berth.yaml:");
            assertThat(it.line()).doesNotContain("\n").doesNotContain("Exception");
            assertThat(it.at().line()).isPositive();
        });
    }

    @Test
    void stops_a_bomb_of_aliases() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n"
                    .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
        }
        assertThat(errors(bomb.toString())).hasSize(1).first().asString().contains("more than 500000 values");
    }

    @Test
    void stops_deep_nesting_and_large_files() {
        assertThat(errors("a: " + "[".repeat(200_000)))
                .hasSize(1)
                .first()
                .asString()
                .contains("nested more than 64 deep");
        assertThat(errors("a: " + "{a: ".repeat(5_000)))
                .hasSize(1)
                .first()
                .asString()
                .contains("nested more than 64 deep");
        assertThat(errors("- ".repeat(5_000))).hasSize(1).first().asString().contains("nested more than 64 deep");
        assertThat(errors("#" + "x".repeat(1 << 20)))
                .hasSize(1)
                .first()
                .asString()
                .contains("larger than 1 MiB");
    }

    @Test
    void answers_whatever_a_file_has_become_on_its_way() throws IOException {
        String text = Files.readString(Path.of("../examples/first.yaml"));
        String pieces = "{}[]:,&*#?|->!%@`'\"\\ \n\t\0\u00e9\ud83d\u2028aA0.~<";
        var random = new Random(42);
        for (int round = 0; round < 300; round++) {
            var broken = new StringBuilder(text);
            for (int i = random.nextInt(8); i >= 0; i--) {
                int at = random.nextInt(broken.length());
                switch (random.nextInt(3)) {
                    case 0 -> broken.deleteCharAt(at);
                    case 1 -> broken.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                    default -> broken.insert(at, text, random.nextInt(text.length() / 2), text.length() / 2);
                }
                broken.setLength(Math.min(broken.length(), 20_000));
            }
            Parsed parsed = read(broken.toString());
            assertThat(parsed.errors()).allSatisfy(it -> assertThat(it.line()).doesNotContain("\n"));
        }
    }

    @Test
    void answers_a_file_full_of_nonsense_keys_and_one_full_of_networks() {
        String nonsense = IntStream.range(0, 40_000)
                .mapToObj(i -> "instancez" + i + ": 1\n")
                .collect(Collectors.joining());
        assertThat(read(nonsense).errors()).hasSize(100);
        String networks = IntStream.range(0, 12_000)
                .mapToObj(i -> "  n" + i + ": { config: { ipv4.address: 10.0.0.1/8 } }\n")
                .collect(Collectors.joining());
        assertThat(read("berth: 1\nsite: x\nnetworks:\n" + networks).errors()).hasSize(100);
    }

    @Test
    void stops_an_anchor_inside_of_itself() {
        assertThat(errors("a: &a [ *a ]")).hasSize(1).first().asString().contains("*a has no anchor above it");
    }

    @Test
    void takes_an_anchor_that_is_used_with_measure() {
        assertThat(errors(HEAD + "  a: &guest { image: web }\n  b: *guest\n")).isEmpty();
    }
}
