package berth.engine.instance;

import berth.engine.backup.BackupIndex;
import berth.engine.backup.KeptBackups;
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
import berth.engine.record.SimpleRun;
import berth.engine.record.Turns;
import berth.host.archive.Compression;
import berth.model.Backup;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.steps.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Backups of instances: made, listed, handed out, renamed, deleted, also when their time is over. */
public final class Backups {
    /** What is packed, with every choice made. */
    public record Packing(Backup backup, Compression compression, Instance instance, List<Snapshot> snapshots) {}

    private final Shelves shelves;
    private final Codec codec;
    private final Roots roots;
    private final KeptBackups kept;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final RunKind<Packing> packing;

    /** Keeps backups with those. */
    public Backups(
            Shelves shelves,
            Codec codec,
            Roots roots,
            KeptBackups kept,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.codec = codec;
        this.roots = roots;
        this.kept = kept;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        this.packing = runs.register(new SimpleRun<>("create backup", Packing.class, this::packing));
    }

    /** The backups of an instance, oldest first. */
    public List<Backup> list(Instance instance) {
        return kept.of(instance.id());
    }

    /** The backup of that name; refuses when there is none. */
    public Backup require(Instance instance, String name) {
        return kept.find(instance.id(), name).orElseThrow(() -> Refused.missing("Instance backup not found"));
    }

    /** Its file, to be handed out. */
    public Path file(Instance instance, Backup backup) {
        Path file = kept.file(backup);
        tell(instance, backup, "instance-backup-retrieved", Map.of());
        return file;
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
        Compression how = KeptBackups.compression(compression);
        Backup backup = kept.wanted(instance.id(), name, clock.instant(), expiresAt, alone, optimized);
        return operations.begin(
                task("Backing up instance", instance, backup),
                _ -> turns.take(KeptBackups.subject(instance.id()), () -> {
                    kept.requireFree(backup);
                    List<Snapshot> snapshots = alone ? List.of() : sorted(instance);
                    runs.run(
                            packing, KeptBackups.subject(instance.id()), new Packing(backup, how, instance, snapshots));
                    tell(instance, backup, "instance-backup-created", Map.of());
                }));
    }

    /** Gives it another name as an operation. */
    public Operation rename(Instance instance, Backup backup, String to) {
        Backup after = backup.named(to);
        kept.requireFree(after);
        return operations.begin(
                task("Renaming instance backup", instance, backup),
                _ -> turns.take(KeptBackups.subject(instance.id()), () -> {
                    kept.requireFree(after);
                    kept.rename(require(instance, backup.name()), after);
                    tell(instance, after, "instance-backup-renamed", Map.of("old_name", backup.name()));
                }));
    }

    /** Deletes it as an operation. */
    public Operation delete(Instance instance, Backup backup) {
        return operations.begin(task("Removing instance backup", instance, backup), _ -> deleteNow(instance, backup));
    }

    private void deleteNow(Instance instance, Backup backup) {
        turns.take(KeptBackups.subject(instance.id()), () -> {
            if (kept.delete(backup)) {
                tell(instance, backup, "instance-backup-deleted", Map.of());
            }
        });
    }

    /** Deletes those whose time is over. */
    public void expire() {
        kept.expire(
                clock.instant(),
                backup -> shelves.instances().all().stream()
                        .filter(it -> it.id().equals(backup.of()))
                        .forEach(it -> deleteNow(it, backup)));
    }

    private List<Snapshot> sorted(Instance instance) {
        return shelves.snapshots().under(instance.id() + "/").stream()
                .sorted(Comparator.comparing(Snapshot::createdAt))
                .toList();
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
        return kept.making(request.backup(), () -> pack(request));
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
        new PackBackup(kept.files())
                .pack(
                        request.backup(),
                        request.compression(),
                        BackupIndex.write(codec, instance, profiles, pool, pool.driver(), request.snapshots()),
                        BackupIndex.about(codec, instance, profiles, pool, request.snapshots()),
                        parts);
    }
}
