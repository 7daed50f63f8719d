package berth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What daemons hold in memory, by the kernel's count of shares (PSS). */
final class Memory {
    private Memory() {}

    /** MiB of one process. */
    static double of(long pid) throws IOException {
        return pss(Path.of("/proc", Long.toString(pid))) / 1024.0;
    }

    /** MiB of all processes in the pid namespace of this one: the daemon, its helpers and monitors, but no guest. */
    static double around(long pid) throws IOException {
        Path namespace = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid"));
        double sum = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(it -> it.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    if (Files.readSymbolicLink(process.resolve("ns/pid")).equals(namespace)) {
                        sum += pss(process);
                    }
                } catch (IOException gone) {
                    // It has ended meanwhile.
                }
            }
        }
        return sum / 1024;
    }

    private static long pss(Path process) throws IOException {
        return Files.readAllLines(process.resolve("smaps_rollup")).stream()
                .filter(it -> it.startsWith("Pss:"))
                .mapToLong(it -> Long.parseLong(it.replaceAll("\\D", "")))
                .sum();
    }
}
