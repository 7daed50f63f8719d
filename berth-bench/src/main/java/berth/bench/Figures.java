package berth.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: for each row and peer its samples, in milliseconds (memory: MiB). */
final class Figures {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

    void add(String row, String peer, double value) {
        rows.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(value);
    }

    /** Times the work. */
    void time(String row, Peer peer, Runnable work) {
        long began = System.nanoTime();
        work.run();
        add(row, peer.name(), (System.nanoTime() - began) / 1e6);
    }

    /**
     * A table: medians, smallest in parentheses, and the first peer's median over the best of the others', row by row.
     */
    String table(List<Peer> peers) {
        var text = new StringBuilder("| row |");
        peers.forEach(it -> text.append(' ').append(it.name()).append(" |"));
        text.append(" ratio |\n|---|").append("---|".repeat(peers.size() + 1)).append('\n');
        rows.forEach((row, samples) -> {
            text.append("| ").append(row).append(" |");
            double own = Double.NaN;
            double best = Double.POSITIVE_INFINITY;
            for (Peer peer : peers) {
                var values = samples.getOrDefault(peer.name(), List.of());
                double median = median(values);
                text.append(values.isEmpty() ? " – |" : format(median, values));
                if (peer.equals(peers.getFirst())) {
                    own = median;
                } else if (!values.isEmpty()) {
                    best = Math.min(best, median);
                }
            }
            text.append(
                    Double.isInfinite(best) || Double.isNaN(own)
                            ? " – |"
                            : String.format(Locale.ROOT, " %.2f |", own / best));
            text.append('\n');
        });
        return text.toString();
    }

    private static String format(double median, List<Double> values) {
        double least = values.stream().mapToDouble(it -> it).min().orElse(Double.NaN);
        return String.format(Locale.ROOT, median < 10 ? " %.1f (%.1f) |" : " %.0f (%.0f) |", median, least);
    }

    static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
