package berth.engine.instance;

import berth.engine.backup.BackupFiles;
import berth.engine.backup.BackupIndex;
import berth.engine.backup.PartOfBackup;
import berth.engine.device.CheckDevices;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.Shelves;
import berth.host.archive.BackupContent;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Problem;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes an instance from a backup, of ours or of LXD's. The file is looked through to its end before anything is made, and what
 * it says of the instance and of each snapshot passes the checks of an instance that is made by hand.
 */
public final class ImportBackup {
    /** What a host notes down and a backup may say: who the guest is to itself and to its networks. */
    private static final Pattern KEPT =
            Pattern.compile("volatile\\.(uuid|base_image|cloud-init\\.instance-id|[^.]+\\.hwaddr)");

    private final Shelves shelves;
    private final DraftInstance drafts;
    private final CreateInstance create;
    private final BackupFiles files;
    private final Operations operations;
    private final Clock clock;

    /** Imports with those. */
    public ImportBackup(
            Shelves shelves,
            DraftInstance drafts,
            CreateInstance create,
            BackupFiles files,
            Operations operations,
            Clock clock) {
        this.shelves = shelves;
        this.drafts = drafts;
        this.create = create;
        this.files = files;
        this.operations = operations;
        this.clock = clock;
    }

    /** Where what comes in is kept. */
    public BackupFiles files() {
        return files;
    }

    /**
     * Imports as an operation; refuses at once what cannot be. The file is gone afterwards, either way.
     *
     * @param name empty for the one that the backup says
     * @param pool empty for the one that the backup says, or the default profile's where that is not here
     */
    public Operation start(ProjectName project, Path received, String name, String pool) {
        try {
            BackupIndex index = looked(received);
            var origin = new Origin.OfBackup(received.toString());
            Instance instance = drafts.draft(draft(project, index, name, pool, origin));
            if (shelves.instance(project, instance.name()).isPresent()) {
                throw new Refused(new Problem.Taken("Instance "
                        + Quoted.of(instance.name().text()) + " already exists; give the backup another name"));
            }
            List<Snapshot> snapshots =
                    index.snapshots().stream().map(it -> snapshot(instance, it)).toList();
            return operations.begin(InstanceEvents.task("Restoring backup", instance, true), _ -> {
                try {
                    create.now(instance, origin, List.of(), snapshots);
                } finally {
                    files.forget(received);
                }
            });
        } catch (RuntimeException refused) {
            files.forget(received);
            throw refused;
        }
    }

    private static BackupIndex looked(Path received) {
        BackupContent content = PartOfBackup.look(received);
        BackupIndex index = BackupIndex.read(content.index());
        if (index.kind() != Kind.CONTAINER) {
            throw new Refused(new Problem.Unsupported("Backups of virtual machines cannot be imported yet"));
        }
        if (index.optimized() || content.parts().contains("container.bin")) {
            throw new Refused(
                    new Problem.Unsupported("This backup is in the form of one kind of storage pool; export it"
                            + " without --optimized-storage, then it can be imported"));
        }
        if (!content.parts().contains("container")) {
            throw Refused.invalid("This is no backup that can be imported: it holds no backup/container");
        }
        PartOfBackup.requireSnapshots(
                content,
                "snapshots",
                index.snapshots().stream().map(BackupIndex.Kept::name).toList());
        return index;
    }

    private InstanceDraft draft(
            ProjectName project, BackupIndex index, String name, String pool, Origin.OfBackup origin) {
        BackupIndex.Content content = index.content();
        return new InstanceDraft(
                project,
                new InstanceName(name.isEmpty() ? index.name() : name),
                index.kind(),
                content.architecture(),
                content.ephemeral(),
                content.description(),
                content.profiles(),
                config(content),
                devices(project, content, pool.isEmpty() ? null : new PoolName(pool)),
                origin,
                null);
    }

    private static SortedMap<String, String> config(BackupIndex.Content content) {
        var config = new TreeMap<>(content.config());
        config.keySet()
                .removeIf(it -> it.startsWith("volatile.") && !KEPT.matcher(it).matches());
        return Settings.copyOf(config);
    }

    /** Its own devices, with a root in the pool that is asked for, or in one that is here. */
    private SortedMap<String, SortedMap<String, String>> devices(
            ProjectName project, BackupIndex.Content content, @Nullable PoolName wanted) {
        var devices = new TreeMap<>(content.devices());
        var own = CheckDevices.root(devices);
        PoolName pool = wanted;
        if (pool == null && own.isPresent()) {
            String named = own.get().getValue().getOrDefault("pool", "");
            if (shelves.pools().find(named).isEmpty()) {
                pool = usual(project);
            }
        }
        if (pool != null) {
            if (shelves.pools().find(pool.text()).isEmpty()) {
                throw Refused.missing("Storage pool not found: " + pool);
            }
            SortedMap<String, String> root = own.<SortedMap<String, String>>map(Map.Entry::getValue)
                    .orElseGet(() -> Settings.copyOf(Map.of("type", "disk", "path", "/")));
            devices.put(own.map(Map.Entry::getKey).orElse("root"), Settings.with(root, "pool", pool.text()));
        }
        return Settings.devices(devices);
    }

    private @Nullable PoolName usual(ProjectName project) {
        return shelves.profiles()
                .find(Shelves.key(project, new ProfileName("default")))
                .flatMap(it -> CheckDevices.root(it.devices()))
                .map(it -> it.getValue().getOrDefault("pool", ""))
                .flatMap(it -> shelves.pools().find(it))
                .map(Pool::name)
                .orElse(null);
    }

    private Snapshot snapshot(Instance instance, BackupIndex.Kept kept) {
        BackupIndex.Content content = kept.content();
        SortedMap<String, String> config = config(content);
        SortedMap<String, SortedMap<String, String>> devices = devices(instance.project(), content, instance.pool());
        drafts.check(instance.project(), instance.kind(), content.profiles(), config, devices);
        Instant taken = kept.createdAt().equals(Instant.EPOCH) ? clock.instant() : kept.createdAt();
        return new Snapshot(
                instance.id(),
                kept.name(),
                taken,
                kept.expiresAt(),
                new Instance(
                        instance.id(),
                        instance.project(),
                        instance.name(),
                        instance.kind(),
                        instance.architecture(),
                        content.ephemeral(),
                        content.description(),
                        content.profiles(),
                        config,
                        devices,
                        taken,
                        Instant.EPOCH,
                        instance.pool(),
                        null));
    }
}
