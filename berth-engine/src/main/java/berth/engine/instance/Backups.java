package berth.engine.instance;

import berth.engine.backup.BackupFiles;
import berth.engine.backup.BackupIndex;
import berth.engine.backup.PackBackup;
import berth.engine.driver.VolumeContent;
import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.Codec;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.host.archive.Compression;
import berth.model.Backup;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.Profile;
import berth.model.Quoted;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.steps.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backups of instances: made, listed, handed out, renamed, deleted, also when their time is over. */
public final class Backups {
    /** What is packed, with every choice made. */
    public record Packing(Backup backup, Compression compression, Instance instance, List<Snapshot> snapshots) {}

    /** A backup that goes. */
    public record Removal(Backup backup) {}

    /** A backup that gets another name. */
    public record Renaming(Backup before, Backup after) {}

    private static final System.Logger LOG = System.getLogger(Backups.class.getName());

    private final Shelves shelves;
    private final Codec codec;
    private final Roots roots;
    private final BackupFiles files;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final RunKind<Packing> packing;
    private final RunKind<Removal> deleting;
    private final RunKind<Renaming> renaming;

    /** Keeps backups with those. */
    public Backups(
            Shelves shelves,
            Codec codec,
            Roots roots,
            BackupFiles files,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.codec = codec;
        this.roots = roots;
        this.files = files;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        this.packing = runs.register(new BackupRun<>("create backup", Packing.class, this::packing));
        this.deleting = runs.register(new BackupRun<>("delete backup", Removal.class, this::removal));
        this.renaming = runs.register(new BackupRun<>("rename backup", Renaming.class, this::renaming));
    }

    private record BackupRun<R>(String kind, Class<R> request, Function<R, List<Step>> making) implements RunKind<R> {
        @Override
        public List<Step> steps(R given) {
            return making.apply(given);
        }
    }

    /** The backups of an instance, oldest first. */
    public List<Backup> list(Instance instance) {
        return shelves.backups().under(instance.id() + "/").stream()
                .sorted(Comparator.comparing(Backup::createdAt))
                .toList();
    }

    /** The backup of that name; refuses when there is none. */
    public Backup require(Instance instance, String name) {
        return shelves.backups()
                .find(instance.id() + "/" + name)
                .orElseThrow(() -> Refused.missing("Instance backup not found"));
    }

    /** Its file, to be handed out. */
    public Path file(Instance instance, Backup backup) {
        Path file = files.file(backup);
        if (!Files.isRegularFile(file)) {
            throw Refused.missing("The backup " + backup.name() + " is not packed yet");
        }
        tell(instance, backup, "instance-backup-retrieved", Map.of());
        return file;
    }

    /** The one of that name, gzip for an empty one; refuses unknown names. */
    static Compression compression(String name) {
        return Compression.named(name.isEmpty() ? "gzip" : name)
                .orElseThrow(() -> Refused.invalid("Invalid compression algorithm " + Quoted.of(name)
                        + " (there are: "
                        + Stream.of(Compression.values()).map(Compression::text).collect(Collectors.joining(", "))
                        + ")"));
    }

    /**
     * Makes one as an operation; refuses at once what cannot be.
     *
     * @param name empty for the next {@code backup0}, {@code backup1}, …
     * @param expiresAt null or the epoch for never
     * @param compression as LXD spells it; empty for gzip
     * @param alone whether snapshots are left out
     * @param optimized asked for, and not done: the plain form can be read everywhere
     */
    public Operation create(
            Instance instance,
            String name,
            @Nullable Instant expiresAt,
            String compression,
            boolean alone,
            boolean optimized) {
        Compression how = compression(compression);
        var backup = new Backup(
                instance.id(),
                name.isEmpty() ? nextName(instance) : name,
                clock.instant(),
                expiresAt == null ? Instant.EPOCH : expiresAt,
                alone,
                optimized);
        return operations.begin(
                task("Backing up instance", instance, backup),
                _ -> turns.take(subject(instance), () -> {
                    requireFree(backup);
                    List<Snapshot> snapshots = alone ? List.of() : sorted(instance);
                    runs.run(packing, subject(instance), new Packing(backup, how, instance, snapshots));
                    tell(instance, backup, "instance-backup-created", Map.of());
                }));
    }

    /** Gives it another name as an operation. */
    public Operation rename(Instance instance, Backup backup, String to) {
        Backup after = backup.named(to);
        requireFree(after);
        return operations.begin(
                task("Renaming instance backup", instance, backup),
                _ -> turns.take(subject(instance), () -> {
                    requireFree(after);
                    runs.run(renaming, subject(instance), new Renaming(require(instance, backup.name()), after));
                    tell(instance, after, "instance-backup-renamed", Map.of("old_name", backup.name()));
                }));
    }

