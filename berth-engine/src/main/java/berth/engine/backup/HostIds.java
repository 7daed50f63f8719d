package berth.engine.backup;

import berth.engine.record.ForeignYaml;
import berth.host.file.IdExtent;
import berth.host.file.IdExtents;
import berth.model.Quoted;
import berth.model.Refused;
import java.util.ArrayList;
import java.util.Map;

/** LXD's note of which ids of its host it wrote to the disk in the place of the guest's: {@code volatile.idmap.last}. */
public final class HostIds {
    /** The key with that note. */
    public static final String KEY = "volatile.idmap.last";

    private static final ForeignYaml YAML = new ForeignYaml("index.yaml");

    private HostIds() {}

    /** The map from what is on the disk to the guest's own ids; the same ids for an empty note. */
    static IdExtents read(String note) {
        var users = new ArrayList<IdExtent>();
        var groups = new ArrayList<IdExtent>();
        if (note.isEmpty() || note.equals("null")) {
            return IdExtents.SAME;
        }
        for (Object row : YAML.list(KEY, YAML.load(note))) {
            Map<?, ?> range = YAML.map(KEY, row);
            var extent = extent(note, range);
            if (YAML.truthy(KEY, range.get("Isuid"))) {
                users.add(extent);
            }
            if (YAML.truthy(KEY, range.get("Isgid"))) {
                groups.add(extent);
            }
        }
        if (users.isEmpty() != groups.isEmpty()) {
            throw bad(note);
        }
        return new IdExtents(users, groups);
    }

    private static IdExtent extent(String note, Map<?, ?> range) {
        try {
            return new IdExtent(
                    Long.parseLong(YAML.text(KEY, range.get("Hostid"))),
                    Long.parseLong(YAML.text(KEY, range.get("Nsid"))),
                    Long.parseLong(YAML.text(KEY, range.get("Maprange"))));
        } catch (IllegalArgumentException odd) {
            throw bad(note);
        }
    }

    private static Refused bad(String note) {
        return Refused.invalid("index.yaml: " + KEY + " is no map of ids: " + Quoted.of(note));
    }

    /** Refuses a note that is none. */
    public static void check(String note) {
        var _ = read(note);
    }
}
