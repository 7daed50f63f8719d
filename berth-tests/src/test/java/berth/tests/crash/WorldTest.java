package berth.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What looks for leftovers really sees each kind of thing that a daemon could leave on its host (R6). */
@Tag("host")
class WorldTest {
    /** One thing left over: how it comes, how it goes, and what must be said of it. DIR is the state directory. */
    private record Leftover(String what, String plant, String remove, String fact) {}

    private static final List<Leftover> ALL = List.of(
            new Leftover("a process", "setsid sleep 86401 &", "kill $(pgrep -xf 'sleep 86401')", "process sleep 86401"),
            new Leftover(
                    "a mount",
                    "mkdir DIR/roots-left && mount -t tmpfs left DIR/roots-left",
                    "umount DIR/roots-left; rmdir DIR/roots-left",
                    "mount DIR/roots-left tmpfs.*"),
            new Leftover(
                    "a network namespace",
                    "setsid unshare --net sleep 86402 & until [ -n \"$(pgrep -xf 'sleep 86402')\" ]; do sleep 0.05; done",
                    "kill $(pgrep -xf 'sleep 86402')",
                    "network namespace"),
            new Leftover(
                    "a pair of network cards",
                    "ip link add vethleft1 type veth peer name vethleft2",
                    "ip link del vethleft1",
                    "link veth"),
            new Leftover("a bridge", "ip link add left0 type bridge", "ip link del left0", "link left0"),
            new Leftover(
                    "an address",
                    "ip addr add 10.99.0.1/32 dev lo",
                    "ip addr del 10.99.0.1/32 dev lo",
                    "address lo 10.99.0.1/32"),
            new Leftover(
                    "a rule of nftables",
                    "nft add table inet berth-left && nft add chain inet berth-left one",
                    "nft delete table inet berth-left",
                    "nft table inet berth-left {"),
            new Leftover(
                    "a control group",
                    "if [ -d /sys/fs/cgroup/pids ]; then at=/sys/fs/cgroup/pids; else at=/sys/fs/cgroup; fi; mkdir $at/berth-left",
                    "rmdir /sys/fs/cgroup/pids/berth-left /sys/fs/cgroup/berth-left 2>/dev/null || true",
                    "cgroup .*berth-left"),
            new Leftover(
                    "a loop device",
                    "truncate -s 1M DIR/disks/left.img && losetup -f DIR/disks/left.img",
                    "losetup -j DIR/disks/left.img -n -O NAME | xargs -r losetup -d; rm DIR/disks/left.img",
                    "loop DIR/disks/left.img"),
            new Leftover(
                    "a socket",
                    "setsid socat UNIX-LISTEN:DIR/left.socket - & until [ -S DIR/left.socket ]; do sleep 0.05; done",
                    "kill $(pgrep -f '[U]NIX-LISTEN:DIR/left.socket'); rm -f DIR/left.socket",
                    "socket DIR/left.socket"),
            new Leftover(
                    "a file", "touch DIR/storage-pools/left", "rm DIR/storage-pools/left", "file f storage-pools/left"),
            new Leftover(
                    "a lease",
                    "mkdir DIR/networks/left && echo 1800000000 00:16:3e:00:00:01 10.9.0.2 gone '*' > DIR/networks/left/dnsmasq.leases",
                    "rm -r DIR/networks/left",
                    "lease of gone in DIR/networks/left/dnsmasq.leases"));

    @Test
    void sees_whatever_is_left_over() throws Exception {
        try (var daemon = Daemon.start("left")) {
            World before = World.settled(daemon);
            ALL.forEach(it -> shell(daemon, it.plant()));
            List<String> seen = World.look(daemon).besides(before);
            ALL.forEach(it -> shell(daemon, it.remove()));
            assertThat(ALL).allSatisfy(it -> {
                String fact =
                        it.fact().replace("DIR", daemon.directory().toString()).replace("{", "\\{");
                assertThat(seen).as(it.what()).anyMatch(line -> line.matches("\\+ \\d+ " + fact));
            });
            World after = World.awaited(daemon, Duration.ofSeconds(10), before);
            assertThat(after.besides(before)).as("once all is gone").isEmpty();
        }
    }

    private static void shell(Daemon daemon, String script) {
        // What stays must not keep our end of the pipe.
        daemon.host()
                .run(
                        "bash",
                        "-c",
                        "exec >/dev/null; "
                                + script.replace("DIR", daemon.directory().toString()))
                .orFail();
    }
}
