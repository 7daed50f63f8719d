package berth.rest;

import berth.engine.instance.ReadMetrics.FileSystem;
import berth.engine.instance.ReadMetrics.Measured;
import berth.model.Instance;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the text of a thousand guests costs. Not run with the others: name it. What reading costs: LxcFigures. */
final class MetricsFigures {
    @Test
    void writes_a_thousand_guests(@TempDir Path dir) throws Exception {
        try (var house = new House(dir).furnished()) {
            house.start("c1");
            Instance instance =
                    house.engine.useCases().instances().listAll().getFirst().instance();
            var readings =
                    house.engine.useCases().readMetrics().all(null).getFirst().readings();
            var files = List.of(new FileSystem("", "/", "ext4", 1L << 40, 1L << 39, 1L << 38));
            List<Measured> thousand = IntStream.range(0, 1000)
                    .mapToObj(_ -> new Measured(instance, readings, files))
                    .toList();
            var nanos = new long[50];
            int length = 0;
            for (int i = 0; i < nanos.length; i++) {
                long begin = System.nanoTime();
                var out = new ByteArrayOutputStream();
                MetricsText.write(thousand, out);
                length = out.size();
                nanos[i] = System.nanoTime() - begin;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "text of 1000 guests: %d bytes, min %.1f  median %.1f  max %.1f ms%n",
                    length, nanos[0] / 1e6, nanos[nanos.length / 2] / 1e6, nanos[nanos.length - 1] / 1e6);
        }
    }
}
