package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/NAME/rollback}: Berth's own, not LXD's.
 *
 * @param generation to go back to; left out for the last good one before the current
 * @param withState guests whose data goes back as well, or {@code GUEST=SNAPSHOT}; left out: none
 * @param awaitReady as of {@link SitePost}
 * @param dryRun whether only to answer with the plan
 */
public record SiteRollback(
        @Nullable Long generation,
        @Nullable List<@Nullable String> withState,
        @Nullable Boolean awaitReady,
        boolean dryRun) {}
