package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.nix.NixStore;
import berth.engine.operation.Operation;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Pool;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.Settings;
import berth.model.Status;
import berth.model.StorePath;
import berth.spi.InstanceDriver;
import berth.spi.Life;
import berth.spi.Recovery;
import berth.spi.StorageDriver;
import berth.steps.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts an instance: "started" means that its PID 1 runs. */
public final class StartInstance implements RunKind<StartInstance.Request> {
    /**
     * Which instance.
     *
     * @param first whether it has never run: its networks do not know it yet
     * @param templates whether there are templates to fill in
     * @param pending what was done that its templates have not heard of yet; empty or null for nothing
     * @param system what it runs, of the host's Nix store; null for what its root holds
     */
    public record Request(
            ProjectName project,
            InstanceName name,
            boolean first,
            boolean templates,
            @Nullable String pending,
            @Nullable String system) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Pulses pulses;
    private final Roots roots;
    private final Setups setups;
    private final DraftInstance drafts;
    private final FillTemplates templates;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;
    private final Clock clock;
    private volatile Consumer<Instance> afterStart = it -> {};

    /** Starts instances with those. */
    public StartInstance(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Pulses pulses,
            Roots roots,
            Setups setups,
            DraftInstance drafts,
            InstanceMetadata metadata,
            Operations operations,
            Runs runs,
            Turns turns,
            Events events,
            Clock clock) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.pulses = pulses;
        this.roots = roots;
        this.setups = setups;
        this.drafts = drafts;
        this.templates = new FillTemplates(metadata, instances, roots);
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
        this.clock = clock;
    }

    /** Has this told of each start that went well, in the instance's turn. */
    public void afterStart(Consumer<Instance> listener) {
        afterStart = listener;
    }

    /** Starts it as an operation. */
    public Operation start(ProjectName project, InstanceName name) {
        Instance instance = instances.require(project, name);
        return operations.begin(
                InstanceEvents.task("Starting instance", instance, false), _ -> startNow(project, name));
    }

    /** Starts it; returns when its PID 1 runs. Refuses when it runs already. */
    public void startNow(ProjectName project, InstanceName name) {
        turns.take("instance " + project + "/" + name, () -> {
            Instance instance = instances.require(project, name);
            finishLastRun(instance);
            if (instances.status(instance).alive()) {
                throw Refused.failed(
                        instances.status(instance) == Status.FROZEN
                                ? "The instance is frozen"
                                : "The instance is already running");
            }
            setups.addresses()
                    .check(instance, instances.effective(instance).devices(), Collections.emptySortedMap(), "start");
            instance =
                    roots.ids().choose(instance, instances.effective(instance).config());
            runs.run(
                    this,
                    Instances.subject(instance),
                    new Request(
                            project,
                            name,
                            instance.lastUsedAt().equals(Instant.EPOCH),
                            templates.due(instance),
                            FillTemplates.pending(instance),
                            NixStore.of(instance).map(StorePath::text).orElse(null)));
            events.tell(instance, "instance-started");
            afterStart.accept(instance);
        });
    }

    /** What its last run held is put away first: whoever is at it is waited for, and what failed is finished. */
    private void finishLastRun(Instance instance) {
        turns.take("exit of " + instance.id(), () -> {
            runs.finishOpen(Instances.subject(instance));
            boolean gone = instances.driver(instance).recover(Instances.handle(instance)) instanceof Recovery.Gone;
            if (gone && pulses.of(instance.id()).isPresent()) {
                pulses.stopped(instance.id());
            }
        });
    }

    @Override
    public String kind() {
        return "start instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        var steps = new ArrayList<Step>();
        steps.add(Step.of("mount the root", () -> mountRoot(request), () -> unmountRoot(request)));
        if (request.templates()) {
            // Not undone: the next start writes the same again.
            steps.add(Step.of("fill in its templates", () -> fillTemplates(request), () -> {}));
        }
        String system = request.system();
        if (system != null) {
            steps.add(Step.of(
                    "keep its system while it runs",
                    () -> setups.nix().run(instance(request).id(), new StorePath(system)),
                    () -> shelves.instance(request.project(), request.name())
                            .ifPresent(it -> setups.nix().rest(it.id()))));
        }
        steps.add(Step.of("announce to its networks", () -> announce(request), () -> renounce(request)));
        steps.add(Step.of("prepare its devices", () -> prepareDevices(request), () -> releaseDevices(request)));
        steps.add(Step.of("start with the driver", () -> startWithDriver(request), () -> killWithDriver(request)));
        steps.add(Step.of("finish its devices", () -> attachDevices(request), () -> {}));
        steps.add(Step.of("mark as running", () -> markRunning(request), () -> markStopped(request)));
        return steps;
    }

    private Instance instance(Request request) {
        return instances.require(request.project(), request.name());
    }

    private Path mountRoot(Request request) {
        Instance instance = instance(request);
        Pool pool = roots.pool(instance);
        return drivers.keeping(pool)
                .mount(
                        pool,
                        Roots.volume(instance),
                        roots.idMap(instance, instances.effective(instance).config()));
    }

    /** Not again once it runs: then the files are the guest's. */
    private void fillTemplates(Request request) {
        Instance instance = instance(request);
        if (instances.driver(instance).recover(Instances.handle(instance)) instanceof Recovery.Gone) {
            templates.fill(instance, mountRoot(request));
        }
    }

    private void unmountRoot(Request request) {
        shelves.instance(request.project(), request.name()).ifPresent(instance -> {
            Pool pool = roots.pool(instance);
            StorageDriver storage = drivers.keeping(pool);
            storage.unmount(pool, Roots.volume(instance));
        });
    }

    private void announce(Request request) {
        Instance instance = instance(request);
        var config = new TreeMap<>(instance.config());
        drafts.nicChoices(instances.effective(instance).devices(), config);
        if (!config.equals(instance.config())) {
            instance = instance.withConfig(Settings.copyOf(config));
            shelves.instances().put(instance);
        }
        setups.devices().join(setups.owner(instance));
    }

    private void prepareDevices(Request request) {
        setups.devices().prepare(setups.owner(instance(request)));
    }

    private void releaseDevices(Request request) {
        shelves.instance(request.project(), request.name())
                .ifPresent(it -> setups.devices().release(setups.owner(it)));
    }

    private void attachDevices(Request request) {
        Instance instance = instance(request);
        pulses.of(instance.id()).ifPresent(it -> setups.devices().attach(setups.owner(instance), it.life()));
    }

    /** One that has run before stays known to its networks until it is deleted. */
    private void renounce(Request request) {
        if (request.first()) {
            shelves.instance(request.project(), request.name())
                    .ifPresent(it -> setups.devices().leave(setups.owner(it)));
        }
    }

    private void startWithDriver(Request request) {
        Instance instance = instance(request);
        InstanceDriver driver = instances.driver(instance);
        Life life = driver.recover(Instances.handle(instance)) instanceof Recovery.Alive(var running, var _)
                ? running
                : driver.start(setups.setup(instance, mountRoot(request)));
        pulses.running(instance.id(), life);
    }

    private void killWithDriver(Request request) {
        shelves.instance(request.project(), request.name()).ifPresent(instance -> {
            pulses.stopped(instance.id()); // first, so that its exit is none to be noticed
            instances.driver(instance).kill(Instances.handle(instance));
        });
    }

    private void markRunning(Request request) {
        shelves.instances()
                .change(
                        Shelves.key(request.project(), request.name()),
                        it -> it.with("volatile.last_state.power", "RUNNING")
                                .with(FillTemplates.PENDING, "")
                                .with("volatile.idmap.current", it.config().getOrDefault("volatile.idmap.next", "[]"))
                                .with("volatile.last_state.idmap", "[]")
                                .usedAt(clock.instant()));
    }

    private void markStopped(Request request) {
        String pending = request.pending() == null ? "" : request.pending();
        shelves.instances().change(Shelves.key(request.project(), request.name()), it -> {
            Instance stopped = it.with("volatile.last_state.power", "STOPPED").with(FillTemplates.PENDING, pending);
            return request.first()
                    ? stopped.with("volatile.idmap.current", "")
                            .with("volatile.last_state.idmap", "")
                            .usedAt(Instant.EPOCH)
                    : stopped;
        });
    }
}
