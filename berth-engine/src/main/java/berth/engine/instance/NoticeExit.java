package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.nix.NixStore;
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
import berth.spi.Exit;
import berth.spi.ExitListener;
import berth.spi.Handle;
import berth.spi.Life;
import berth.spi.Recovery;
import berth.steps.Step;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance's PID 1 has gone: whatever its run held is put away, and only then is it stopped. However it came to its
 * end, asked or by itself, this is the one way by which it becomes stopped.
 */
public final class NoticeExit implements RunKind<NoticeExit.Request>, ExitListener {
    private static final System.Logger LOG = System.getLogger(NoticeExit.class.getName());
    private static final Duration TEARDOWN = Duration.ofSeconds(60);
    private static final String AUTORESTART = "boot.autorestart";
    private static final String LAST_EXIT = "volatile.last_state.exit";
    private static final String ASKED = "asked";

    /**
     * Which instance.
     *
     * @param life which run of it; null for one that ended while nobody watched
     * @param keepPower at a host's shutdown: it is to be started again at the next boot
     * @param asked whether somebody asked for its end
     */
    public record Request(
            ProjectName project,
            InstanceName name,
            @Nullable Life life,
            boolean keepPower,
            boolean asked) {}

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Pulses pulses;
    private final Roots roots;
    private final Setups setups;
    private final DeleteInstance deleteInstance;
    private final Runs runs;
    private final Turns turns;
    private final InstanceEvents events;
    private final BooleanSupplier hostIsGoing;
    private volatile Consumer<Instance> startAgain = _ -> {};
    private final Set<UUID> killed = ConcurrentHashMap.newKeySet();
    private final Set<UUID> asked = ConcurrentHashMap.newKeySet();
    private final KeepRestarts keptRestarts;
    private final Restarts restarts = new Restarts(System::nanoTime);

    /**
     * Puts away with those.
     *
     * @param hostIsGoing true once the host shuts down: instances then keep their wish to run
     */
    public NoticeExit(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Pulses pulses,
            Roots roots,
            Setups setups,
            DeleteInstance deleteInstance,
            Runs runs,
            Turns turns,
            Events events,
            BooleanSupplier hostIsGoing,
            Clock clock) {
        this.shelves = shelves;
        this.keptRestarts = new KeepRestarts(shelves, pulses, clock);
        this.drivers = drivers;
        this.instances = instances;
        this.pulses = pulses;
        this.roots = roots;
        this.setups = setups;
        this.deleteInstance = deleteInstance;
        this.runs = runs;
        this.turns = turns;
        this.events = new InstanceEvents(events);
        this.hostIsGoing = hostIsGoing;
    }

    @Override
    public void exited(Handle handle, Life life, boolean rebooting) {
        Thread.ofVirtual().name("exit of " + handle.key()).start(() -> {
            try {
                find(handle).ifPresent(it -> notice(it, life, rebooting));
            } catch (RuntimeException failure) {
                LOG.log(System.Logger.Level.ERROR, "putting away " + handle.key() + ": " + failure.getMessage());
            }
        });
    }

    /** Its end will be by force: LXD tells of that by another word. */
    void expectKill(Instance instance) {
        killed.add(instance.id());
    }

    /** It is being asked to stop. */
    void expectStop(Instance instance) {
        asked.add(instance.id());
    }

    /** It was asked to stop and did not. */
    void expectNoStop(Instance instance) {
        asked.remove(instance.id());
    }

    private Optional<Instance> find(Handle handle) {
        return shelves.instances().all().stream()
                .filter(it -> it.id().equals(handle.id()))
                .findFirst();
    }

    private void notice(Instance instance, Life life, boolean rebooting) {
        if (rebooting) {
            if (instances.driver(instance).recover(Instances.handle(instance))
                    instanceof Recovery.Alive(var next, var _)) {
                // By itself it would begin with the system that it was started with, whatever it has gone over to
                // since.
                boolean system = NixStore.of(instance).isPresent();
                if (system || setups.devices().outside(setups.owner(instance))) {
                    startAnew(instance, life);
                } else {
                    pulses.running(instance.id(), next);
                }
                events.tell(instance, "instance-restarted");
                return;
            }
        }
        // Not in the instance's turn: whoever stops it holds that and waits for this.
        if (!putAway(instance, life)) {
            // A start may be about to make this run known: look again when it is over.
            turns.take(Instances.subject(instance), () -> {
                putAway(instance, life);
            });
        }
        deleteIfEphemeral(instance);
    }

    /**
     * The driver has let it reboot by itself, with the devices it was started with and host ends that nobody knows. With
     * devices that we put in, took out or have rules for, that is not good enough.
     */
    private void startAnew(Instance instance, Life life) {
        turns.take(Instances.subject(instance), () -> {
            boolean still =
                    pulses.of(instance.id()).map(it -> it.life().equals(life)).orElse(false);
            if (still) {
                keptRestarts.during(instance, TEARDOWN, () -> {
                    instances.driver(instance).kill(Instances.handle(instance));
                    turns.take("exit of " + instance.id(), () -> run(instance, life, true));
                    startAgain.accept(instance);
                });
            }
        });
    }

    /** What starts an instance whose guest has rebooted. Said once, at assembly. */
    public void startAgainBy(Consumer<Instance> start) {
        startAgain = start;
    }