    /** Deletes it as an operation. */
    public Operation delete(Instance instance, Backup backup) {
        return operations.begin(task("Removing instance backup", instance, backup), _ -> deleteNow(instance, backup));
    }

    private void deleteNow(Instance instance, Backup backup) {
        turns.take(subject(instance), () -> {
            if (shelves.backups().find(key(backup)).isPresent()) {
                runs.run(deleting, subject(instance), new Removal(backup));
                tell(instance, backup, "instance-backup-deleted", Map.of());
            }
        });
    }

    /** Deletes those whose time is over. */
    public void expire() {
        Instant now = clock.instant();
        for (Backup backup : shelves.backups().all()) {
            if (!backup.expired(now)) {
                continue;
            }
            shelves.instances().all().stream()
                    .filter(it -> it.id().equals(backup.of()))
                    .forEach(it -> {
                        try {
                            deleteNow(it, backup);
                        } catch (Refused refused) {
                            LOG.log(
                                    System.Logger.Level.ERROR,
                                    "deleting the expired backup {0} of {1} failed: {2}",
                                    backup.name(),
                                    it.name(),
                                    refused.problem().text());
                        }
                    });
        }
    }

    /** What changes of an instance's backups follow one another by; whoever deletes the instance waits for them. */
    static String subject(Instance instance) {
        return "backups of " + instance.id();
    }

    private void requireFree(Backup backup) {
        if (shelves.backups().find(key(backup)).isPresent()) {
            throw new Refused(new Problem.Taken("Backup \"" + backup.name() + "\" already exists"));
        }
    }

    private String nextName(Instance instance) {
        for (int n = 0; ; n++) {
            if (shelves.backups().find(instance.id() + "/backup" + n).isEmpty()) {
                return "backup" + n;
            }
        }
    }

    private List<Snapshot> sorted(Instance instance) {
        return shelves.snapshots().under(instance.id() + "/").stream()
                .sorted(Comparator.comparing(Snapshot::createdAt))
                .toList();
    }

    private static String key(Backup backup) {
        return backup.of() + "/" + backup.name();
    }

    private static OperationRequest task(String description, Instance instance, Backup backup) {
        return OperationRequest.task(
                description,
                Map.of(
                        "backups",
                        List.of("/1.0/backups/" + backup.name()),
                        "containers",
                        List.of("/1.0/containers/" + instance.name()),
                        "instances",
                        List.of(Instances.url(instance))),
                instance.project());
    }

    private void tell(Instance instance, Backup backup, String action, Map<String, Object> context) {
        events.lifecycle(instance.project(), action, Instances.url(instance) + "/backups/" + backup.name(), context);
    }

    private List<Step> packing(Packing request) {
        Backup backup = request.backup();
        return List.of(
                Step.of(
                        "write the document",
                        () -> shelves.backups().put(backup),
                        () -> shelves.backups().remove(key(backup))),
                Step.of("pack the file", () -> pack(request), () -> files.delete(backup)));
    }

    private void pack(Packing request) {
        Instance instance = shelves.instance(
                        request.instance().project(), request.instance().name())
                .filter(it -> it.id().equals(request.instance().id()))
                .orElseThrow(() -> Refused.missing("Instance not found"));
        Pool pool = roots.pool(instance);
        var parts = new LinkedHashMap<String, VolumeContent>();
        request.snapshots().forEach(it -> parts.put("snapshots/" + it.name(), roots.content(instance, it.name())));
        parts.put("container", roots.content(instance, null));
        List<Profile> profiles = new ArrayList<>(shelves.profilesOf(instance));
        new PackBackup(files)
                .pack(
                        request.backup(),
                        request.compression(),
                        BackupIndex.write(codec, instance, profiles, pool, pool.driver(), request.snapshots()),
                        BackupIndex.about(codec, instance, profiles, pool, request.snapshots()),
                        parts);
    }

    private List<Step> removal(Removal request) {
        Backup backup = request.backup();
        return List.of(
                Step.forward("delete the file", () -> files.delete(backup)),
                Step.forward("remove the document", () -> shelves.backups().remove(key(backup))));
    }

    private List<Step> renaming(Renaming request) {
        Backup before = request.before();
        Backup after = request.after();
        return List.of(
                Step.of("rename the file", () -> files.rename(before, after), () -> files.rename(after, before)),
                Step.of(
                        "rename the document",
                        () -> shelves.backups().rekey(key(before), after),
                        () -> shelves.backups().rekey(key(after), before)));
    }
}
