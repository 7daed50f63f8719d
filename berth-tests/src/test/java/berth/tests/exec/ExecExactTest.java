package berth.tests.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Websocket;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Commands get every byte and give every byte back, with their exit codes, however slowly somebody reads; those whose client
 * goes away end (R25). {@code -Dberth.exec.runs=10000} is all of it, {@code -Dberth.exec.seed=N} another one.
 */
@Tag("host")
class ExecExactTest {
    private static final int RUNS = Integer.getInteger("berth.exec.runs", 100);
    private static final long SEED = Long.getLong("berth.exec.seed", 1);
    private static final int AT_A_TIME = 4;
    private static final int LARGEST = RUNS < 1000 ? 16 << 20 : 64 << 20;

    private Daemon daemon;

    @Test
    void every_byte_comes_back_with_the_exit_code() throws Exception {
        try (var started = Daemon.start("exact")) {
            daemon = started;
            Ground.lay(daemon);
            Ground.guest(daemon, "x1");
            List<String> opened = opened();
            int processes = processes();
            var next = new AtomicInteger();
            var workers = new ArrayList<FutureTask<Boolean>>();
            for (int i = 0; i < AT_A_TIME; i++) {
                workers.add(new FutureTask<>(() -> {
                    for (int run = next.getAndIncrement(); run < RUNS; run = next.getAndIncrement()) {
                        run(run);
                    }
                    return true;
                }));
                Thread.ofPlatform().start(workers.getLast());
            }
            for (var worker : workers) {
                worker.get(RUNS + 300, TimeUnit.SECONDS);
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(processes()).as("processes in the guest").isEqualTo(processes);
                assertThat(opened()).as("open descriptors of the daemon").isEqualTo(opened);
            });
        }
    }

    private int processes() {
        return daemon.api().get("/1.0/instances/x1/state").path("processes").asInt();
    }

    private void run(int run) {
        var chance = new Random(SEED * 1_000_003 + run);
        int size = run == 0 ? LARGEST : (int) Math.exp(chance.nextDouble() * Math.log(1 << 20));
        byte[] bytes = new byte[size];
        chance.nextBytes(bytes);
        int code = chance.nextInt(256);
        boolean toErrors = chance.nextInt(4) == 0;
        boolean leaves = run != 0 && chance.nextInt(8) == 0;
        boolean slow = chance.nextInt(4) == 0;
        String what = "run " + run + " of seed " + SEED + ", " + size + " bytes" + (toErrors ? " to errors" : "");
        var answer = daemon.door()
                .ask(
                        "POST",
                        "/1.0/instances/x1/exec",
                        "{\"command\":[\"sh\",\"-c\",\"cat" + (toErrors ? " >&2" : "") + "; exit " + code
                                + "\"],\"wait-for-websocket\":true,\"interactive\":false}")
                .orFail();
        String operation = answer.json().path("operation").asString();
        JsonNode secrets = answer.metadata().path("metadata").path("fds");
        String base = operation + "/websocket?secret=";
        try (var control = new Websocket(
                        daemon.door(), base + secrets.path("control").asString());
                var stdin =
                        new Websocket(daemon.door(), base + secrets.path("0").asString());
                var stdout =
                        new Websocket(daemon.door(), base + secrets.path("1").asString());
                var stderr =
                        new Websocket(daemon.door(), base + secrets.path("2").asString())) {
            assertThat(control.upgrade().status()).isEqualTo(101);
            var out = reading(stdout, slow);
            var errors = reading(stderr, slow);
            int until = leaves ? chance.nextInt(size + 1) : size;
            send(stdin, bytes, until, chance);
            if (leaves) {
                return; // without a word, as a connection breaks
            }
            stdin.sendText("");
            assertThat(Arrays.equals((toErrors ? errors : out).get(120, TimeUnit.SECONDS), bytes))
                    .as("what came back of " + what)
                    .isTrue();
            assertThat((toErrors ? out : errors).get(120, TimeUnit.SECONDS))
                    .as(what)
                    .isEmpty();
            JsonNode ended =
                    daemon.door().ask("GET", operation + "/wait?timeout=120").metadata();
            assertThat(ended.path("metadata").path("return").asInt(-1))
                    .as("the exit code of " + what)
                    .isEqualTo(code);
        } catch (InterruptedException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException failed) {
            throw new AssertionError(what, failed);
        }
    }

    private static void send(Websocket stdin, byte[] bytes, int until, Random chance) {
        try {
            for (int at = 0; at < until; ) {
                int length = Math.min(until - at, 1 + chance.nextInt(100_000));
                stdin.send(2, Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
        } catch (UncheckedIOException ended) {
            throw new AssertionError("the command's input was closed early", ended);
        }
    }

    private static FutureTask<byte[]> reading(Websocket from, boolean slow) {
        var task = new FutureTask<>(() -> {
            var all = new ByteArrayOutputStream();
            for (var next = from.next(); next.opcode() == 2; next = from.next()) {
                all.writeBytes(next.payload());
                if (slow) {
                    Thread.sleep(2); // what is tried is a reader that does not keep up
                }
            }
            return all.toByteArray();
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    private List<String> opened() {
        return daemon.host()
                .run(
                        "sh",
                        "-c",
                        "ls -l /proc/$(cat " + daemon.directory()
                                + "/berthd.pid)/fd | sed 's/.*-> //; s/[0-9]//g' | sort")
                .orFail()
                .out()
                .lines()
                .toList();
    }
}
