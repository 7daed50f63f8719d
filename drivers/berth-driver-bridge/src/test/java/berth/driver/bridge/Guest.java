package berth.driver.bridge;

import berth.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A network namespace with one card on a bridge, in place of a guest. */
final class Guest implements AutoCloseable {
    private final String name;
    private final Path directory;

    private Guest(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    /** Makes one; the card is {@code eth0} and up. */
    static Guest on(String bridge, String name, String hwaddr, Path directory) throws IOException {
        var guest = new Guest(name, directory);
        Program.of("ip", "netns", "add", name).must();
        Program.of("ip", "link", "add", "v-" + name, "type", "veth", "peer", "name", "eth0", "netns", name)
                .must();
        if (!bridge.isEmpty()) {
            Program.of("ip", "link", "set", "v-" + name, "master", bridge, "up").must();
        }
        guest.run("ip", "link", "set", "lo", "up");
        guest.run("ip", "link", "set", "eth0", "address", hwaddr, "up");
        Path script = directory.resolve("udhcpc-" + name);
        Files.writeString(
                script, """
                #!/bin/sh
                [ "$1" = bound ] || exit 0
                ip address flush dev $interface scope global
                ip address add $ip/$mask dev $interface
                [ -z "$router" ] || ip route replace default via $router
                echo "$ip" > %s
                echo "router=$router dns=$dns domain=$domain search=$search mtu=$mtu" >> %s
                """.formatted(directory.resolve("bound-" + name), directory.resolve("bound-" + name)));
        Files.setPosixFilePermissions(script, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return guest;
    }

    /** Asks for an address as busybox does; gives it. */
    String address(String... more) throws IOException {
        Files.deleteIfExists(directory.resolve("bound-" + name));
        var words = new java.util.ArrayList<>(java.util.List.of(
                "ip",
                "netns",
                "exec",
                name,
                "busybox",
                "udhcpc",
                "-i",
                "eth0",
                "-f",
                "-q",
                "-n",
                "-t",
                "5",
                "-T",
                "1",
                "-s",
                directory.resolve("udhcpc-" + name).toString()));
        words.addAll(java.util.List.of(more));
        var result = Program.of(words).within(Duration.ofSeconds(20)).run();
        return result.exit() == 0 ? bound().lines().findFirst().orElse("") : "";
    }

    /** What the server told. */
    String bound() throws IOException {
        return Files.readString(directory.resolve("bound-" + name));
    }

    Program.Result run(String... words) {
        var all = new java.util.ArrayList<>(java.util.List.of("ip", "netns", "exec", name));
        all.addAll(java.util.List.of(words));
        return Program.of(all).within(Duration.ofSeconds(20)).run();
    }

    /** Whether that address answers. */
    boolean reaches(String address) {
        return run("busybox", "ping", address.contains(":") ? "-6" : "-4", "-c", "1", "-W", "1", address)
                        .exit()
                == 0;
    }

    /** What the server says the name means. */
    String lookUp(String name, String server) {
        return run("busybox", "nslookup", name, server).out();
    }

    @Override
    public void close() {
        Program.of("ip", "netns", "del", name).run();
        Program.of("ip", "link", "del", "v-" + name).run();
    }
}
