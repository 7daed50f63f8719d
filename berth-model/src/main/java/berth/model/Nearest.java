package berth.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which of the known names was meant. */
public final class Nearest {
    private Nearest() {}

    /** {@code " Did you mean x?"}, or nothing when no name is near. */
    public static String hint(String given, Collection<String> known) {
        return to(given, known).map(name -> " Did you mean " + name + "?").orElse("");
    }

    /** The name that is nearest to what was given; empty when none is near. */
    public static Optional<String> to(String given, Collection<String> known) {
        if (given.length() > 64) {
            return Optional.empty();
        }
        int most = Math.max(1, Math.min(3, given.length() / 3));
        return known.stream()
                .filter(name -> Math.abs(name.length() - given.length()) <= most && distance(given, name) <= most)
                .min(Comparator.<String>comparingInt(name -> distance(given, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters must be put in, taken out, changed or swapped; case and {@code _-} count for nothing. */
    private static int distance(String left, String right) {
        String a = plain(left);
        String b = plain(right);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int swap = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + swap);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
