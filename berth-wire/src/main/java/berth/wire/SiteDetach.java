package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/{site}/detach}: Berth's own, not LXD's.
 *
 * @param objects {@code kind:name} or a name, of what the site owns
 */
public record SiteDetach(@Nullable List<@Nullable String> objects) {}
