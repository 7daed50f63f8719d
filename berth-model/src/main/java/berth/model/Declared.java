package berth.model;

import java.util.Map;
import java.util.SortedMap;

/**
 * Where an object is declared: its site, the file and the line, so that a refusal can name them.
 *
 * @param site the owner of the object
 * @param retired true when the object left the file: kept, stopped, listed, not deleted (mission S3-74, plan rule A43)
 * @param digest of the declared normal form that was last applied
 * @param applied that normal form, flat ({@code config.limits.memory} to {@code 2GiB}): what the site owns of the
 *     object. A key that was applied and has left the file is taken away; a key that never was in it is left alone
 */
public record Declared(
        String site, String file, int line, boolean retired, String digest, SortedMap<String, String> applied) {
    public Declared {
        applied = Settings.copyOf(applied);
    }

    /** Declared, with nothing known of what was applied. */
    public Declared(String site, String file, int line, boolean retired, String digest) {
        this(site, file, line, retired, digest, Settings.copyOf(Map.of()));
    }

    /** The same, gone from its file. */
    public Declared asRetired() {
        return new Declared(site, file, line, true, digest, applied);
    }
}
