package berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.wanted.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every option that NixOS' trees for containers have, and what it is in the file of a site. */
class NixosTreesTest {
    private static final String HEAD = "berth: 1\nsite: x\npools: { p: { driver: dir } }\n";

    private static Parsed read(String text) {
        return SpecReader.read(List.of(new SourceFile("/srv/site.yaml", HEAD + text)));
    }

    private static String normal(String text) {
        Parsed parsed = read(text);
        assertThat(parsed.mistakes().stream().map(Finding::line)).as(text).isEmpty();
        return NormalText.of(parsed.spec());
    }

    private static void same(String theirs, String ours) {
        assertThat(normal(theirs)).as(theirs).isEqualTo(normal(ours));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            network: {}                                        | network: {}
            network: null                                      | network: host
            ephemeral: true                                    | network: host, ephemeral: true
            network.zone: z                                    | network.zone: z
            zone: z                                            | network.zone: z
            network.v4.addrPool: [ 10.1.0.1/24 ]               | network.v4.addrPool: [ 10.1.0.1/24 ]
            network.v4.nat: false                              | network.v4.nat: false
            network.v4.static.containerPool: [ 10.1.0.2/16 ]   | network.v4.static.containerPool: [ 10.1.0.2/16 ]
            network.v4.static.hostAddresses: [ 10.1.0.1/16 ]   | network: { v4: { static: { hostAddresses: [ 10.1.0.1/16 ] } } }
            network.v6.static.containerPool: [ "fd00::2/64" ]  | network.v6.static.containerPool: [ "fd00::2/64" ]
            network.veth.enable: false                         | network: host
            network.veth: { enable: true, zone: z }            | network.zone: z
            forwardPorts: [ { hostPort: 8080, containerPort: 80, protocol: tcp } ], network: {} | network: {}, devices.port-tcp-8080: { type: proxy, listen: "tcp:0.0.0.0:8080", connect: "tcp:127.0.0.1:80" }
            forwardPorts: [ { hostPort: 53, protocol: udp } ], network: {} | network: {}, devices.port-udp-53: { type: proxy, listen: "udp:0.0.0.0:53", connect: "udp:127.0.0.1:53" }
            sharedNix: false, network: {}                      | network: {}, sharedNix: false
            credentials: [ { id: a, path: /run/a } ], network: {} | network: {}, credentials: [ { path: /run/a, id: a } ]
            nixpkgs: <nixpkgs>, network: {}                    | network: {}, nixpkgs: <nixpkgs>
            activation.strategy: reload, network: {}           | network: {}, activation: { strategy: reload }
            activation.reloadScript: /run/x, network: {}       | network: {}, activation: { reloadScript: [ /run/x ] }
            activation.autoStart: false, network: {}           | network: {}, activation: { autoStart: false }
            timeoutStartSec: 20s, network: {}                  | network: {}, timeoutStartSec: 20s
            bindMounts: [ "/srv:/data:ro", "/var/x" ], network: {} | network: {}, bindMounts: { /data: { hostPath: /srv, isReadOnly: true }, /var/x: { isReadOnly: false } }
            binds: [ "/srv:/data:idmap" ], network: {}         | network: {}, devices.bind/data: { type: disk, path: /data, source: /srv, shift: true }
            userNamespacing: true, network: {}                 | network: {}, userns: pick
            userNamespacing: false, network: {}                | network: {}, config.security.privileged: true
            """)
    void are_read_of_rfc_108_in_every_spelling(String theirs, String ours) {
        String zone = "zones: { z: {} }\n";
        String own = zone + "instances: { a: { image: web, " + ours + " } }\n";
        same(zone + "nixos.containers.instances: { a: { image: web, " + theirs + " } }\n", own);
        same(
                zone.replace("zones", "nixos.containers.zones") + "nixos: { containers: { instances.a: { image: web, "
                        + theirs + " } } }\n",
                own);
        same(
                zone + "virtualisation.nspawn.containers.a: { image: web, " + theirs + " }\n",
                own.replace(
                        "image: web,", ours.contains("ephemeral") ? "image: web," : "image: web, ephemeral: true,"));
    }

    @Test
    void put_what_networkd_is_told_where_it_belongs() {
        String unit = "{ networkConfig.IPForward: \"yes\" }";
        String ours = "systemd.network.networks.20-ve-a: " + unit
                + "\ninstances.a: { image: web, network: {}, guest.systemd.network.networks.20-host0: { dns: [ 9.9.9.9 ] } }\n";
        same(
                "nixos.containers.instances.a: { image: web, network: {}, hostNetworkConfig: " + unit
                        + ", containerNetworkConfig: { dns: [ 9.9.9.9 ] } }\n",
                ours);
        same(
                "nixos.containers.instances.a: { image: web, network.veth.config: { host: " + unit
                        + ", container: { dns: [ 9.9.9.9 ] } } }\n",
                ours);
        same(
                "systemd.nspawn.a.execConfig: { PrivateUsers: no, Boot: true }\ninstances.a: { image: web, network: {} }\n",
                "systemd.nspawn.a.execConfig.Boot: true\ninstances.a: { image: web, network: {}, userns: no }\n");
        same(
                "systemd.nspawn.a.execConfig.PrivateUsers: pick\ninstances.a: { image: web, network: {} }\n",
                "instances.a: { image: web, network: {}, userns: pick }\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            config: ./x.nix                                    | system-config: ./x.nix, network: host
            path: /nix/x                                       | path: /nix/x, network: host
            path: /nix/x, privateNetwork: false                | path: /nix/x, network: host
            path: /nix/x, privateNetwork: true                 | path: /nix/x, network.interface: eth0
            path: /nix/x, privateNetwork: true, hostAddress: 10.0.0.1 | path: /nix/x, network: { interface: eth0, v4.static.hostAddresses: [ 10.0.0.1/32 ] }
            path: /nix/x, privateNetwork: true, hostAddress: 10.0.0.1, localAddress: 10.0.0.2 | path: /nix/x, names: [ a.containers ], network: { interface: eth0, v4.static: { hostAddresses: [ 10.0.0.1/32 ], containerPool: [ 10.0.0.2/32 ] } }
            path: /nix/x, privateNetwork: true, localAddress: 10.0.0.2/24 | path: /nix/x, names: [ a.containers ], network: { interface: eth0, v4.static.containerPool: [ 10.0.0.2/24 ] }
            path: /nix/x, privateNetwork: true, hostAddress6: "fd00::1", localAddress6: "fd00::2" | path: /nix/x, names: [ a.containers ], network: { interface: eth0, v6.static: { hostAddresses: [ "fd00::1/128" ], containerPool: [ "fd00::2/128" ] } }
            path: /nix/x, privateNetwork: true, hostBridge: br0 | path: /nix/x, network: { interface: eth0, bridge: br0 }
            path: /nix/x, privateNetwork: true, localMacAddress: "00:16:3e:00:00:01" | path: /nix/x, network: { interface: eth0, mac: "00:16:3e:00:00:01" }
            path: /nix/x, macvlans: [ eno1 ]                   | path: /nix/x, network.macvlan: [ eno1 ]
            path: /nix/x, privateNetwork: true, macvlans: [ eno1 ], localAddress: 10.0.0.2/24 | path: /nix/x, names: [ a.containers ], network: { interface: eth0, macvlan: eno1, v4.static.containerPool: [ 10.0.0.2/24 ] }
            path: /nix/x, privateNetwork: true, interfaces: [ eno2 ] | path: /nix/x, network: { interface: eth0, move: [ eno2 ] }
            path: /nix/x, interfaces: [ eth1 ]                 | path: /nix/x, network: { interface: eth0, move: [ eth1 ] }
            path: /nix/x, interfaces: [], macvlans: [], extraVeths: {} | path: /nix/x, network: host
            path: /nix/x, privateNetwork: true, forwardPorts: [ { hostPort: 80 } ], localAddress: 10.9.9.2, hostAddress: 10.9.9.1 | path: /nix/x, names: [ a.containers ], network: { interface: eth0, v4.static: { containerPool: [ 10.9.9.2/32 ], hostAddresses: [ 10.9.9.1/32 ] } }, devices.port-tcp-80: { type: proxy, nat: true, listen: "tcp:0.0.0.0:80", connect: "tcp:10.9.9.2:80" }
            path: /nix/x, privateNetwork: true, extraVeths: { v: { localAddress: 10.9.9.2 } } | path: /nix/x, network: { interface: eth0, extra: { v: { localAddress: 10.9.9.2 } } }
            path: /nix/x, restartIfChanged: false              | path: /nix/x, network: host, activation.strategy: none
            path: /nix/x, timeoutStartSec: 1min                | path: /nix/x, network: host, timeoutStartSec: 1min
            path: /nix/x, bindMounts: { /home: { hostPath: /srv/home, isReadOnly: false } } | path: /nix/x, network: host, devices.bind/home: { type: disk, source: /srv/home, path: /home }
            path: /nix/x, bindMounts: { /srv: {} }             | path: /nix/x, network: host, devices.bind/srv: { type: disk, source: /srv, path: /srv, readonly: true }
            path: /nix/x, tmpfs: [ /var ]                      | path: /nix/x, network: host, tmpfs: [ /var ]
            path: /nix/x, allowedDevices: [ { node: /dev/net/tun, modifier: rw } ] | path: /nix/x, network: host, allowedDevices: [ { modifier: rw, node: /dev/net/tun } ]
            path: /nix/x, enableTun: true                      | path: /nix/x, network: host, enableTun: true
            path: /nix/x, additionalCapabilities: [ CAP_NET_ADMIN ] | path: /nix/x, network: host, additionalCapabilities: [ CAP_NET_ADMIN ]
            path: /nix/x, extraFlags: [ "-U" ]                 | path: /nix/x, network: host, extraFlags: [ "-U" ]
            path: /nix/x, privateNetwork: true, networkNamespace: null | path: /nix/x, network.interface: eth0
            path: /nix/x, ephemeral: true                      | path: /nix/x, network: host, ephemeral: true
            flake: "github:a/b"                                | flake: "github:a/b", network: host
            path: /nix/x, privateNetwork: true, forwardPorts: [ { hostPort: 80, containerPort: null, protocol: tcp } ] | path: /nix/x, network.interface: eth0, forwardPorts: [ { hostPort: 80 } ]
            """)
    void are_read_of_the_containers_of_2014(String theirs, String ours) {
        String name = "networks: { n: { config: { ipv4.address: 10.7.0.1/24, ipv6.address: none } } }\n";
        String net = theirs.contains("hostBridge") || theirs.contains("localMac") ? name : "";
        same(
                net + "containers.a: { autoStart: true, " + theirs + " }\n",
                net + "instances.a: { userns: no, " + ours + " }\n");
        same(
                net + "containers: { a: { privateUsers: pick, " + theirs + " } }\n",
                net + "instances.a: { userns: pick, " + ours.replace(", activation.strategy: none", "")
                        + ", activation: { autoStart: false"
                        + (ours.contains("strategy") ? ", strategy: none" : "") + " } }\n");
    }

