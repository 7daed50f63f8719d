package berth.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import berth.tests.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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
 * the daemon halts there (and its store forgets what was not on the disk: a power cut), or the step fails, or is held up;
 * afterwards (and after a restart, if it halted) the world must
 * be wholly as before or wholly as after, and when all is taken away again, as at the beginning. A step that is added to
 * the code is met here without being listed.
 *
 * <p>Without more, the first step of each kind of run and every second one of the others are broken in one way, on one of the
 * pools: which ones turns with the day, and
 * {@code -Dberth.crash.turn=N} says which again. {@code -Dberth.crash=PATTERN} breaks the operations whose names match in
 * every way there is; {@code .} is all of them, which takes hours. {@code -Dberth.crash.way=cut} leaves out all
 * ways but one.
 */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String WANTED = System.getProperty("berth.crash", "");
    private static final String WAY = System.getProperty("berth.crash.way", "");
    private static final long TURN =
            Long.getLong("berth.crash.turn", LocalDate.now(ZoneOffset.UTC).toEpochDay());

    private final Set<String> stepsMet = new TreeSet<>();
    private Daemon daemon;
    private Path trace;
    private Path fault;
    private Path struck;
    private Path synced;
    private byte[] image;
    private String fingerprint = "";
    private String one = "";
    private String two = "";
    private World nothing;

    /** One way to break a step: what happens, before or after its work. */
    private record Break(String what, String when) {
        static final List<Break> ALL = List.of(
                new Break("halt", "before"),
                new Break("halt", "after"),
                new Break("cut", "before"),
                new Break("cut", "after"),
                new Break("fail", "before"),
                new Break("fail", "after"),
                new Break("hold", "before"));

        static List<Break> wanted() {
            return ALL.stream()
                    .filter(it -> WAY.isEmpty() || it.what().equals(WAY))
                    .toList();
        }

        static Break ofTurn(String step) {
            return ALL.get((int) Math.floorMod(step.hashCode() + TURN, (long) ALL.size()));
        }
    }

    @BeforeAll
    void prepare_the_ground() throws Exception {
        daemon = Daemon.start("crash");
        trace = daemon.host().directory().resolve("trace");
        fault = daemon.host().directory().resolve("fault");
        struck = daemon.host().directory().resolve("fault.struck");
        synced = daemon.host().directory().resolve("synced");
        image = Files.readAllBytes(Ground.archive(daemon.host()));
        interfaceToGive();
        one = daemon.nix().system("one");
        two = daemon.nix().system("two");
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
                    "POST /1.0/instances {\"name\":\"w\",\"source\":{\"type\":\"image\",\"fingerprint\":\"$image\"},\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\""
                            + pool + "\"}}}"));
            must(Ask.of("PUT /1.0/instances/w/state {\"action\":\"start\"}"));
            must(Ask.of("PUT /1.0/instances/w/state {\"action\":\"stop\",\"force\":true}"));
            must(Ask.of("DELETE /1.0/instances/w"));
        }
        daemon.stop();
        startAgain();
        nothing = World.settled(daemon);
    }

    @AfterAll
    void nothing_is_left_on_the_machine() {
        if (daemon != null) {
            daemon.host().run("ip", "link", "delete", "own0").orFail();
            daemon.close();
        }
    }

    /** One that goes into guests; there already is no error. */
    private void interfaceToGive() {
        daemon.host().run("ip link add own0 address 02:00:00:00:00:99 mtu 1400 type veth peer name own1".split(" "));
    }

    @TestFactory
    Stream<DynamicTest> is_done_or_undone_wherever_it_breaks() {
        boolean sample = WANTED.isEmpty();
        var left = Pattern.compile(TURN % 2 == 0 ? " on btrfs$" : " on dir$");
        var each = Operation.all()
                .filter(it -> sample
                        ? !left.matcher(it.name()).find()
                        : Pattern.compile(WANTED).matcher(it.name()).find())
                .map(it -> DynamicTest.dynamicTest(
                        it.name() + (sample ? ", turn " + TURN : ""), () -> breakEverywhere(it, sample)));
        var complete = DynamicTest.dynamicTest("every kind of run was broken", this::everyKindWasMet);
        return sample || WANTED.equals(".") ? Stream.concat(each, Stream.of(complete)) : each;
    }

    private void breakEverywhere(Operation operation, boolean sample) throws Exception {
        List<String> troubles = new ArrayList<>();
        goBack(operation, "before it");
        operation.before().forEach(this::must);
        World before = World.settled(daemon);
        Files.deleteIfExists(trace);
        must(operation.act());
        World after = World.settled(daemon);
        Set<String> steps = Files.exists(trace) ? new LinkedHashSet<>(Files.readAllLines(trace)) : Set.of();
        goBack(operation, "once it was done");
        boolean standing = false;
        for (String step : steps) {
            List<Break> ways = !sample ? Break.wanted() : isOfTurn(step) ? List.of(Break.ofTurn(step)) : List.of();
            stepsMet.add(step);
            for (Break way : ways) {
                try {
                    if (!standing) {
                        operation.before().forEach(this::must);
                    }
                    standing = breakAt(operation, way, step, before, after);
                } catch (AssertionError | RuntimeException trouble) {
                    troubles.add(way.what() + " " + way.when() + " " + step.replace("\t", ": ") + ": "
                            + trouble.getMessage());
                    recover();
                    standing = false;
                }
            }
        }
        if (standing) {
            goBack(operation, "after it was broken");
        }
        assertThat(troubles).as(operation.name()).isEmpty();
    }

    /** Whether the sample of the day has this step: it was not met yet, and its kind was not or it is its turn. */
    private boolean isOfTurn(String step) {
        String kind = kind(step);
        boolean kindIsNew = stepsMet.stream().noneMatch(it -> kind(it).equals(kind));
        return !stepsMet.contains(step) && (kindIsNew || (step.hashCode() / Break.ALL.size() + TURN / 2) % 2 == 0);
    }

    private static String kind(String step) {
        return step.split("\t")[0];
    }

    /** Breaks the operation once; whether the world is as before it, so that it can be broken again at once. */
    private boolean breakAt(Operation operation, Break way, String step, World before, World after) throws Exception {
        Files.deleteIfExists(struck);
        boolean cut = way.what().equals("cut");
        boolean dies = cut || way.what().equals("halt");
        Files.writeString(fault, (dies ? "halt" : way.what()) + "," + way.when() + "," + step.replace("\t", ","));
        String said = way.what().equals("hold") ? whileHeld(operation) : said(operation);
        if (dies) {
            assertThat(daemon.endsWithin(PATIENCE)).as("the daemon halts").isTrue();
            if (cut) {
                forgetWhatWasNotSynced();
            }
            startAgain();
        }
        assertThat(fault).as("the order for a fault that was carried out").doesNotExist();
        if (said.matches("(?s).*\"err\":\"[^\"].*") || said.contains("\"error_code\":5")) {
            assertThat(said).as("the error names the step").contains("broken on purpose");
            assertThat(way.what()).as("what was only held up").isNotEqualTo("hold");
        }
        World now = World.awaited(daemon, Duration.ofSeconds(way.what().equals("fail") ? 2 : 10), before, after);
        if (!now.equals(before) && !now.equals(after) && way.what().equals("fail")) {
            daemon.stop(); // what could only go forward is finished by the next daemon
            startAgain();
            now = World.awaited(daemon, PATIENCE, before, after);
        }
        if (!now.equals(before) && !now.equals(after)) {
            var toBefore = now.besides(before);
            var toAfter = now.besides(after);
            throw new AssertionError("neither done nor undone; "
                    + (toBefore.size() < toAfter.size() ? "beside undone: " + toBefore : "beside done: " + toAfter)
                    + "; the answer was " + said);
        }
        if (!now.equals(before)) {
            goBack(operation, "after it was broken");
        }
        return now.equals(before);
    }

    private String said(Operation operation) {
        try {
            return ask(operation.act()).text();
        } catch (UncheckedIOException hungUp) {
            return "";
        }
    }

    /** While the step waits, the daemon answers and does other things; when it is let go, the operation is done. */
    private String whileHeld(Operation operation) throws Exception {
        var answer = new FutureTask<>(() -> said(operation));
        Thread.ofVirtual().start(answer);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(struck) && !answer.isDone() && System.nanoTime() < until) {
            Thread.sleep(5);
        }
        try {
            var others = new FutureTask<>(() -> {
                daemon.api().get("/1.0/instances?recursion=2");
                daemon.api().get("/1.0/networks?recursion=1");
                must(Ask.of("POST /1.0/profiles {\"name\":\"other\"}"));
                must(Ask.of("DELETE /1.0/profiles/other"));
                return true;
            });
            Thread.ofVirtual().start(others);
            assertThat(others.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("other requests are answered meanwhile")
                    .isTrue();
        } finally {
            Files.deleteIfExists(struck);
        }
        return answer.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Takes all away that the operation may have made; then nothing may be left of it. */
    private void goBack(Operation operation, String when) throws InterruptedException {
        var answers = operation.after().stream()
                .map(it -> it + " answered " + ask(it).text())
                .toList();
        World now = World.awaited(daemon, PATIENCE, nothing);
        if (!now.equals(nothing)) {
            throw new AssertionError("left over " + when + ": " + now.besides(nothing) + "; " + answers);
        }
    }

    /** After trouble: whatever there is, away with it, and what is left is taken as given, so that the rest can be tried. */
    private void recover() throws Exception {
        try {
            if (daemon.alive()) {
                daemon.kill();
            }
            Files.deleteIfExists(fault);
            Files.deleteIfExists(struck);
            startAgain();
            interfaceToGive();
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

    /** The next daemon, which does what the file of faults orders and writes down its steps. */
    private void startAgain() {
        removeKept();
        daemon.startAgain(Map.of(
                "BERTH_STEP_TRACE",
                trace.toString(),
                "BERTH_FAULT",
                "@" + fault,
                "BERTH_STORE_SYNCED",
                synced.toString()));
    }

    /** The store as a power cut would have left it; the world stays as it was. */
    private void forgetWhatWasNotSynced() throws IOException {
        try (var kept = Files.list(synced)) {
            int newest = kept.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".db-wal"))
                    .mapToInt(it -> Integer.parseInt(it.substring(0, it.indexOf('.'))))
                    .max()
                    .orElseThrow();
            Path store = daemon.directory().resolve("berth.db");
            Files.delete(store.resolveSibling("berth.db-shm"));
            Files.copy(synced.resolve(newest + ".db"), store, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(
                    synced.resolve(newest + ".db-wal"),
                    store.resolveSibling("berth.db-wal"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void removeKept() {
        try {
            Files.createDirectories(synced);
            try (var kept = Files.newDirectoryStream(synced)) {
                for (Path each : kept) {
                    Files.delete(each);
                }
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
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
        if (path.contains("$published")) {
            var alias = daemon.door().ask("GET", "/1.0/images/aliases/published");
            path = path.replace("$published", alias.metadata().path("target").asString("none"));
        }
        String body =
                ask.body().replace("$image", fingerprint).replace("$one", one).replace("$two", two);
        var begun = body.isEmpty()
                ? daemon.door().ask(ask.method(), path)
                : daemon.door().ask(ask.method(), path, body);
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
        return end;
    }

    private void everyKindWasMet() throws IOException {
        var known = Files.readAllLines(trace.resolveSibling("trace.kinds"));
        assertThat(known).hasSizeGreaterThan(20);
        assertThat(stepsMet.stream().map(CrashTest::kind).distinct()).containsExactlyInAnyOrderElementsOf(known);
    }
}
