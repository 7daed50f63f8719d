package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/{site}/purge}: Berth's own, not LXD's.
 *
 * @param objects {@code kind:name} or a name, of what the site has retired; left out or empty: all of it
 * @param dryRun only says what would be deleted
 */
public record SitePurge(@Nullable List<@Nullable String> objects, boolean dryRun) {}
