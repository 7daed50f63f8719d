package berth.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /1.0/berth/images/build}: Berth's own, not LXD's. */
public record ImageBuildPost(
        @Nullable String distribution,
        @Nullable String release,
        @Nullable String variant,
        @Nullable String alias,
        boolean split,
        @Nullable List<@Nullable String> packages) {}
