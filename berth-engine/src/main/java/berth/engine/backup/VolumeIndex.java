package berth.engine.backup;

import berth.engine.record.Codec;
import berth.engine.record.ForeignYaml;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Volume;
import berth.model.VolumeSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the backup of a custom volume says of itself: LXD's {@code backup/index.yaml}, written and read as {@link BackupIndex}.
 *
 * @param optimized whether its content is in a form of one kind of pool
 * @param contentType {@code filesystem} or {@code block}
 * @param snapshots oldest first
 */
public record VolumeIndex(
        String name,
        boolean optimized,
        String contentType,
        String description,
        SortedMap<String, String> config,
        List<VolumeSnapshot> snapshots) {
    private static final ForeignYaml YAML = BackupIndex.YAML;

    /** The text of an index. */
    public static String write(Codec codec, Volume volume, String driver, List<VolumeSnapshot> snapshots) {
        var index = new LinkedHashMap<String, Object>();
        index.put("name", volume.name());
        index.put("backend", driver);
        index.put("pool", volume.pool().text());
        if (!snapshots.isEmpty()) {
            index.put("snapshots", snapshots.stream().map(VolumeSnapshot::name).toList());
        }
        index.put("optimized", false);
        index.put("optimized_header", false);
        index.put("type", "custom");
        var config = new LinkedHashMap<String, Object>();
        config.put("volume", shown(volume));
        config.put("volume_snapshots", rows(snapshots));
        index.put("config", config);
        return codec.write(index) + "\n";
    }

    private static Map<String, Object> shown(Volume volume) {
        return Map.of(
                "config", volume.config(),
                "description", volume.description(),
                "name", volume.name(),
                "type", "custom",
                "used_by", List.of(),
                "location", "none",
                "content_type", "filesystem",
                "project", volume.project().text(),
                "created_at", volume.createdAt().toString());
    }

    private static List<Map<String, Object>> rows(List<VolumeSnapshot> snapshots) {
        return snapshots.stream()
                .map(it -> Map.<String, Object>of(
                        "description",
                        it.description(),
                        "expires_at",
                        BackupIndex.time(it.expiresAt()),
                        "name",
                        it.name(),
                        "config",
                        it.config(),
                        "content_type",
                        "filesystem",
                        "created_at",
                        it.createdAt().toString()))
                .toList();
    }

    /** Reads an index; refuses what is not acceptable, saying which key is wrong. */
    public static VolumeIndex read(String text) {
        Map<?, ?> top = YAML.map("index.yaml", YAML.load(text));
        Object type = top.get("type");
        if (type == null || !YAML.text("type", type).equals("custom")) {
            throw Refused.invalid("index.yaml: type is " + Quoted.of(type == null ? "" : type + "")
                    + ": this is no backup of a custom volume");
        }
        String name = YAML.text("name", top.get("name"));
        Map<?, ?> config = YAML.map("config", top.get("config"));
        Map<?, ?> volume = YAML.map("config.volume", config.get("volume"));
        var snapshots = new ArrayList<VolumeSnapshot>();
        var names = new HashSet<String>();
        for (Object row : YAML.list("config.volume_snapshots", config.get("volume_snapshots"))) {
            VolumeSnapshot snapshot = snapshot(name, YAML.map("config.volume_snapshots", row));
            BackupIndex.requireOnce(names, snapshot.name());
            snapshots.add(snapshot);
        }
        snapshots.sort(Comparator.comparing(VolumeSnapshot::createdAt));
        BackupIndex.requireListed(top, names);
        return new VolumeIndex(
                name,
                YAML.truthy("optimized", top.get("optimized")),
                optional("config.volume.content_type", volume.get("content_type")),
                optional("config.volume.description", volume.get("description")),
                YAML.texts("config.volume.config", volume.get("config")),
                List.copyOf(snapshots));
    }

    private static VolumeSnapshot snapshot(String volume, Map<?, ?> row) {
        String key = "config.volume_snapshots";
        Instant taken = YAML.instant(key + ".created_at", row.get("created_at"));
        return new VolumeSnapshot(
                BackupIndex.plain(volume, YAML.text(key + ".name", row.get("name"))),
                optional(key + ".description", row.get("description")),
                YAML.texts(key + ".config", row.get("config")),
                taken,
                YAML.instant(key + ".expires_at", row.get("expires_at")));
    }

    private static String optional(String key, @org.jspecify.annotations.Nullable Object value) {
        return value == null ? "" : YAML.text(key, value);
    }
}
