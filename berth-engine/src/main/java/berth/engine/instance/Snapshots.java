package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.Problem;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import berth.steps.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Snapshots of instances: take, list, restore, rename, let expire, delete. */
public final class Snapshots {
    private static final Duration ORDERLY = Duration.ofSeconds(30);

    /** A snapshot to take, or to delete. */
    public record Request(Snapshot snapshot) {}

    /** A snapshot to put an instance back to. */
    public record Restoration(Snapshot snapshot, Instance after) {}

    /** A snapshot that gets another name. */
    public record Renaming(Snapshot before, Snapshot after) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Roots roots;
    private final StopInstance stopInstance;
    private final StartInstance startInstance;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final Events events;
    private final Clock clock;
    private final SnapshotDefaults names;
    private final RunKind<Request> taking;
    private final RunKind<Request> deleting;
    private final RunKind<Restoration> restoring;
    private final RunKind<Renaming> renaming;

    /** Takes snapshots with those. */
    public Snapshots(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Roots roots,
            StopInstance stopInstance,
            StartInstance startInstance,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.roots = roots;
        this.stopInstance = stopInstance;
        this.startInstance = startInstance;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
        this.names = new SnapshotDefaults(instances, clock);
        this.taking = runs.register(new Taking());
        this.deleting = runs.register(new Deleting());
        this.restoring = runs.register(new Restoring());
        this.renaming = runs.register(new RenamingRun());
    }

    /** The snapshots of an instance, oldest first. */
    public List<Snapshot> list(Instance instance) {
        return shelves.snapshots().under(instance.id() + "/").stream()
                .sorted((a, b) -> a.createdAt().compareTo(b.createdAt()))
                .toList();
    }

    /** The snapshot of that name; refuses when there is none. */
    public Snapshot require(Instance instance, String name) {
        return shelves.snapshots()
                .find(instance.id() + "/" + name)
                .orElseThrow(() -> Refused.missing("Instance snapshot not found"));
    }

    /**
     * Takes a snapshot as an operation.
     *
     * @param snapshotName empty for the next one after {@code snapshots.pattern}
     * @param expiresAt null for what {@code snapshots.expiry} says, the epoch for never
     */
    public Operation take(ProjectName project, InstanceName name, String snapshotName, @Nullable Instant expiresAt) {
        Instance instance = instances.require(project, name);
        String chosen = snapshotName.isEmpty() ? names.next(instance, list(instance)) : snapshotName;
        new Snapshot(instance.id(), chosen, Instant.EPOCH, Instant.EPOCH, instance); // refuses a bad name at once
        return operations.begin(task("Snapshotting instance", instance, chosen), _ -> {
            takeNow(project, name, chosen, expiresAt);
        });
    }

