package berth.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A declared site and its objects: Berth's own, not LXD's. */
public record Site(String site, long generation, String result, Instant appliedAt, List<Thing> objects) {
    /**
     * An object that the site declares.
     *
     * @param note what is special about it
     * @param health of a guest that runs and says what healthy is, once it was looked at
     */
    public record Thing(
            String kind,
            String name,
            String status,
            String note,
            @Nullable Health health) {}

    /**
     * How a guest was found to be.
     *
     * @param probe what is looked at
     * @param why it is not well; empty when it is
     * @param lookedAt when that was the last time
     * @param since when it has been so
     */
    public record Health(boolean well, String probe, String why, Instant lookedAt, Instant since) {}
}
