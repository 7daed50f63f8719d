package berth.engine.instance;

import berth.engine.backup.PartOfBackup;
import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.image.ImageContents;
import berth.engine.nix.NixStore;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.Pool;
import berth.model.Refused;
import berth.model.Snapshot;
import berth.model.wanted.GuestFile;
import berth.spi.StorageDriver;
import berth.spi.VolumeRef;
import berth.steps.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an instance, stopped. All of it happens, or none. */
public final class CreateInstance implements RunKind<CreateInstance.Request> {
    /**
     * An instance with every choice made, and where its root comes from.
     *
     * @param files that are put inside
     * @param snapshots that come along from the original, as they are to be
     */
    public record Request(
            Instance instance,
            Origin origin,
            List<GuestFile> files,
            @Nullable List<Snapshot> snapshots) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final ImageContents images;
    private final DraftInstance drafts;
    private final Instances instances;
    private final Roots roots;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;
    private final GuestFiles guestFiles;
    private final NixStore nix;

    /** Makes instances with those. */
    public CreateInstance(
            Shelves shelves,
            Drivers drivers,
            ImageContents images,
            DraftInstance drafts,
            Instances instances,
            Roots roots,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            GuestFiles guestFiles,
            NixStore nix) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.images = images;
        this.drafts = drafts;
        this.instances = instances;
        this.roots = roots;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
        this.guestFiles = guestFiles;
        this.nix = nix;
    }

    /** Refuses at once what cannot be; else goes on as an operation. */
    public Operation create(InstanceDraft wanted) {
        Instance instance = drafts.draft(wanted);
        drivers.running(instance.kind());
        return operations.begin(
                InstanceEvents.task("Creating instance", instance, true),
                _ -> now(instance, wanted.origin(), List.of(), snapshots(instance, wanted.origin())));
    }

    /** Makes it and returns when it is there. */
    public Instance createNow(InstanceDraft wanted) {
        return createNow(wanted, List.of());
    }

    /** Makes it with files inside and returns when it is there; for an applied plan. */
    public Instance createNow(InstanceDraft wanted, List<GuestFile> files) {
        Instance instance = drafts.draft(wanted);
        now(instance, wanted.origin(), files, snapshots(instance, wanted.origin()));
        return instance;
    }

    /** Makes it with those snapshots, which come from where its root comes from. */
    void now(Instance instance, Origin origin, List<GuestFile> files, List<Snapshot> snapshots) {
        turns.take(
                Instances.subject(instance),
                () -> runs.run(this, Instances.subject(instance), new Request(instance, origin, files, snapshots)));
        events.tell(
                instance,
                "instance-created",
                Map.of(
                        "type",
                        instance.kind().text(),
                        "storage-pool",
                        instance.pool().text()));
    }

    @Override
    public String kind() {
        return "create instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance instance = request.instance();
        String key = Shelves.key(instance.project(), instance.name());
        VolumeRef volume = Roots.volume(instance);
        var steps = new ArrayList<Step>();
        steps.add(Step.of("claim the name", () -> claim(instance), () -> release(key, instance)));
        if (request.origin() instanceof Origin.OfImage(var project, var fingerprint)) {
            steps.add(Step.of(
                    "unpack the image",
                    () -> images.unpack(roots.pool(instance), images.require(project, fingerprint)),
                    () -> {})); // shared with others; it goes with the image
        }
        steps.add(Step.of(
                "create the root volume",
                () -> createRoot(instance, request.origin()),
                () -> drivers.keeping(roots.pool(instance)).deleteVolume(roots.pool(instance), volume)));
        NixStore.of(instance).ifPresent(system -> {
            steps.add(Step.of(
                    "keep its system from being collected",
                    () -> nix.keep(instance.id(), system),
                    () -> nix.forget(instance.id())));
            if (request.origin() instanceof Origin.Nothing) {
                steps.add(Step.of("lay out its empty root", () -> guestFiles.layOut(instance), () -> {}));
            }
        });
        List<Snapshot> snapshots = request.snapshots();
        if (snapshots != null && !snapshots.isEmpty()) {
            steps.add(Step.of(
                    "bring its snapshots",
                    () -> bringSnapshots(instance, request.origin(), snapshots),
                    () -> dropSnapshots(instance, snapshots)));
        }
        if (!request.files().isEmpty()) {
            steps.add(Step.of("put its files inside", () -> guestFiles.put(instance, request.files()), () -> {}));
        }
        return steps;
    }

    private void claim(Instance instance) {
        Instance holder = shelves.instances().addIfAbsent(instance);
        if (!holder.id().equals(instance.id())) {
            throw Refused.failed(
                    "Failed creating instance record: Add instance info to the database: This \"instances\" entry already exists");
        }
    }

    private void release(String key, Instance instance) {
        shelves.instances().removeIf(key, it -> it.id().equals(instance.id()));
    }

    private void createRoot(Instance instance, Origin origin) {
        Pool pool = roots.pool(instance);
        drivers.keeping(pool)
                .createVolume(
                        pool,
                        Roots.volume(instance),
                        switch (origin) {
                            case Origin.OfImage(var _, var fingerprint) ->
                                new StorageDriver.Source.FromImage(fingerprint);
                            case Origin.Nothing() -> new StorageDriver.Source.Empty();
                            case Origin.OfInstance(var project, var name, var snapshot, var _) ->
                                roots.content(instances.require(project, name), snapshot)
                                        .into(pool);
                            case Origin.OfBackup(var file) -> PartOfBackup.ofInstance(file, "backup", "container");
                        });
        roots.limit(instance);
    }

    /** The snapshots of the original as the copy is to have them; none of a copy of a snapshot. */
    private List<Snapshot> snapshots(Instance copy, Origin origin) {
        if (!(origin instanceof Origin.OfInstance(var project, var name, var snapshot, var all))
                || snapshot != null
                || !all) {
            return List.of();
        }
        return shelves.snapshots().under(instances.require(project, name).id() + "/").stream()
                .sorted(Comparator.comparing(Snapshot::createdAt))
                .map(it -> roots.of(copy, it))
                .toList();
    }

    private void bringSnapshots(Instance instance, Origin origin, List<Snapshot> snapshots) {
        Pool pool = roots.pool(instance);
        for (Snapshot snapshot : snapshots) {
            StorageDriver.Source source = switch (origin) {
                case Origin.OfInstance(var project, var name, var _, var _) ->
                    roots.content(instances.require(project, name), snapshot.name())
                            .into(pool);
                case Origin.OfBackup(var file) -> PartOfBackup.ofInstance(file, "backup", "snapshots", snapshot.name());
                case Origin.OfImage _, Origin.Nothing _ -> new StorageDriver.Source.Empty();
            };
            drivers.keeping(pool).giveSnapshot(pool, Roots.volume(instance), snapshot.name(), source);
            shelves.snapshots().put(snapshot);
        }
    }

    private void dropSnapshots(Instance copy, List<Snapshot> snapshots) {
        Pool pool = roots.pool(copy);
        for (Snapshot snapshot : snapshots) {
            shelves.snapshots().remove(snapshot.of() + "/" + snapshot.name());
            drivers.keeping(pool).deleteSnapshot(pool, Roots.volume(copy), snapshot.name());
        }
    }
}
