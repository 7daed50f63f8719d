package berth.wire;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/{site}/repair}: Berth's own, not LXD's.
 *
 * @param awaitReady whether it is over only when the guests it started are ready; true when left out
 * @param plan as of {@link SitePost}
 * @param dryRun whether only to answer with the plan
 */
public record SiteRepair(
        @Nullable Boolean awaitReady, @Nullable String plan, boolean dryRun) {}
