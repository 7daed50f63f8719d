package berth.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume of a pool as LXD lists it: roots of instances, unpacked images, custom ones; a document of the store.
 *
 * @param snapshots of a custom volume, oldest first; those of instances are documents of their own
 * @param id of a custom volume, which stays the same through renames and moves; null of others
 */
public record Volume(
        PoolName pool,
        VolumeKind kind,
        ProjectName project,
        String name,
        String description,
        SortedMap<String, String> config,
        Instant createdAt,
        @Nullable List<VolumeSnapshot> snapshots,
        @Nullable UUID id) {
    public Volume {
        config = Settings.copyOf(config);
        snapshots = snapshots == null ? List.of() : List.copyOf(snapshots); // older documents have none
        id = id == null && kind == VolumeKind.CUSTOM ? former(pool, project, name, createdAt) : id;
    }

    @Override
    public List<VolumeSnapshot> snapshots() {
        return snapshots == null ? List.of() : snapshots;
    }

    /** The id of a document that was written when volumes had none: the same whenever it is read. */
    private static UUID former(PoolName pool, ProjectName project, String name, Instant createdAt) {
        String text = pool + "/" + project + "/" + name + "/" + createdAt;
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One without snapshots, and without an id of its own. */
    public static Volume plain(
            PoolName pool,
            VolumeKind kind,
            ProjectName project,
            String name,
            String description,
            SortedMap<String, String> config,
            Instant createdAt) {
        return new Volume(pool, kind, project, name, description, config, createdAt, List.of(), null);
    }

    /** The same under another name. */
    public Volume named(String other) {
        return new Volume(pool, kind, project, other, description, config, createdAt, snapshots, id);
    }

    /** The same with that id. */
    public Volume as(@Nullable UUID other) {
        return new Volume(pool, kind, project, name, description, config, createdAt, snapshots, other);
    }

    /** The same with another configuration. */
    public Volume with(String text, SortedMap<String, String> keys) {
        return new Volume(pool, kind, project, name, text, keys, createdAt, snapshots, id);
    }

    /** The same with these snapshots. */
    public Volume with(List<VolumeSnapshot> others) {
        return new Volume(pool, kind, project, name, description, config, createdAt, others, id);
    }

    /** Its snapshot of that name. */
    public Optional<VolumeSnapshot> snapshot(String wanted) {
        return snapshots().stream().filter(it -> it.name().equals(wanted)).findFirst();
    }

    /** The same without the snapshot of that name. */
    public Volume without(String snapshot) {
        return with(
                snapshots().stream().filter(it -> !it.name().equals(snapshot)).toList());
    }

    /** The same with one snapshot more, or with another in the place of the one of that name. */
    public Volume with(VolumeSnapshot snapshot) {
        var all = new ArrayList<>(snapshots());
        all.removeIf(it -> it.name().equals(snapshot.name()));
        all.add(snapshot);
        all.sort((a, b) -> a.createdAt().compareTo(b.createdAt()));
        return with(all);
    }
}