    /** Takes one with the next name after {@code snapshots.pattern}; returns when it is there. */
    public void takeNext(ProjectName project, InstanceName name) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            takeNow(project, name, names.next(instance, list(instance)), null);
        });
    }

    /** Takes a snapshot; returns when it is there. The parameters are those of {@link #take}. */
    public void takeNow(ProjectName project, InstanceName name, String snapshotName, @Nullable Instant expiresAt) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            var snapshot = new Snapshot(
                    instance.id(),
                    snapshotName,
                    clock.instant(),
                    expiresAt == null ? names.expiry(instance) : expiresAt,
                    instance);
            if (shelves.snapshots().find(key(snapshot)).isPresent()) {
                throw Refused.failed("Failed creating instance snapshot record \"" + snapshotName
                        + "\": Failed to create instance_snapshot: This \"instances_snapshots\" entry already exists");
            }
            runs.run(taking, Instances.subject(instance), new Request(snapshot));
            tell(instance, snapshotName, "instance-snapshot-created", Map.of());
        });
    }

    /** Deletes a snapshot as an operation. */
    public Operation delete(ProjectName project, InstanceName name, String snapshotName) {
        Instance instance = instances.require(project, name);
        Snapshot snapshot = require(instance, snapshotName);
        return operations.begin(task("Deleting snapshot", instance, snapshotName), _ -> deleteNow(instance, snapshot));
    }

    /** Deletes a snapshot, unless it is gone already; returns when nothing of it is left. */
    void deleteNow(Instance instance, Snapshot snapshot) {
        turns.take(Instances.subject(instance), () -> {
            if (shelves.snapshots().find(key(snapshot)).isPresent()) {
                runs.run(deleting, Instances.subject(instance), new Request(snapshot));
                tell(instance, snapshot.name(), "instance-snapshot-deleted", Map.of());
            }
        });
    }

    /** Renames a snapshot as an operation; refuses at once a name that is taken. */
    public Operation rename(ProjectName project, InstanceName name, String from, String to) {
        Instance instance = instances.require(project, name);
        Snapshot before = require(instance, from);
        var after = new Snapshot(before.of(), to, before.createdAt(), before.expiresAt(), before.instance());
        if (shelves.snapshots().find(key(after)).isPresent()) {
            throw new Refused(new Problem.Taken("Name \"" + to + "\" already in use"));
        }
        return operations.begin(task("Renaming snapshot", instance, from), _ -> {
            turns.take(
                    Instances.subject(instance),
                    () -> runs.run(renaming, Instances.subject(instance), new Renaming(before, after)));
            tell(instance, to, "instance-snapshot-renamed", Map.of("old_name", from));
        });
    }

    /** Sets when a snapshot may go; null for never. */
    public Operation expire(ProjectName project, InstanceName name, String snapshotName, @Nullable Instant expiresAt) {
        Instance instance = instances.require(project, name);
        Snapshot snapshot = require(instance, snapshotName);
        return operations.begin(task("Updating snapshot", instance, snapshotName), _ -> {
            shelves.snapshots().change(key(snapshot), it -> it.expiring(expiresAt == null ? Instant.EPOCH : expiresAt));
            tell(instance, snapshotName, "instance-snapshot-updated", Map.of());
        });
    }

    /** Puts an instance back to a snapshot as an operation; a running one is stopped for it and started again. */
    public Operation restore(ProjectName project, InstanceName name, String snapshotName) {
        Instance instance = instances.require(project, name);
        return operations.begin(InstanceEvents.task("Restoring snapshot", instance, true), _ -> {
            restoreNow(project, name, snapshotName);
        });
    }

    private void restoreNow(ProjectName project, InstanceName name, String snapshotName) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            Snapshot snapshot = shelves.snapshots()
                    .find(instance.id() + "/" + snapshotName)
                    .orElseThrow(() -> Refused.failed("Snapshot " + name + "/" + snapshotName + " does not exist"));
            boolean wasAlive = instances.status(instance).alive();
            if (wasAlive) {
                stopInstance.end(instance, new StopInstance.Manner.AskThenForce(ORDERLY));
            }
            Instance now = instances.require(project, name);
            runs.run(restoring, Instances.subject(now), new Restoration(snapshot, asItWas(now, snapshot)));
            events.lifecycle(project, "instance-restored", Instances.url(now), Map.of("snapshot", snapshotName));
            if (wasAlive) {
                startInstance.startNow(project, name);
            }
        });
    }

    /**
     * Puts the data of a stopped instance back to a snapshot, and with it what is noted of the image that it was made of; what
     * else is wanted of it stays as it is. Returns when it is so.
     */
    public void putBackNow(ProjectName project, InstanceName name, String snapshotName) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            Snapshot snapshot = require(instance, snapshotName);
            if (instances.status(instance).alive()) {
                throw Refused.failed("Instance " + name + " runs; its data cannot be put back");
            }
            runs.run(restoring, Instances.subject(instance), new Restoration(snapshot, madeAsThen(instance, snapshot)));
            events.lifecycle(project, "instance-restored", Instances.url(instance), Map.of("snapshot", snapshotName));
        });
    }

    private static Instance madeAsThen(Instance now, Snapshot snapshot) {
        var config = new TreeMap<>(now.config());
        config.keySet().removeIf(Snapshots::ofImage);
        snapshot.instance().config().forEach((key, value) -> {
            if (ofImage(key)) {
                config.put(key, value);
            }
        });
        return now.withConfig(Settings.copyOf(config));
    }

    private static boolean ofImage(String key) {
        return key.startsWith("image.") || key.equals("volatile.base_image");
    }

    /** What was wanted then, under the name and place that the instance has now. */
    private static Instance asItWas(Instance now, Snapshot snapshot) {
        Instance was = snapshot.instance();
        return new Instance(
                now.id(),
                now.project(),
                now.name(),
                now.kind(),
                now.architecture(),
                was.ephemeral(),
                was.description(),
                was.profiles(),
                was.with("volatile.last_state.power", "STOPPED").config(),
                was.devices(),
                now.createdAt(),
                now.lastUsedAt(),
                now.pool(),
                now.declared());
    }

    private static String key(Snapshot snapshot) {
        return snapshot.of() + "/" + snapshot.name();
    }

    private static OperationRequest task(String description, Instance instance, String snapshot) {
        return OperationRequest.task(
                description,
                Map.of(
                        "instances",
                        List.of(Instances.url(instance)),
                        "instances_snapshots",
                        List.of(Instances.url(instance) + "/snapshots/" + snapshot)),
                instance.project());
    }

    private void tell(Instance instance, String snapshot, String action, Map<String, Object> context) {
        events.lifecycle(instance.project(), action, Instances.url(instance) + "/snapshots/" + snapshot, context);
    }

    private Pool pool(Snapshot snapshot) {
        return roots.pool(owner(snapshot));
    }

    /** The instance may have been renamed since: its volume goes by its present name. */
    Instance owner(Snapshot snapshot) {
        return shelves.instances().under(snapshot.instance().project().text() + "/").stream()
                .filter(it -> it.id().equals(snapshot.of()))
                .findFirst()
                .orElse(snapshot.instance());
    }

    private void drop(Snapshot snapshot) {
        drivers.keeping(pool(snapshot)).deleteSnapshot(pool(snapshot), Roots.volume(owner(snapshot)), snapshot.name());
    }

    private final class Taking implements RunKind<Request> {
        @Override
        public String kind() {
            return "create snapshot";
        }

        @Override
        public Class<Request> request() {
            return Request.class;
        }

        @Override
        public List<Step> steps(Request request) {
            Snapshot snapshot = request.snapshot();
            return List.of(
                    Step.of(
                            "write the document",
                            () -> shelves.snapshots().put(snapshot),
                            () -> shelves.snapshots().remove(key(snapshot))),
                    Step.of(
                            "snapshot the root volume",
                            () -> drivers.keeping(pool(snapshot))
                                    .createSnapshot(pool(snapshot), Roots.volume(owner(snapshot)), snapshot.name()),
                            () -> drop(snapshot)));
        }
    }

    private final class Deleting implements RunKind<Request> {
        @Override
        public String kind() {
            return "delete snapshot";
        }

        @Override
        public Class<Request> request() {
            return Request.class;
        }

        @Override
        public List<Step> steps(Request request) {
            return List.of(
                    Step.forward("delete the snapshot's volume", () -> drop(request.snapshot())),
                    Step.forward(
                            "remove the document", () -> shelves.snapshots().remove(key(request.snapshot()))));
        }
    }

    private final class Restoring implements RunKind<Restoration> {
        @Override
        public String kind() {
            return "restore snapshot";
        }

        @Override
        public Class<Restoration> request() {
            return Restoration.class;
        }

        @Override
        public List<Step> steps(Restoration request) {
            Snapshot snapshot = request.snapshot();
            return List.of(
                    Step.forward(
                            "restore the root volume",
                            () -> drivers.keeping(pool(snapshot))
                                    .restoreSnapshot(pool(snapshot), Roots.volume(owner(snapshot)), snapshot.name())),
                    Step.forward("write the document", () -> shelves.instances().put(request.after())));
        }
    }

    private final class RenamingRun implements RunKind<Renaming> {
        @Override
        public String kind() {
            return "rename snapshot";
        }

        @Override
        public Class<Renaming> request() {
            return Renaming.class;
        }

        @Override
        public List<Step> steps(Renaming request) {
            return List.of(
                    Step.of(
                            "rename the snapshot's volume",
                            () -> move(request.before(), request.after()),
                            () -> move(request.after(), request.before())),
                    Step.of(
                            "rename the document",
                            () -> shelves.snapshots().rekey(key(request.before()), request.after()),
                            () -> shelves.snapshots().rekey(key(request.after()), request.before())));
        }

        private void move(Snapshot from, Snapshot to) {
            drivers.keeping(pool(from)).renameSnapshot(pool(from), Roots.volume(owner(from)), from.name(), to.name());
        }
    }
}
