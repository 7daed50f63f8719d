package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.spi.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five hundred stops and starts without a pause, with what each step took. Not run with the others: name it. */
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

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
