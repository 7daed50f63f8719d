package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.wanted.Finding;
import berth.spec.Parsed;
import berth.spec.SourceFile;
import berth.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other tools keep in files becomes a site's file, and each key that does not is named. */
class ImportFilesTest {
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

    private void answersNothing() {
        daemon.sync("POST /1.0/sites/check", "{\"errors\":[],\"warnings\":[]}");
    }

    /** All that is printed is understood, whether it can be carried out or not. */
    private void understood() {
        Parsed parsed = SpecReader.read(List.of(new SourceFile("/import.yaml", daemon.out)));
        assertThat(parsed.mistakes().stream().map(Finding::line)).isEmpty();
    }

    @Test
    void the_settings_of_nixos_containers_are_carried() throws IOException {
        answersNothing();
        Files.writeString(directory.resolve("database.conf"), """
                SYSTEM_PATH=/nix/var/nix/profiles/per-container/database/system
                PRIVATE_NETWORK=1
                HOST_ADDRESS=10.231.136.1
                LOCAL_ADDRESS=10.231.136.2
                HOST_PORT=tcp:8080:80,udp:53
                AUTO_START=1
                INTERFACES="eth1 eth2"
                EXTRA_NSPAWN_FLAGS="--bind-ro=/srv:/data --bind=/home:/home --capability=CAP_NET_ADMIN --tmpfs=/var --setenv=A=b -U --link-journal=no"
                SOMETHING=else
                """);
        Files.writeString(directory.resolve("web_1.conf"), "SYSTEM_PATH=/nix/x\nLOCAL_ADDRESS=10.0.0.2\nFLAKE=a#b\n");
        assertThat(daemon.berth("import", "nixos-containers", directory.toString()))
                .isZero();
        assertThat(daemon.out).endsWith("""
                berth: 1
                site: classic
                instances:
                  database:
                    path: /nix/var/nix/profiles/per-container/database/system
                    network:
                      v4:
                        static:
                          hostAddresses:
                          - 10.231.136.1/32
                          containerPool:
                          - 10.231.136.2/32
                      move:
                      - eth1
                      - eth2
                      interface: eth0
                    forwardPorts:
                    - hostPort: 8080
                      containerPort: 80
                      protocol: tcp
                    - hostPort: 53
                      containerPort: 53
                      protocol: udp
                    activation:
                      autoStart: true
                    bindMounts:
                      /data:
                        hostPath: /srv
                        isReadOnly: true
                      /home:
                        hostPath: /home
                        isReadOnly: false
                    additionalCapabilities:
                    - CAP_NET_ADMIN
                    tmpfs:
                    - /var
                    config:
                      environment.A: b
                    userns: pick
                    extraFlags:
                    - "--link-journal=no"
                    names:
                    - database.containers
                  web-1:
                    path: /nix/x
                    network: host
                    activation:
                      autoStart: false
                    userns: "no"
                """);
        assertThat(daemon.err)
                .contains("2 containers read.")
                .contains("not carried: instances.database: SOMETHING: there is nothing like it")
                .contains("not carried: instances.web-1: it was called web_1")
                .contains("not carried: instances.web-1: LOCAL_ADDRESS: has no effect without a private network")
                .contains("not carried: instances.web-1: FLAKE: its system is there by path; it was built from a#b");
        understood();
    }

    @Test
    void the_files_of_systemd_nspawn_are_carried_and_what_no_key_stands_for_is_named() throws IOException {
        answersNothing();
        Path file = Files.writeString(directory.resolve("demo.nspawn"), """
                # a guest
                [Exec]
                Boot=yes
                Environment=A=b "C=d e"
                NoNewPrivileges=yes
                [Files]
                Bind=/srv/data
                BindReadOnly=/etc/a:/etc/b:idmap
                [Network]
                Zone=lan
                Port=tcp:8080:80
                [Odd]
                Key=value
                """);
        Files.writeString(
                directory.resolve("nix.nspawn"),
                "[Exec]\nParameters=/nix/store/abc-nixos/init\nPrivateUsers=no\nEphemeral=true\n[Network]\nVirtualEthernet=no\n");
        assertThat(daemon.berth(
                        "import",
                        "nspawn",
                        file.toString(),
                        directory.resolve("nix.nspawn").toString()))
                .isZero();
        assertThat(daemon.out)
                .contains("# not carried: instances.demo: Odd Key=value: there is nothing like it")
                .contains("# not carried: instances.demo: Exec NoNewPrivileges=yes: no key of a guest stands for it")
                .doesNotContain("systemd")
                .contains("""
                        zones:
                          lan: {}
                        """)
                .contains("""
                            bindMounts:
                              /srv/data:
                                hostPath: /srv/data
                                isReadOnly: false
                              /etc/b:
                                hostPath: /etc/a
                                isReadOnly: true
                                idmap: true
                            network:
                              zone: lan
                            forwardPorts:
                            - hostPort: 8080
                              containerPort: 80
                              protocol: tcp
                            rootfs: /var/lib/machines/demo
                            userns: pick
                        """)
                .contains("""
                          nix:
                            path: /nix/store/abc-nixos
                            userns: "no"
                            ephemeral: true
                            network: host
                        """);
        understood();
    }

