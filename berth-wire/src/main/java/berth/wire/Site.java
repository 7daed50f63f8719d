package berth.wire;

import java.time.Instant;
import java.util.List;

/** A declared site and its objects: Berth's own, not LXD's. */
public record Site(String site, long generation, String result, Instant appliedAt, List<Thing> objects) {
    /** An object that the site declares; {@code note} says what is special about it. */
    public record Thing(String kind, String name, String status, String note) {}
}
