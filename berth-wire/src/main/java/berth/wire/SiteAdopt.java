package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /1.0/sites/adopt}: Berth's own, not LXD's.
 *
 * @param files of the site as they are
 * @param object {@code kind:name} or a name; left out: all keys that the files say are to be adopted
 * @param key one of its keys; left out: all that have drifted
 */
public record SiteAdopt(
        @Nullable String site,
        @Nullable List<SitePost.@Nullable File> files,
        @Nullable String object,
        @Nullable String key) {}
