package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.image.ImageContents;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Snapshot;
import berth.model.wanted.GuestFile;
import berth.spi.StorageDriver;
import berth.steps.Step;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Gives a stopped instance the root of an image, as if it had been made of it. It stays who it is: id, addresses, devices,
 * volumes, snapshots. What its root was is kept as a snapshot.
 */
public final class RebuildInstance implements RunKind<RebuildInstance.Request> {
    /**
     * An instance, and what it is made of from then on.
     *
     * @param kept what its root was
     * @param files that are put inside
     */
    public record Request(Instance before, Instance after, Fingerprint image, Snapshot kept, List<GuestFile> files) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final ImageContents images;
    private final Instances instances;
    private final Roots roots;
    private final GuestFiles guestFiles;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;
    private final Clock clock;

    /** Rebuilds instances with those. */
    public RebuildInstance(
            Shelves shelves,
            Drivers drivers,
            ImageContents images,
            Instances instances,
            Roots roots,
            GuestFiles guestFiles,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.images = images;
        this.instances = instances;
        this.roots = roots;
        this.guestFiles = guestFiles;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
        this.clock = clock;
    }

    /** Rebuilds a stopped instance as an operation; what it was is kept as {@code pre-rebuild}. */
    public Operation rebuild(ProjectName project, InstanceName name, Fingerprint image) {
        Instance instance = instances.require(project, name);
        resting(instance);
        return operations.begin(
                InstanceEvents.task("Rebuilding instance", instance, true),
                _ -> rebuildNow(project, name, image, free("pre-rebuild", instance), List.of()));
    }

    /**
     * Rebuilds a stopped instance and returns when it is done.
     *
     * @param kept the snapshot that is taken before
     */
    public void rebuildNow(
            ProjectName project, InstanceName name, Fingerprint image, String kept, List<GuestFile> files) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance before = instances.require(project, name);
            resting(before);
            Instance after = madeOf(before, images.require(project, image));
            var snapshot = new Snapshot(before.id(), kept, clock.instant(), Instant.EPOCH, before);
            runs.run(this, Instances.subject(before), new Request(before, after, image, snapshot, files));
            events.tell(after, "instance-rebuilt", Map.of("snapshot", kept));
        });
    }

    private void resting(Instance instance) {
        if (instances.status(instance).alive()) {
            throw Refused.invalid("Instance must be stopped to be rebuilt");
        }
    }

    /** That name, or with a number behind where the instance has such a snapshot. */
    String free(String name, Instance instance) {
        var taken = shelves.snapshots().under(instance.id() + "/").stream()
                .map(Snapshot::name)
                .collect(Collectors.toSet());
        String free = name;
        for (int again = 2; taken.contains(free); again++) {
            free = name + "-" + again;
        }
        return free;
    }

    private static Instance madeOf(Instance instance, Image image) {
        var config = new TreeMap<>(instance.config());
        config.keySet().removeIf(it -> it.startsWith("image."));
        image.properties().forEach((key, value) -> config.put("image." + key, value));
        config.put("volatile.base_image", image.fingerprint().text());
        config.put(FillTemplates.PENDING, "create");
        CloudInit.note(CloudInit.newId(), config);
        return instance.withConfig(Settings.copyOf(config));
    }

    @Override
    public String kind() {
        return "rebuild instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Instance before = request.before();
        Snapshot kept = request.kept();
        String key = kept.of() + "/" + kept.name();
        return List.of(
                Step.of(
                        "unpack the image",
                        () -> images.unpack(roots.pool(before), images.require(before.project(), request.image())),
                        () -> {}), // shared with others; it goes with the image
                Step.of(
                        "note what is kept",
                        () -> shelves.snapshots().put(kept),
                        () -> shelves.snapshots().remove(key)),
                Step.of("keep the root", () -> keep(before, kept), () -> drop(before, kept)),
                Step.marked( // what was kept is all there is of the old root from here on
                        "replace the root",
                        () -> replace(before, new StorageDriver.Source.FromImage(request.image())),
                        () -> replace(before, new StorageDriver.Source.FromVolume(Roots.volume(before), kept.name()))),
                Step.of("put its files inside", () -> guestFiles.put(before, request.files()), () -> {}),
                Step.of(
                        "write the document",
                        () -> shelves.instances().put(request.after()),
                        () -> shelves.instances().put(before)));
    }

    private void keep(Instance instance, Snapshot snapshot) {
        Pool pool = roots.pool(instance);
        drivers.keeping(pool).createSnapshot(pool, Roots.volume(instance), snapshot.name());
    }

    private void drop(Instance instance, Snapshot snapshot) {
        Pool pool = roots.pool(instance);
        drivers.keeping(pool).deleteSnapshot(pool, Roots.volume(instance), snapshot.name());
    }

    private void replace(Instance instance, StorageDriver.Source source) {
        Pool pool = roots.pool(instance);
        drivers.keeping(pool).replaceVolume(pool, Roots.volume(instance), source);
        roots.limit(instance);
    }
}
