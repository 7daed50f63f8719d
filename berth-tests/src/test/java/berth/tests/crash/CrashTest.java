package berth.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * For every operation: it is run once with a trace, which tells its steps. Then, for each step, before and after its work,
 * the daemon halts there, or the step fails; after a restart the world must be wholly as before or wholly as after, and
 * when all is taken away again, as at the beginning. A step that is added to the code is met here without being listed.
 *
 * <p>{@code -Dberth.crash=PATTERN} picks operations by their names.
 */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern KIND = Pattern.compile("String kind\\(\\) \\{\\s*return \"([^\"]+)\"");

    private final Set<String> kindsMet = new TreeSet<>();
    private Daemon daemon;
    private Path trace;
    private byte[] image;
    private String fingerprint = "";
    private World nothing;

    @BeforeAll
    void prepare_the_ground() throws Exception {
        daemon = Daemon.start("crash");
        trace = daemon.host().directory().resolve("trace");
        Path archive = daemon.host().directory().resolve("bb.tar.gz");
        daemon.host()
                .run(Checkout.root().resolve("tools/busybox-image").toString(), archive.toString())
                .orFail();
        image = Files.readAllBytes(archive);
        must(Ask.of("POST /1.0/storage-pools {\"name\":\"dir\",\"driver\":\"dir\"}"));
        must(Ask.of(
                "POST /1.0/storage-pools {\"name\":\"btrfs\",\"driver\":\"btrfs\",\"config\":{\"size\":\"1GiB\"}}"));
        must(
                Ask.of(
                        "POST /1.0/networks {\"name\":\"n0\",\"config\":{\"ipv4.address\":\"10.77.0.1/24\",\"ipv6.address\":\"fd42:7::1/64\"}}"));
        must(
                Ask.of(
                        "PUT /1.0/profiles/default {\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"dir\"},\"eth0\":{\"type\":\"nic\",\"network\":\"n0\",\"name\":\"eth0\"}}}"));
        must(Ask.of("IMPORT"));
        // One instance comes and goes, so that the image is unpacked in both pools.
        for (String pool : List.of("dir", "btrfs")) {
            must(Ask.of(
                    "POST /1.0/instances {\"name\":\"w\",\"source\":{\"type\":\"image\",\"alias\":\"bb\"},\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\""
                            + pool + "\"}}}"));
            must(Ask.of("PUT /1.0/instances/w/state {\"action\":\"start\"}"));
            must(Ask.of("PUT /1.0/instances/w/state {\"action\":\"stop\",\"force\":true}"));
            must(Ask.of("DELETE /1.0/instances/w"));
        }
        nothing = World.settled(daemon);
    }

    @AfterAll
    void nothing_is_left_on_the_machine() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_wherever_it_breaks() {
        var wanted = Pattern.compile(System.getProperty("berth.crash", ""));
        var each = Operation.all()
                .filter(it -> wanted.matcher(it.name()).find())
                .map(it -> DynamicTest.dynamicTest(it.name(), () -> breakEverywhere(it)));
        var complete = DynamicTest.dynamicTest("every kind of run was broken", this::everyKindWasMet);
        return wanted.pattern().isEmpty() ? Stream.concat(each, Stream.of(complete)) : each;
    }

    private void breakEverywhere(Operation operation) throws Exception {
        List<String> troubles = new ArrayList<>();
        goBack(operation, "before it");
        operation.before().forEach(this::must);
        World before = World.settled(daemon);
        restart(Map.of("BERTH_STEP_TRACE", trace.toString()));
        Files.deleteIfExists(trace);
        must(operation.act());
        World after = World.settled(daemon);
        Set<String> steps = Files.exists(trace) ? new LinkedHashSet<>(Files.readAllLines(trace)) : Set.of();
        goBack(operation, "once it was done");
        for (String step : steps) {
            kindsMet.add(step.split("\t")[0]);
            for (String when : List.of("before", "after")) {
                for (String what : List.of("halt", "fail")) {
                    String where = what + " " + when + " " + step.replace("\t", ": ");
                    try {
                        breakAt(operation, what, when, step, before, after);
                    } catch (AssertionError | RuntimeException trouble) {
                        troubles.add(where + ": " + trouble.getMessage());
                        recover();
                    }
                }
            }
        }
        assertThat(troubles).as(operation.name()).isEmpty();
    }

    private void breakAt(Operation operation, String what, String when, String step, World before, World after)
            throws Exception {
        operation.before().forEach(this::must);
        restart(Map.of("BERTH_FAULT", what + "," + when + "," + step.replace("\t", ",")));
        String said;
        try {
            var answer = ask(operation.act());
            said = answer.text();
        } catch (UncheckedIOException hungUp) {
            said = "";
        }
        if (what.equals("halt")) {
            assertThat(daemon.endsWithin(PATIENCE)).as("the daemon halts").isTrue();
            daemon.startAgain(Map.of());
        } else {
            if (said.matches("(?s).*\"err\":\"[^\"].*") || said.contains("\"error_code\":5")) {
                assertThat(said).as("the error names the step").contains("broken on purpose");
            }
            restart(Map.of());
        }
        awaitOneOf(before, after);
        goBack(operation, "after it was broken");
    }

    private void awaitOneOf(World before, World after) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        World now = World.settled(daemon);
        while (!now.equals(before) && !now.equals(after) && System.nanoTime() < until) {
            Thread.sleep(200);
            now = World.settled(daemon);
        }
        if (!now.equals(before) && !now.equals(after)) {
            var toBefore = now.besides(before);
            var toAfter = now.besides(after);
            throw new AssertionError("neither done nor undone; "
                    + (toBefore.size() < toAfter.size() ? "beside undone: " + toBefore : "beside done: " + toAfter));
        }
    }

    /** Takes all away that the operation may have made; then nothing may be left of it. */
    private void goBack(Operation operation, String when) throws InterruptedException {
        operation.after().forEach(this::ask);
        long until = System.nanoTime() + PATIENCE.toNanos();
        World now = World.settled(daemon);
        while (!now.equals(nothing) && System.nanoTime() < until) {
            Thread.sleep(200);
            now = World.settled(daemon);
        }
        if (!now.equals(nothing)) {
            throw new AssertionError("left over " + when + ": " + now.besides(nothing));
        }
    }

    /** After trouble: whatever there is, away with it, and what is left is taken as given, so that the rest can be tried. */
    private void recover() throws InterruptedException {
        try {
            if (daemon.alive()) {
                daemon.kill();
            }
            daemon.startAgain(Map.of());
            for (String ask : List.of(
                    "PUT /1.0/instances/i1/state {\"action\":\"stop\",\"force\":true,\"timeout\":10}",
                    "PUT /1.0/instances/i2/state {\"action\":\"stop\",\"force\":true,\"timeout\":10}",
                    "DELETE /1.0/instances/i1",
                    "DELETE /1.0/instances/i2",
                    "DELETE /1.0/profiles/q1",
                    "DELETE /1.0/networks/n1",
                    "DELETE /1.0/networks/n2",
                    "DELETE /1.0/storage-pools/p9",
                    "IMPORT")) {
                ask(Ask.of(ask));
            }
        } catch (AssertionError | RuntimeException stillBroken) {
            System.getLogger("crash").log(System.Logger.Level.WARNING, stillBroken.getMessage());
        }
        nothing = World.settled(daemon);
    }

    private void restart(Map<String, String> environment) {
        if (daemon.alive()) {
            daemon.stop();
        }
        daemon.startAgain(environment);
    }

    private void must(Ask ask) {
        Answer answer = ask(ask);
        if (answer.status() >= 400 || answer.metadata().path("status_code").asInt() >= 400) {
            throw new AssertionError(ask + " answered " + answer.status() + ": " + answer.text());
        }
    }

    private Answer ask(Ask ask) {
        if (ask.method().equals("IMPORT")) {
            return importImage();
        }
        String path = ask.path().replace("$image", fingerprint);
        var begun = ask.body().isEmpty()
                ? daemon.door().ask(ask.method(), path)
                : daemon.door().ask(ask.method(), path, ask.body());
        return daemon.api().finished(begun);
    }

    private Answer importImage() {
        var end = daemon.api()
                .finished(daemon.door()
                        .ask("POST", "/1.0/images", Map.of("Content-Type", "application/octet-stream"), image));
        String found = end.metadata().path("metadata").path("fingerprint").asString("");
        if (!found.isEmpty()) {
            fingerprint = found;
        }
        daemon.door().ask("POST", "/1.0/images/aliases", "{\"name\":\"bb\",\"target\":\"" + fingerprint + "\"}");
        return end;
    }

    private void everyKindWasMet() throws IOException {
        Set<String> kinds = new TreeSet<>();
        Checkout.sources().stream()
                .filter(it -> it.toString().contains("/src/main/"))
                .forEach(it -> KIND.matcher(Checkout.read(it)).results().forEach(found -> kinds.add(found.group(1))));
        assertThat(kindsMet).containsAll(kinds);
    }
}
