package berth.engine.backup;

import berth.engine.record.Codec;
import berth.engine.record.ForeignYaml;
import berth.model.Effective;
import berth.model.Instance;
import berth.model.Kind;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a backup says of itself: LXD's {@code backup/index.yaml}. It is written as JSON, which is YAML in which no text can be
 * taken for anything else. What is read is a stranger's.
 *
 * @param optimized whether its content is in a form of one kind of pool
 * @param snapshots oldest first
 */
public record BackupIndex(String name, Kind kind, boolean optimized, Content content, List<Kept> snapshots) {
    static final ForeignYaml YAML = new ForeignYaml("index.yaml");
    static final String NEVER = "0001-01-01T00:00:00Z";

    /** What is said of an instance or a snapshot of it. */
    public record Content(
            String architecture,
            boolean ephemeral,
            String description,
            List<ProfileName> profiles,
            SortedMap<String, String> config,
            SortedMap<String, SortedMap<String, String>> devices) {}

    /** A snapshot. */
    public record Kept(String name, Instant createdAt, Instant expiresAt, Content content) {}

    /** The text of an index. */
    public static String write(
            Codec codec,
            Instance instance,
            List<Profile> profiles,
            Pool pool,
            String driver,
            List<Snapshot> snapshots) {
        var index = new LinkedHashMap<String, Object>();
        index.put("name", instance.name().text());
        index.put("backend", driver);
        index.put("pool", pool.name().text());
        if (!snapshots.isEmpty()) {
            index.put("snapshots", snapshots.stream().map(Snapshot::name).toList());
        }
        index.put("optimized", false);
        index.put("optimized_header", false);
        index.put("type", instance.kind().text());
        index.put("config", config(instance, profiles, pool, snapshots));
        return codec.write(index) + "\n";
    }

    /** The text of {@code backup.yaml}: the part of an index that is about content. */
    public static String about(
            Codec codec, Instance instance, List<Profile> profiles, Pool pool, List<Snapshot> snapshots) {
        return codec.write(config(instance, profiles, pool, snapshots)) + "\n";
    }

    private static Map<String, Object> config(
            Instance instance, List<Profile> profiles, Pool pool, List<Snapshot> snapshots) {
        var config = new LinkedHashMap<String, Object>();
        config.put("container", container(instance, profiles));
        config.put(
                "snapshots",
                snapshots.stream().map(it -> snapshot(it, profiles)).toList());
        config.put("pool", pool(pool));
        config.put(
                "profiles",
                profiles.stream()
                        .map(it -> Map.of(
                                "config", it.config(),
                                "description", it.description(),
                                "devices", it.devices(),
                                "name", it.name().text(),
                                "used_by", List.of()))
                        .toList());
        config.put(
                "volume",
                Map.of(
                        "config", Map.of(),
                        "description", "",
                        "name", instance.name().text(),
                        "type", instance.kind().text(),
                        "used_by", List.of(),
                        "location", "none",
                        "content_type", "filesystem",
                        "project", instance.project().text(),
                        "created_at", NEVER));
        config.put(
                "volume_snapshots",
                snapshots.stream()
                        .map(it -> Map.of(
                                "description", "",
                                "expires_at", time(it.expiresAt()),
                                "name", it.name(),
                                "config", Map.of(),
                                "content_type", "filesystem",
                                "created_at", time(it.createdAt())))
                        .toList());
        return config;
    }

    static Map<String, Object> pool(Pool pool) {
        return Map.of(
                "config", pool.config(),
                "description", pool.description(),
                "name", pool.name().text(),
                "driver", pool.driver(),
                "used_by", List.of(),
                "status", "Created",
                "locations", List.of("none"));
    }

    private static Map<String, Object> container(Instance instance, List<Profile> profiles) {
        var container = both(instance, profiles);
        container.put("description", instance.description());
        container.put("created_at", instance.createdAt().toString());
        container.put("name", instance.name().text());
        container.put("status", "Stopped");
        container.put("status_code", 102);
        container.put("location", "none");
        container.put("type", instance.kind().text());
        container.put("project", instance.project().text());
        return container;
    }

    private static Map<String, Object> snapshot(Snapshot snapshot, List<Profile> profiles) {
        var row = both(snapshot.instance(), profiles);
        row.put("expires_at", time(snapshot.expiresAt()));
        row.put("created_at", snapshot.createdAt().toString());
        row.put("name", snapshot.name());
        row.put("size", -1);
        return row;
    }