    /** Puts away that run of it, unless that was done already; false when no such run is known. */
    boolean putAway(Instance instance, Life life) {
        return turns.take("exit of " + instance.id(), () -> {
            boolean known =
                    pulses.of(instance.id()).map(it -> it.life().equals(life)).orElse(false);
            if (known) {
                boolean forced = killed.contains(instance.id());
                boolean wanted = asked.contains(instance.id()) || forced;
                run(instance, life, wanted);
                killed.remove(instance.id());
                asked.remove(instance.id());
                // Only now: how it ended is known for certain once nothing of it is left.
                Exit exit = wanted ? null : instances.driver(instance).exit(Instances.handle(instance), life);
                events.tell(
                        instance,
                        forced ? "instance-stopped" : "instance-shutdown",
                        Map.of("exit", exit == null ? ASKED : exit.text()));
                if (keptRestarts.takeOver(instance, wanted)) {
                    Thread.ofVirtual().name("start again " + instance.id()).start(() -> startAgain(instance));
                } else if (exit != null && exit.unexpected()) {
                    Thread.ofVirtual().name("start again " + instance.id()).start(() -> startIfWished(instance, exit));
                }
            }
            return known;
        });
    }

    /** After an end that nobody wanted, when {@code boot.autorestart} says so; not for ever, if it ends again and again. */
    private void startIfWished(Instance ended, Exit exit) {
        boolean wished = !hostIsGoing.getAsBoolean()
                && !ended.ephemeral()
                && shelves.instance(ended.project(), ended.name())
                        .filter(it -> it.id().equals(ended.id()))
                        .map(it -> instances.effective(it).config().get(AUTORESTART))
                        .filter(it -> Settings.truthy(it, false))
                        .isPresent();
        if (!wished) {
            return;
        }
        String subject = Instances.subject(ended);
        if (!restarts.another(ended.id())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} ended ({1}) and is not started again: that was done {2} times within a minute",
                    subject,
                    exit.text(),
                    Restarts.MOST);
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "{0} ended ({1}) and is started again", subject, exit.text());
        startAgain(ended);
    }

    private void startAgain(Instance ended) {
        try {
            startAgain.accept(ended);
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "starting " + Instances.subject(ended) + " again: " + failure.getMessage());
        }
    }

    /** What is known of restarts that are under way. */
    KeepRestarts keptRestarts() {
        return keptRestarts;
    }

    /** A run that ended while no daemon watched: nothing runs, but it is marked as running. */
    void foundGone(Instance instance) {
        turns.take("exit of " + instance.id(), () -> run(instance, null, false));
        deleteIfEphemeral(instance);
    }

    /** One that is only to live once goes when it has stopped; whoever stopped it and the exit's watcher both see to it. */
    void deleteIfEphemeral(Instance instance) {
        if (!instance.ephemeral() || hostIsGoing.getAsBoolean()) {
            return;
        }
        turns.take(Instances.subject(instance), () -> {
            boolean still = shelves.instance(instance.project(), instance.name())
                    .filter(it -> it.id().equals(instance.id()))
                    .filter(it -> !instances.status(it).alive())
                    .isPresent();
            if (still) {
                deleteInstance.deleteNow(instance.project(), instance.name());
            }
        });
    }

    private void run(Instance instance, @Nullable Life life, boolean wanted) {
        runs.run(
                this,
                Instances.subject(instance),
                new Request(instance.project(), instance.name(), life, hostIsGoing.getAsBoolean(), wanted));
        pulses.stopped(instance.id()); // last: whoever waits for this finds all of it put away
    }

    @Override
    public String kind() {
        return "put away instance";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        return List.of(
                Step.forward("wait until its processes are gone", () -> awaitGone(request)),
                Step.forward("put its devices away", () -> releaseDevices(request)),
                Step.forward("unmount the root", () -> unmount(request)),
                Step.forward("mark as stopped", () -> markStopped(request)));
    }

    /** The instance whose run is to be put away; empty when it is gone, or lives again: then nothing is to be touched. */
    private Optional<Instance> dead(Request request) {
        return shelves.instance(request.project(), request.name()).filter(instance -> {
            Recovery now = instances.driver(instance).recover(Instances.handle(instance));
            return !(now instanceof Recovery.Alive(var life, var _)) || life.equals(request.life());
        });
    }

    private void awaitGone(Request request) {
        dead(request).ifPresent(instance -> {
            if (!instances.driver(instance).awaitGone(Instances.handle(instance), TEARDOWN)) {
                throw Refused.failed("Something of " + instance.name() + " is still there " + TEARDOWN.toSeconds()
                        + " s after its PID 1 went; see its lxc.log");
            }
        });
    }

    private void releaseDevices(Request request) {
        dead(request).ifPresent(it -> {
            setups.devices().release(setups.owner(it));
            setups.nix().rest(it.id());
        });
    }

    private void unmount(Request request) {
        dead(request).ifPresent(instance -> {
            Pool pool = roots.pool(instance);
            drivers.keeping(pool).unmount(pool, Roots.volume(instance));
        });
    }

    private void markStopped(Request request) {
        dead(request).ifPresent(instance -> {
            String exit = request.asked()
                    ? ASKED
                    : instances
                            .driver(instance)
                            .exit(Instances.handle(instance), request.life())
                            .text();
            shelves.instances().change(Shelves.key(request.project(), request.name()), it -> {
                Instance ended = it.with(LAST_EXIT, exit);
                return request.keepPower() ? ended : ended.with("volatile.last_state.power", "STOPPED");
            });
        });
    }
}
