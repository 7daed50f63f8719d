package berth.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Guesses what somebody meant. */
final class Nearest {
    private Nearest() {}

    /** A sentence that proposes the nearest candidate, or nothing if none is near. */
    static String hint(String given, List<String> candidates, String prefix) {
        String near = find(given, candidates);
        return near == null ? "" : ". Did you mean " + prefix + near + "?";
    }

    /** The nearest candidate by edits, where swapping two neighbours is one edit; null if too far away. */
    static @Nullable String find(String given, List<String> candidates) {
        String best = null;
        int least = Math.max(1, given.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = candidate.startsWith(given) && given.length() > 1 ? 1 : distance(given, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(Math.min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = least;
            }
        }
        return rows[a.length()][b.length()];
    }
}
