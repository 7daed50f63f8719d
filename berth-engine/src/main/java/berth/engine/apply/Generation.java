package berth.engine.apply;

import java.time.Instant;
import java.util.List;

/**
 * One apply of a site; a document of the store.
 *
 * @param number from 1
 * @param outcome {@code ok} or {@code partial}
 * @param files as they were applied, so that a generation can be shown and compared later
 */
public record Generation(
        String site, long number, Instant at, String outcome, List<Done> done, List<AppliedFile> files) {
    public Generation {
        done = List.copyOf(done);
        files = List.copyOf(files);
    }

    /**
     * One change that was carried out, or not.
     *
     * @param result {@code ok}, or why it failed
     */
    public record Done(String object, String action, double seconds, String result) {}

    /** A file of the site as it was applied. */
    public record AppliedFile(String name, String text) {}
}
