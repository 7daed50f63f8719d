package berth.driver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import berth.spi.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a power cut may leave: the log up to any byte that had not been synced, its last sector torn or garbage; while the
 * log is copied into the file, any mixture of old and new pages.
 */
class PowerCutTest {
    private static final int COMMITS = 12;
    private static final int SECTOR = 512;

    @TempDir
    Path directory = Path.of("");

    /** The log's size when the n-th commit had returned. */
    private final List<Integer> acknowledged = new ArrayList<>();

    private byte[] fileBefore = {};
    private byte[] log = {};
    private byte[] fileAfter = {};

    @Test
    void whatever_prefix_of_the_log_survives_every_acknowledged_commit_is_there() throws Exception {
        record();
        var random = new Random(4);
        int opened = 0;
        for (int length = 0; length <= log.length; length += length < 2 * SECTOR ? 256 : 5 * SECTOR) {
            int torn = length + random.nextInt(SECTOR);
            for (byte[] survived : List.of(
                    Arrays.copyOf(log, length),
                    Arrays.copyOf(log, Math.min(torn, log.length)),
                    withTail(length, random, false),
                    withTail(length, random, true))) {
                checkOpens("log cut at " + length, fileBefore, survived, promised(length));
                opened++;
            }
        }
        assertThat(opened).isGreaterThan(100);
    }

    @Test
    void whatever_pages_were_copied_from_the_log_every_acknowledged_commit_is_there() throws Exception {
        record();
        var random = new Random(5);
        for (int round = 0; round < 50; round++) {
            byte[] mixed = mix(random);
            checkOpens("copying, round " + round, mixed, log, COMMITS);
        }
    }

    private void record() throws IOException {
        Path file = directory.resolve("recorded.db");
        Path logFile = directory.resolve("recorded.db-wal");
        new EmbeddedStore(file).close();
        fileBefore = Files.readAllBytes(file);
        try (var store = new EmbeddedStore(file)) {
            for (int i = 1; i <= COMMITS; i++) {
                store.commit(Map.of(), Map.of("key/" + i % 7, "text ".repeat(i * 13) + i, "last", "" + i));
                acknowledged.add((int) Files.size(logFile));
            }
            log = Files.readAllBytes(logFile);
            assertThat(Files.readAllBytes(file)).isEqualTo(fileBefore);
        }
        fileAfter = Files.readAllBytes(file);
    }

    private int promised(int survivingBytes) {
        return (int)
                acknowledged.stream().filter(size -> size <= survivingBytes).count();
    }

    private byte[] withTail(int length, Random random, boolean zeroes) {
        byte[] bytes = Arrays.copyOf(log, Math.min(log.length, length) + SECTOR);
        if (!zeroes) {
            byte[] garbage = new byte[SECTOR];
            random.nextBytes(garbage);
            System.arraycopy(garbage, 0, bytes, bytes.length - SECTOR, SECTOR);
        }
        return bytes;
    }

    private byte[] mix(Random random) {
        byte[] mixed = Arrays.copyOf(fileBefore, random.nextBoolean() ? fileAfter.length : fileBefore.length);
        for (int at = 0; at + SECTOR <= Math.min(mixed.length, fileAfter.length); at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(fileAfter, at, mixed, at, SECTOR);
            }
        }
        return mixed;
    }

    private void checkOpens(String what, byte[] file, byte[] survivingLog, int promised) throws Exception {
        Path path = directory.resolve("cut.db");
        Files.write(path, file);
        Files.write(directory.resolve("cut.db-wal"), survivingLog);
        Files.deleteIfExists(directory.resolve("cut.db-shm"));
        try (var store = new EmbeddedStore(path)) {
            int last = store.find("last")
                    .map(Store.Document::text)
                    .map(Integer::parseInt)
                    .orElse(0);
            assertThat(last).as(what).isGreaterThanOrEqualTo(promised);
            assertThat(store.revision()).as(what).isEqualTo(last);
            for (int i = Math.max(1, last - 6); i <= last; i++) {
                assertThat(store.find("key/" + i % 7).orElseThrow().text())
                        .as(what)
                        .endsWith(" " + i);
            }
            assertThat(store.commit(Map.of(), Map.of("after", "x"))).as(what).contains(last + 1L);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).as(what).isEqualTo("ok");
        }
    }
}
