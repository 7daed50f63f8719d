package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/{site}/reset}: Berth's own, not LXD's.
 *
 * @param instances guests that begin anew
 * @param awaitReady as of {@link SitePost}
 * @param dryRun whether only to answer with the plan
 */
public record SiteReset(
        @Nullable List<@Nullable String> instances,
        @Nullable Boolean awaitReady,
        boolean dryRun) {}