    private static final String DOMAIN = """
            <?xml version="1.0"?>
            <!-- made by hand -->
            <domain type='kvm'>
              <name>build_host</name>
              <uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>
              <description>Builds &amp; tests</description>
              <memory unit='KiB'>4194304</memory>
              <currentMemory unit='KiB'>4194304</currentMemory>
              <vcpu placement='static'>4</vcpu>
              <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
              <features><acpi/></features>
              <on_poweroff>destroy</on_poweroff><on_crash>preserve</on_crash>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='volume' device='disk'>
                  <driver name='qemu' type='raw' cache='none'/>
                  <source pool='guests' volume='build'/>
                  <target dev='vda' bus='virtio'/>
                  <iotune><read_iops_sec>500</read_iops_sec></iotune>
                </disk>
                <disk type='file' device='cdrom'>
                  <source file='/srv/install.iso'/><target dev='sda' bus='sata'/><readonly/>
                </disk>
                <interface type='direct'>
                  <mac address='D2:91:69:C0:14:9A'/><source dev='enp30s0' mode='bridge'/><model type='virtio'/>
                </interface>
                <interface type='network'><source network='default'/><target dev='vnet3'/></interface>
                <serial type='pty'/><graphics type='spice' autoport='yes'/>
                <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
              </devices>
            </domain>
            """;

    @Test
    void a_domain_of_libvirt_is_carried_and_each_element_that_is_not_is_named() throws IOException {
        answersNothing();
        Path file = Files.writeString(directory.resolve("build.xml"), DOMAIN);
        assertThat(daemon.berth("import", "libvirt-xml", file.toString(), "--site", "vms"))
                .isZero();
        assertThat(daemon.out).endsWith("""
                berth: 1
                site: vms
                instances:
                  build-host:
                    kind: vm
                    description: Builds & tests
                    memory: 4GiB
                    cpus: "4"
                    firmware: efi
                    disks:
                    - name: vda
                      volume: guests/build
                      bus: virtio
                      format: raw
                      cache: none
                    - name: sda
                      source: /srv/install.iso
                      bus: sata
                      cdrom: true
                      readonly: true
                    nics:
                    - direct: enp30s0
                      mode: bridge
                      mac: D2:91:69:C0:14:9A
                      model: virtio
                    - network: default
                    console:
                      serial: true
                      graphics: spice
                """);
        assertThat(daemon.err)
                .contains("not carried: instances.build-host: it was called build_host")
                .contains(
                        "not carried: instances.build-host: uuid: a new one is picked: c7a5fdbd-edaf-9455-926a-d65c16db1809")
                .contains("not carried: instances.build-host: features")
                .contains("not carried: instances.build-host: os/type: machine q35")
                .contains("not carried: instances.build-host: os/boot: hd")
                .contains("not carried: instances.build-host: on_crash: preserve")
                .doesNotContain("on_poweroff")
                .contains("not carried: instances.build-host: devices/disk/iotune")
                .contains("not carried: instances.build-host: devices/rng: virtio");
        understood();
    }

    @Test
    void what_this_version_does_not_carry_out_is_told_apart_from_what_is_wrong() throws IOException {
        daemon.sync(
                "POST /1.0/sites/check",
                "{\"errors\":[{\"path\":\"instances.a.path\",\"text\":\"not supported yet\"},"
                        + "{\"path\":\"instances.a.memory\",\"text\":\"4 has no unit\"}],\"warnings\":[]}");
        Path file = Files.writeString(directory.resolve("a.conf"), "SYSTEM_PATH=/nix/x\n");
        assertThat(daemon.berth("import", "nixos-containers", file.toString())).isOne();
        assertThat(daemon.err)
                .contains("kept, but not carried out by this version: instances.a.path\n")
                .contains("to be put right by hand: instances.a.memory: 4 has no unit\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<domain>",
                "<domain></network>",
                "<domain/><domain/>",
                "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><domain>&a;</domain>",
                "<domain>&unknown;</domain>",
                "<domain>&#xFFFFFF;</domain>",
                "<domain a=b/>",
                "<domain a='b",
                "<domain><!-- </domain>",
            })
    void xml_that_is_none_is_told_with_its_line(String text) {
        assertThatThrownBy(() -> Xml.parse(text)).isInstanceOf(Usage.class).hasMessageContaining("not XML, line 1: ");
    }

    @Test
    void xml_that_is_too_deep_is_refused() {
        assertThatThrownBy(() -> Xml.parse("<a>".repeat(100_000)))
                .isInstanceOf(Usage.class)
                .hasMessageContaining("nested more than 100 deep");
    }
}