    @Test
    void refuse_addresses_that_have_no_effect() {
        assertThat(read("containers.a: { path: /nix/x, hostAddress: 10.0.0.1 }\n").mistakes().stream()
                        .map(Finding::line))
                .containsExactly(
                        "/srv/site.yaml:4:31  containers.a.hostAddress: has no effect without privateNetwork; take it"
                                + " out, or add privateNetwork = true");
    }

    @Test
    void tell_what_their_defaults_mean() {
        assertThat(read(
                                "containers.a: { path: /nix/x, autoStart: true }\nnixos.containers.instances.b: { image: web }\n")
                        .warnings()
                        .stream()
                        .map(Finding::line))
                .containsExactly(
                        "/srv/site.yaml:4:1  containers.a: has no user namespace, as its kind has by default; privateUsers ="
                                + " \"pick\" would confine it better",
                        "/srv/site.yaml:5:1  instances.b.network: is not said, which stands for the host's network here;"
                                + " network = { } is one of its own");
    }

    @Test
    void read_a_preseed_in_nix_as_it_is() {
        String preseed = "{ networks: [ { name: lxdbr0, type: bridge } ], profiles: [ { name: default } ] }";
        same(
                "virtualisation.incus.preseed: " + preseed + "\n",
                "networks: { lxdbr0: {} }\nprofiles: { default: {} }\n");
        same(
                "virtualisation: { lxd: { enable: true, preseed: " + preseed + " } }\n",
                "networks: { lxdbr0: {} }\nprofiles: { default: {} }\n");
    }

    @Test
    void make_a_zone_the_network_that_its_guests_share() {
        same(
                "zones: { z: { v4.addrPool: [ 10.5.0.0/24 ], v6.nat: true } }\n"
                        + "instances: { a: { image: web, network.zone: z } }\n",
                "networks: { vz-z: { config: { ipv4.address: 10.5.0.1/24, ipv4.nat: true, ipv6.address: auto, ipv6.nat: true }"
                        + " } }\ninstances: { a: { image: web, devices.host0: { type: nic, name: host0, network: vz-z } } }\n");
        same(
                "zones: { z: { hostAddresses: [ 10.6.0.9/16, \"fd00::9/64\" ], v4.nat: false } }\n",
                "networks: { vz-z: { config: { ipv4.address: 10.6.0.9/16, ipv4.nat: false, ipv6.address: \"fd00::9/64\" } } }\n");
        same("zones: { z: { v4.addrPool: [ 0.0.0.0/24 ] } }\n", "networks: { vz-z: {} }\n");
    }
}
