package berth.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Two command lines in turn, as a user waits for them. */
final class Commands {
    private Commands() {}

    static String compare(int times, List<String> both) throws IOException, InterruptedException {
        int middle = both.indexOf("--");
        var commands = List.of(both.subList(0, middle), both.subList(middle + 1, both.size()));
        var samples = List.of(new ArrayList<Double>(), new ArrayList<Double>());
        for (int round = -2; round < times; round++) {
            for (int which = 0; which < 2; which++) {
                long began = System.nanoTime();
                int code = new ProcessBuilder(commands.get(which))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new IllegalStateException(commands.get(which) + " ended with " + code);
                }
                if (round >= 0) {
                    samples.get(which).add((System.nanoTime() - began) / 1e6);
                }
            }
        }
        double one = Figures.median(samples.get(0));
        double other = Figures.median(samples.get(1));
        return String.format(
                Locale.ROOT,
                "%s: %.0f ms, %s: %.0f ms, ratio %.2f (medians of %d)%n",
                commands.get(0),
                one,
                commands.get(1),
                other,
                one / other,
                times);
    }
}
