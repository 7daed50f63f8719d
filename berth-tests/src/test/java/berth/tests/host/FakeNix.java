package berth.tests.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A Nix store of one host, made without Nix, and systems in it that do what one of NixOS does as far as a guest's keeper can
 * see: {@code init} as the first process of an empty root, and {@code switch-to-configuration}. A static busybox is all of
 * their programs.
 */
public final class FakeNix {
    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "echo",
            "hostname",
            "ip",
            "kill",
            "ls",
            "ln",
            "mkdir",
            "mount",
            "readlink",
            "sleep",
            "touch",
            "udhcpc",
            "halt",
            "reboot",
            "grep",
            "rm",
            "stat",
            "httpd",
            "wget",
            "ping");

    private final Path root;

    /** @param root that holds {@code nix} */
    public FakeNix(Path root) {
        this.root = root;
    }

    /** Where something lies that Nix knows by that path. */
    public Path real(String path) {
        return root.resolve(path.substring(1));
    }

    /** A system that goes well; its path in the store. */
    public String system(String name) throws IOException {
        return system(name, "");
    }

    /**
     * A system.
     *
     * @param switching what its switch does besides, in the shell's words
     */
    public String system(String name, String switching) throws IOException {
        String hash = (name.hashCode() & 0x7fffffff) + "0".repeat(32);
        String path = "/nix/store/" + hash.substring(0, 32) + "-fake-system-" + name;
        Path bin = Files.createDirectories(real(path).resolve("bin"));
        Files.copy(Path.of("/usr/bin/busybox").toRealPath(), bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        script(real(path).resolve("init"), """
                #!SYSTEM/bin/sh
                export PATH=SYSTEM/bin
                stop() { kill -TERM -1; [ "$1" = halt ] && exec busybox halt -f; exec busybox reboot -f; }
                trap 'stop halt' PWR USR1 USR2 37
                trap 'stop reboot' INT TERM
                mkdir -p /bin /run /var/log
                for it in SYSTEM/bin/*; do ln -sfn "$it" /bin/; done
                mount -t tmpfs -o mode=755 run /run
                ln -sfn SYSTEM /run/current-system
                echo "booted SYSTEM" >> /var/log/systems
                ip link set lo up
                for card in eth0 host0; do
                  [ -e /sys/class/net/$card ] || continue
                  ip link set $card up
                  udhcpc -i $card -f -S -T 1 -t 10 -A 2 -R -x "hostname:$(hostname)" -s SYSTEM/lease >/dev/null 2>&1 &
                done
                while :; do sleep 86400 & wait; sleep 0.1; done
                """, path);
        script(real(path).resolve("lease"), """
                #!SYSTEM/bin/sh
                export PATH=SYSTEM/bin
                case $1 in bound | renew)
                  ip addr replace "$ip/${mask:-24}" dev "$interface"
                  for it in ${router:-}; do ip route replace default via "$it" dev "$interface"; break; done
                  for it in ${dns:-}; do echo "nameserver $it"; done > /etc/resolv.conf
                esac
                """, path);
        script(bin.resolve("switch-to-configuration"), """
                #!SYSTEM/bin/sh
                export PATH=SYSTEM/bin
                [ "$1" = test ] || exit 2
                ln -sfn SYSTEM /run/current-system
                for it in SYSTEM/bin/*; do ln -sfn "$it" /bin/; done
                echo "switched SYSTEM" >> /var/log/systems
                """ + switching + "\n", path);
        return path;
    }

    /**
     * A nixpkgs whose systems of NixOS are fakes: each is another one when its module's text is. What {@code nix-build} has to be told
     * to make them is in the variables of the environment.
     */
    public Map<String, String> nixpkgs() throws IOException {
        Path template = real(system("template"));
        Path nixpkgs = root.resolveSibling("nixpkgs");
        Files.createDirectories(nixpkgs.resolve("nixos"));
        Files.createDirectories(nixpkgs.resolve("lib"));
        Files.writeString(nixpkgs.resolve("lib/default.nix"), "{ }");
        Files.writeString(nixpkgs.resolve("default.nix"), "{ ... }: { }");
        Files.writeString(nixpkgs.resolve("nixos/default.nix"), """
                { configuration }:
                let
                  conf = configuration { lib.mkDefault = value: value; };
                  module = builtins.head conf.imports;
                in {
                  system = assert conf.boot.isContainer; derivation {
                    name = "nixos-system-${conf.networking.hostName}";
                    system = builtins.currentSystem;
                    builder = "/bin/sh";
                    text = if builtins.isString module then builtins.readFile module else "a module inside";
                    args = [ "-c" ''
                      PATH=/bin:/usr/bin
                      cp -a TEMPLATE $out
                      for it in init lease bin/switch-to-configuration; do sed -i "s#SYSTEM#$out#g" $out/$it; done
                    '' ];
                  };
                }
                """.replace("TEMPLATE", template.toString())
                .replace("SYSTEM", "/nix/store/" + template.getFileName()));
        return Map.of(
                "NIX_PATH",
                "nixpkgs=" + nixpkgs,
                "NIX_CONFIG",
                "substitute = false\nsandbox-paths = /bin /lib /lib64 /usr " + template);
    }

    /** A profile that leads to a system, as {@code nix-env --profile} makes it; its path. */
    public String profile(String name, String system) throws IOException {
        String profile = "/nix/var/nix/profiles/" + name;
        Path link = real(profile);
        Files.createDirectories(link.getParent());
        int number = 1;
        while (Files.isSymbolicLink(link.resolveSibling(name + "-" + number + "-link"))) {
            number++;
        }
        Path generation = link.resolveSibling(name + "-" + number + "-link");
        Files.createSymbolicLink(generation, Path.of(system));
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, generation.getFileName());
        return profile;
    }

    private static void script(Path file, String text, String system) throws IOException {
        Files.writeString(file, text.replace("SYSTEM", system));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
