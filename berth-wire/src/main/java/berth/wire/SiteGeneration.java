package berth.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One apply of a site: Berth's own, not LXD's.
 *
 * @param result {@code running} while it is carried out, then {@code ok}, {@code partial} when something failed, or {@code
 *     interrupted} when the daemon died meanwhile
 * @param current whether it is the last one
 * @param of the generation that this one went back to
 * @param systems paths of the Nix store that guests were given, by their names
 */
public record SiteGeneration(
        String site,
        long generation,
        String result,
        Instant appliedAt,
        boolean current,
        @Nullable Long of,
        List<Step> steps,
        List<File> files,
        Map<String, String> systems) {
    /** What was done to one object; {@code result} is {@code ok}, or why it failed. */
    public record Step(String object, String action, double seconds, String result) {}

    /** A file as it was applied, as a body of an apply takes it. */
    public record File(
            String name,
            @Nullable String folder,
            String text,
            @Nullable String guest) {}
}
