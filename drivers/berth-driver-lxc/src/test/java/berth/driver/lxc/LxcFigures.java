package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import berth.host.net.CardCounters;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.spi.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures: stops and starts without a pause, reading what many have used. Not run with the others: name it. */
@Tag("host")
final class LxcFigures {
    private static final int ROUNDS = 500;

    @Test
    void stops_and_starts_five_hundred_times_and_loses_nothing(@TempDir Path directory) throws IOException {
        Guest.makeBridge();
        var driver = new LxcDriver(directory.resolve("lxc"), directory.resolve("logs"), "berthtest");
        var guest = new Guest(directory);
        var handle = new Handle(UUID.randomUUID(), new ProjectName("default"), new InstanceName("often1"));
        long[][] nanos = new long[4][ROUNDS];
        long before = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long t0 = System.nanoTime();
            driver.start(guest.setup(handle));
            long t1 = System.nanoTime();
            Said said = Said.by(driver, handle, "true");
            long t2 = System.nanoTime();
            driver.usage(handle);
            long t3 = System.nanoTime();
            driver.kill(handle);
            long t4 = System.nanoTime();
            assertThat(said.code()).isZero();
            nanos[0][i] = t1 - t0;
            nanos[1][i] = t2 - t1;
            nanos[2][i] = t3 - t2;
            nanos[3][i] = t4 - t3;
            if (i == 50) {
                before = descriptors();
            }
        }
        driver.forget(handle);
        String[] names = {"start", "exec", "usage", "kill"};
        for (int i = 0; i < names.length; i++) {
            Arrays.sort(nanos[i]);
            System.out.printf(
                    "%s: min %.2f  median %.2f  p99 %.2f ms%n",
                    names[i], nanos[i][0] / 1e6, nanos[i][ROUNDS / 2] / 1e6, nanos[i][ROUNDS * 99 / 100] / 1e6);
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before);
    }

    /** Groups without processes cost the same to read; the network namespace is the test's own. */
    @Test
    void reads_what_a_thousand_containers_have_used() throws IOException {
        var cgroups = berth.host.cgroup.Cgroups.ofThisHost();
        List<String> names = IntStream.range(0, 1000)
                .mapToObj(it -> "berthtest.figures." + it)
                .toList();
        long self = ProcessHandle.current().pid();
        try {
            for (String name : names) {
                for (Path root : cgroups.roots()) {
                    Files.createDirectories(root.resolve(name));
                }
            }
            var nanos = new long[11];
            for (int i = 0; i < nanos.length; i++) {
                long begin = System.nanoTime();
                try (var cards = new CardCounters()) {
                    for (String name : names) {
                        Measure.of(cgroups.group(name), cards.of(self), 1L << 34);
                    }
                }
                nanos[i] = System.nanoTime() - begin;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "readings of 1000: min %.0f  median %.0f  max %.0f ms%n",
                    nanos[0] / 1e6, nanos[5] / 1e6, nanos[10] / 1e6);
        } finally {
            names.forEach(it -> cgroups.group(it).remove(Duration.ofSeconds(5)));
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