    private static Map<String, Object> both(Instance instance, List<Profile> profiles) {
        var effective = Effective.of(profiles, instance.config(), instance.devices());
        var both = new LinkedHashMap<String, Object>();
        both.put("architecture", instance.architecture());
        both.put("config", instance.config());
        both.put("devices", instance.devices());
        both.put("ephemeral", instance.ephemeral());
        both.put("profiles", instance.profiles().stream().map(ProfileName::text).toList());
        both.put("stateful", false);
        both.put("expanded_config", effective.config());
        both.put("expanded_devices", effective.devices());
        both.put("last_used_at", instance.lastUsedAt().toString());
        return both;
    }

    static String time(Instant when) {
        return when.equals(Instant.EPOCH) ? NEVER : when.toString();
    }

    /** Reads an index; refuses what is not acceptable, saying which key is wrong. */
    public static BackupIndex read(String text) {
        Map<?, ?> top = YAML.map("index.yaml", YAML.load(text));
        Map<?, ?> config = YAML.map("config", top.get("config"));
        Object type = top.get("type");
        String name = YAML.text("name", top.get("name"));
        var kept = new ArrayList<Kept>();
        var names = new HashSet<String>();
        for (Object row : YAML.list("config.snapshots", config.get("snapshots"))) {
            Kept snapshot = kept(name, YAML.map("config.snapshots", row));
            requireOnce(names, snapshot.name());
            kept.add(snapshot);
        }
        kept.sort((a, b) -> a.createdAt().compareTo(b.createdAt()));
        requireListed(top, names);
        Map<?, ?> container = YAML.map("config.container", config.get("container"));
        return new BackupIndex(
                name,
                type == null || type.equals("") ? Kind.CONTAINER : kind(YAML.text("type", type)),
                YAML.truthy("optimized", top.get("optimized")),
                content("config.container", container),
                List.copyOf(kept));
    }

    /** Notes a snapshot's name; refuses one that came before. */
    static void requireOnce(Set<String> names, String name) {
        if (!names.add(name)) {
            throw Refused.invalid("index.yaml: the snapshot " + Quoted.of(name) + " comes twice");
        }
    }

    /** Refuses an index whose list of snapshots has other names than what is said of snapshots. */
    static void requireListed(Map<?, ?> top, Set<String> names) {
        var open = new HashSet<>(names);
        for (Object listed : YAML.list("snapshots", top.get("snapshots"))) {
            if (!open.remove(YAML.text("snapshots", listed))) {
                throw Refused.invalid("index.yaml: nothing is said of the snapshot " + Quoted.of(listed + ""));
            }
        }
        if (!open.isEmpty()) {
            throw Refused.invalid(
                    "index.yaml: the snapshot " + Quoted.of(open.iterator().next()) + " is not listed");
        }
    }

    private static Kind kind(String text) {
        if (!text.equals("container") && !text.equals("virtual-machine")) {
            throw Refused.invalid("index.yaml: type is " + Quoted.of(text) + ": this is no backup of an instance");
        }
        return Kind.of(text);
    }

    /** The name of a snapshot of that; older backups have {@code of/name}. */
    static String plain(String of, String name) {
        String plain = name.startsWith(of + "/") ? name.substring(of.length() + 1) : name;
        if (!Snapshot.isName(plain)) {
            throw Refused.invalid("index.yaml: " + Quoted.of(name) + " is no name of a snapshot");
        }
        return plain;
    }

    private static Kept kept(String instance, Map<?, ?> row) {
        String name = YAML.text("config.snapshots.name", row.get("name"));
        return new Kept(
                plain(instance, name),
                YAML.instant("config.snapshots.created_at", row.get("created_at")),
                YAML.instant("config.snapshots.expires_at", row.get("expires_at")),
                content("config.snapshots", row));
    }

    private static Content content(String key, Map<?, ?> from) {
        var devices = new TreeMap<String, SortedMap<String, String>>();
        Object given = from.get("devices");
        if (given != null && !given.equals("")) {
            for (var device : YAML.map(key + ".devices", given).entrySet()) {
                devices.put(
                        YAML.text("a key of " + key + ".devices", device.getKey()),
                        YAML.texts(key + ".devices." + device.getKey(), device.getValue()));
            }
        }
        return new Content(
                YAML.text(key + ".architecture", from.get("architecture")),
                YAML.truthy(key + ".ephemeral", from.get("ephemeral")),
                from.get("description") == null ? "" : YAML.text(key + ".description", from.get("description")),
                YAML.list(key + ".profiles", from.get("profiles")).stream()
                        .map(it -> new ProfileName(YAML.text(key + ".profiles", it)))
                        .toList(),
                YAML.texts(key + ".config", from.get("config")),
                devices);
    }
}
