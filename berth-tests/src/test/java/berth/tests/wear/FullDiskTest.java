package berth.tests.wear;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.crash.World;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The file system with the store, images, pools and backups fills up at any moment, by bytes or by files: what is asked then is
 * done or refused with the reason, nothing breaks, and once there is room again all of it works (R5).
 * {@code -Dberth.full.rounds=200} is all of it, {@code -Dberth.full.seed=N} another one.
 */
@Tag("host")
class FullDiskTest {
    private static final int ROUNDS = Integer.getInteger("berth.full.rounds", 7);
    private static final long SEED = Long.getLong("berth.full.seed", 1);
    private static final String OWN_ROOT = "\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"p0\"}}";

    private Daemon daemon;

    @Test
    void breaks_nothing_and_works_again_once_there_is_room() throws Exception {
        try (var disk = SmallDisk.mount();
                var started = Daemon.start("full", disk.place().resolve("berth"))) {
            daemon = started;
            Ground.lay(daemon);
            byte[] image = Files.readAllBytes(Ground.archive(daemon.host()));
            Ground.guest(daemon, "g1");
            daemon.api().done("POST", "/1.0/profiles", "{\"name\":\"acknowledged\"}");
            var asks = asks(image);
            for (var ask : asks.values()) { // each once while there is room, so that all is unpacked
                assertThat(ask.get().text()).contains("\"Success\"");
                tidy();
            }
            World before = World.settled(daemon);
            var chance = new Random(SEED);
            var names = new ArrayList<>(asks.keySet());
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String name = names.get(round % names.size());
                boolean files = chance.nextInt(3) == 0;
                int left = files ? chance.nextInt(6) : chance.nextInt(512);
                fill(files, left);
                Answer answer = answered(asks.get(name));
                boolean fine = answer.status() < 400
                        && answer.metadata().path("status_code").asInt(200) < 400;
                String what = name + " with " + left + (files ? " files" : " KiB") + " left, round " + round;
                if (!fine) {
                    refused++;
                    assertThat(answer.text())
                            .as(what)
                            .containsPattern("(?i)no space|disk is full|is full|quota|ENOSPC|space left");
                }
                assertThat(daemon.alive()).as("the daemon lives after " + what).isTrue();
                room();
                tidy();
                World now = World.awaited(daemon, Duration.ofSeconds(10), before);
                if (!now.equals(
                        before)) { // what could not be taken back for want of room is taken back by the next daemon
                    restart();
                    tidy();
                    now = World.awaited(daemon, Duration.ofSeconds(10), before);
                }
                assertThat(now.besides(before))
                        .as("left over by " + what + ": " + answer.text())
                        .isEmpty();
            }
            assertThat(refused).as("rounds in which something was refused").isPositive();
            restart();
            assertThat(daemon.api().get("/1.0/profiles").toString()).contains("acknowledged");
            assertThat(daemon.api().get("/1.0/instances/g1").path("status").asString())
                    .isEqualTo("Running");
            for (var ask : asks.values()) {
                assertThat(ask.get().text()).contains("\"Success\"");
                tidy();
            }
            Ground.remove(daemon, "g1");
            daemon.stop();
            shell("umount " + disk.place()); // else the host would count it as left over by itself
        }
    }

    private Map<String, Supplier<Answer>> asks(byte[] image) {
        var asks = new LinkedHashMap<String, Supplier<Answer>>();
        var api = daemon.api();
        asks.put(
                "create",
                () -> api.finished(ask(
                        "POST",
                        "/1.0/instances",
                        "{\"name\":\"i1\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"}," + OWN_ROOT + "}")));
        asks.put("push", () -> {
            var pushed = daemon.door()
                    .ask(
                            "POST",
                            "/1.0/instances/g1/files?path=/root/pushed",
                            Map.of("X-LXD-type", "file"),
                            new byte[1 << 20]);
            return pushed;
        });
        asks.put(
                "copy",
                () -> api.finished(ask(
                        "POST",
                        "/1.0/instances",
                        "{\"name\":\"i1\",\"source\":{\"type\":\"copy\",\"source\":\"g1\"}}")));
        asks.put("snapshot", () -> api.finished(ask("POST", "/1.0/instances/g1/snapshots", "{\"name\":\"s1\"}")));
        asks.put(
                "backup",
                () -> api.finished(ask(
                        "POST", "/1.0/instances/g1/backups", "{\"name\":\"b1\",\"compression_algorithm\":\"none\"}")));
        asks.put("volume", () -> ask("POST", "/1.0/storage-pools/p0/volumes/custom", "{\"name\":\"v1\"}"));
        asks.put(
                "profile",
                () -> ask(
                        "POST",
                        "/1.0/profiles",
                        "{\"name\":\"q1\",\"config\":{\"user.long\":\"" + "x".repeat(50_000) + "\"}}"));
        return asks;
    }

    private Answer ask(String method, String path, String body) {
        return daemon.door().ask(method, path, body);
    }

    private static Answer answered(Supplier<Answer> ask) {
        try {
            return ask.get();
        } catch (UncheckedIOException hungUp) {
            throw new AssertionError("the daemon hung up", hungUp);
        }
    }

    /** Takes away what any of the requests may have made. */
    private void tidy() {
        for (String path : List.of(
                "/1.0/instances/i1",
                "/1.0/instances/g1/files?path=/root/pushed",
                "/1.0/instances/g1/snapshots/s1",
                "/1.0/instances/g1/backups/b1",
                "/1.0/storage-pools/p0/volumes/custom/v1",
                "/1.0/profiles/q1")) {
            daemon.api().finished(daemon.door().ask("DELETE", path));
        }
    }

    /** A file system of 64 MiB at a directory of its own, gone once it is closed. */
    private record SmallDisk(Path file, Path place) implements AutoCloseable {
        static SmallDisk mount() throws IOException {
            Path file = Files.createTempFile("small", ".img");
            Path place = Files.createTempDirectory("small");
            run("truncate", "-s", "64M", file.toString());
            run("mkfs.ext4", "-q", "-m", "0", "-N", "4096", file.toString());
            run("mount", "-o", "loop", file.toString(), place.toString());
            return new SmallDisk(file, place);
        }

        @Override
        public void close() throws IOException {
            run("umount", place.toString());
            Files.delete(place);
            Files.delete(file);
        }

        private static void run(String... command) throws IOException {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.onExit().join().exitValue())
                    .as(String.join(" ", command) + ": " + said)
                    .isZero();
        }
    }

    /** Leaves room for so many files, or so many KiB. */
    private void fill(boolean files, int left) {
        String at = daemon.directory() + "/filled";
        shell(
                files
                        ? "mkdir " + at + " && cd " + at + " && n=$(df -i --output=iavail . | tail -1); seq 1 $((n - "
                                + left + ")) | xargs -r touch"
                        : "n=$(df -k --output=avail " + daemon.directory() + " | tail -1); fallocate -l $((n - " + left
                                + "))KiB " + at);
    }

    private void room() {
        shell("rm -rf " + daemon.directory() + "/filled");
    }

    private void restart() {
        daemon.kill();
        daemon.startAgain(Map.of());
    }

    private void shell(String script) {
        daemon.host().run("sh", "-c", script).orFail();
    }
}
